"""A constraint that no policy meets, or that every policy does.

Decided where both sides are linear in expected discounted rewards or in occupancies: their difference is then an
expected discounted reward itself, and takes every value between its extremes.
"""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any, cast

from specl.language.diagnostics import Diagnostic
from specl.language.document import Document, NamedObjective
from specl.language.syntax import OrderField
from specl.lints.grounds import reach
from specl.lints.grounds.extremes import extremes
from specl.lints.grounds.places import finding, objectives
from specl.model.environment import Environment
from specl.model.errors import Undefined, Unsupported
from specl.model.expression import COMPARISONS, Expression
from specl.model.machine import Reward
from specl.model.order import Constrained
from specl.model.quantities import Occupancy, RewardReturn
from specl.model.real import ONE, ZERO, Real
from specl.render.number import show

CODE = "L012"
TITLE = "a constraint that no policy meets, or that every policy does"

Linear = dict[Any, Real]
"""Quantity -> coefficient; the constant under None."""


def find(document: Document) -> Iterator[Diagnostic]:
    """The constraints of GOMORL and OMO objectives that divide no policies from others."""
    for named, environment, item in objectives(document):
        order = getattr(named.objective, "order", None)
        if named.code not in ("GOMORL", "OMO") or not isinstance(order, Constrained):
            continue
        if len(environment.states) > reach.MOST_STATES:
            continue
        field = next(field for field in item.fields if isinstance(field, OrderField))
        for constraint, written in zip(order.constraints, field.expressions[1:], strict=True):
            told = _idle(environment, named, constraint)
            if told is not None:
                yield finding(document, CODE, told, written.at or field.at)


def _idle(environment: Environment, named: NamedObjective, constraint: Expression) -> str | None:
    """Why the constraint divides nothing; None where it does, or that is not decided."""
    if constraint.op not in COMPARISONS:
        return None
    sides = [linear(side) for side in constraint.args]
    if sides[0] is None or sides[1] is None:
        return None
    gap = {key: sides[0].get(key, ZERO) - sides[1].get(key, ZERO) for key in (*sides[0], *sides[1])}
    constant = gap.pop(None, ZERO)
    reward: dict[Any, Real] = {}
    for key, weight in gap.items():
        for step, paid in _pays(environment, named.objective, key).items():
            reward[step] = reward.get(step, ZERO) + weight * paid
    try:
        low, high = (end + constant for end in extremes(environment, reward, named.objective.discount))
        signs = low.sign(), high.sign()
    except (Undefined, Unsupported):
        return None
    met = _met(constraint.op, *signs)
    if met is None:
        return None
    what = "every policy meets" if met else "no policy meets"
    left, right = ("the left side", "the right one")
    if signs == (0, 0):
        return f"{what} this constraint: both sides are equal under every policy"
    if low == high:
        return f"{what} this constraint: {left} less {right} is {show(low)} under every policy"
    return f"{what} this constraint: {left} less {right} is between {show(low)} and {show(high)}"


def _met(op: str, low: int | None, high: int | None) -> bool | None:
    """Whether ``x op 0`` holds of all x between two numbers with these signs; None where it does of some or it is not
    decided."""
    if low is None or high is None:
        return None
    match op:
        case "<":
            return True if high < 0 else False if low >= 0 else None
        case "<=":
            return True if high <= 0 else False if low > 0 else None
        case ">":
            return True if low > 0 else False if high <= 0 else None
        case ">=":
            return True if low >= 0 else False if high < 0 else None
    return True if low == high == 0 else False if low > 0 or high < 0 else None


def _pays(environment: Environment, objective: Any, key: Any) -> Reward:
    """The reward of which a quantity is the expected discounted return."""
    if isinstance(key, RewardReturn):
        paid: Reward = objective.rewards[key.reward]
        return paid
    wanted = (key.state, key.action, key.target)
    return {
        step: ONE
        for step in environment.steps
        if all(want is None or want == have for want, have in zip(wanted, step, strict=True))
    }


def linear(expression: Expression) -> Linear | None:
    """The expression as a linear function of occupancies and expected returns; None where it is not written as one."""
    match expression.op, expression.args:
        case "number", _:
            return {None: Real.of(cast(Fraction, expression.key))}
        case "variable", _:
            return {expression.key: ONE} if isinstance(expression.key, Occupancy | RewardReturn) else None
        case "neg", (inner,):
            return _scaled(linear(inner), Real.of(Fraction(-1)))
        case "+", terms:
            total: Linear = {}
            for term in map(linear, terms):
                if term is None:
                    return None
                for key, weight in term.items():
                    total[key] = total.get(key, ZERO) + weight
            return total
        case "*", factors:
            parts = [linear(factor) for factor in factors]
            numbers = [part[None] for part in parts if part is not None and part.keys() == {None}]
            others = [part for part in parts if part is None or part.keys() != {None}]
            scale = ONE
            for number in numbers:
                scale = scale * number
            return {None: scale} if not others else _scaled(others[0], scale) if len(others) == 1 else None
        case "/", (dividend, Expression(op="number") as divisor):
            return _scaled(linear(dividend), ONE / Real.of(cast(Fraction, divisor.key)))
    return None


def _scaled(of: Linear | None, by: Real) -> Linear | None:
    return None if of is None else {key: weight * by for key, weight in of.items()}
