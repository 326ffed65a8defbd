"""E[f(ξ)] for an expression f over a trajectory's indicators, limit averages and discounted returns."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from specl.chains.chain import induced
from specl.chains.trajectory import expect
from specl.evaluation.context import Value
from specl.evaluation.means import (
    limit_averages,
    machine_return,
    mean_average,
    mean_return,
    probability,
    rewards_of_moves,
)
from specl.evaluation.watching import MoveRewards, Watched, watch
from specl.model.environment import Environment
from specl.model.expression import Expression, add, constant, evaluate, multiply, variables
from specl.model.machine import Machine, Reward
from specl.model.policy import Policy
from specl.model.quantities import Average, Indicator, Return
from specl.model.real import ONE, ZERO, Real


@dataclass(frozen=True)
class Lottery:
    """The lottery L_π over trajectories, with the rewards and machines that expressions about it name."""

    environment: Environment
    policy: Policy
    rewards: Mapping[str, Reward]
    machines: Mapping[str, Machine]


def expectation(lottery: Lottery, expression: Expression, precision: Fraction) -> Value:
    """E[f(ξ)], exact where that is possible, otherwise enclosed to about `precision`.

    f is split into a sum of scaled parts; parts that are about the same quantities are kept together. Each group is
    evaluated on the product with only those automata and machines that it needs.

    Args:
        expression: f, over Indicator, Average and Return.

    Raises:
        Undefined: f divides by zero or the like on a trajectory that the policy can take.
        Unsupported: f can be neither computed nor enclosed; the message says which part and why.
    """
    groups: dict[frozenset[Any], list[tuple[Real, Expression]]] = {}
    for scale, part in _parts(ONE, expression):
        groups.setdefault(variables(part), []).append((scale, part))
    value: Value = ZERO
    for keys, terms in groups.items():
        if not keys:
            value = value + _constant(terms)
        elif all(part.op == "variable" for _, part in terms):
            value = value + _mean(lottery, terms[0][1].key) * sum((scale for scale, _ in terms), start=ZERO)
        else:
            together = add(part if scale == ONE else multiply((constant(scale), part)) for scale, part in terms)
            value = value + _joint(lottery, together, precision / len(groups))
    return value


def _parts(scale: Real, expression: Expression) -> Iterator[tuple[Real, Expression]]:
    """Pairs (c, g) with expression·scale = Σ c·g, where no g is itself a sum or a multiple."""
    match expression.op:
        case "+":
            for part in expression.args:
                yield from _parts(scale, part)
            return
        case "neg":
            yield from _parts(-scale, expression.args[0])
            return
        case "*":
            varying = [part for part in expression.args if variables(part)]
            fixed = [part for part in expression.args if not variables(part)]
            if fixed and len(varying) == 1:
                factor = _decided(multiply(fixed))
                if factor is not None:
                    yield from _parts(scale * factor, varying[0])
                    return
        case "/":
            dividend, divisor = expression.args
            if variables(dividend) and not variables(divisor):
                factor = _decided(divisor)
                if factor is not None and not factor.is_zero():
                    yield from _parts(scale / factor, dividend)
                    return
    yield scale, expression


def _decided(expression: Expression) -> Real | None:
    """A constant expression's exact value; None where it has none (it is enclosed only)."""
    found = evaluate(expression, _no_variable)
    return found if isinstance(found, Real) else None


def _no_variable(key: Any) -> Any:
    raise KeyError(key)


def _constant(terms: list[tuple[Real, Expression]]) -> Value:
    value: Value = ZERO
    for scale, part in terms:
        value = value + evaluate(part, _no_variable) * scale
    return value


def _mean(lottery: Lottery, key: Any) -> Value:
    """The expectation of a single quantity, by linear algebra alone."""
    environment, policy = lottery.environment, lottery.policy
    if isinstance(key, Indicator):
        return probability(environment, policy, key.formula)
    if isinstance(key, Return) and key.reward in lottery.machines:
        return machine_return(environment, policy, lottery.machines[key.reward], key.discount)
    watched, rewards_of = _watched(lottery, frozenset((key,)))
    if isinstance(key, Return):
        return mean_return(watched.chain, rewards_of(key.reward), key.discount)
    return mean_average(watched.chain, rewards_of(key.reward))


def _joint(lottery: Lottery, expression: Expression, precision: Fraction) -> Value:
    """The expectation of any function, by the distribution of its quantities together."""
    keys = variables(expression)
    watched, rewards_of = _watched(lottery, keys)
    limits: dict[Any, tuple[Value, ...]] = {}
    returns: dict[Any, tuple[Fraction, MoveRewards]] = {}
    for key in keys:
        if isinstance(key, Indicator):
            limits[key] = tuple(ONE if verdict else ZERO for verdict in watched.satisfied[key.formula])
        elif isinstance(key, Average):
            limits[key] = limit_averages(watched.chain, rewards_of(key.reward))
        elif isinstance(key, Return):
            returns[key] = (key.discount, rewards_of(key.reward))
    return expect(watched.chain, expression, returns, limits, precision)


def _watched(lottery: Lottery, keys: frozenset[Any]) -> tuple[Watched, Callable[[str], MoveRewards]]:
    """The chain beside what these quantities need, and name -> what that reward or machine pays on each move."""
    formulas = sorted((key.formula for key in keys if isinstance(key, Indicator)), key=str)
    named = sorted({key.reward for key in keys if isinstance(key, Average | Return)})
    watched = watch(
        lottery.environment,
        induced(lottery.environment, lottery.policy),
        formulas,
        [(name, lottery.machines[name]) for name in named if name in lottery.machines],
    )

    def rewards_of(name: str) -> MoveRewards:
        if name in watched.paid:
            return watched.paid[name]
        return rewards_of_moves(watched.chain, lottery.rewards[name])

    return watched, rewards_of
