"""The faces of the set of policies: the supports that matter to an objective, and where one face stands for all."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, cast

from specl.model.environment import Environment
from specl.model.expression import Expression, variables
from specl.model.order import Constrained, Lexicographic, Ranking
from specl.model.quantities import Choice, Expectation, Occupancy, Recovered, Return, RewardReturn, Variance, Weight
from specl.model.real import Real

Support = tuple[tuple[int, ...], ...]
"""``support[s]``: the actions that are taken in s with positive probability."""


@dataclass(frozen=True)
class Domain:
    """The states in which a policy's choice may count: those of `states`, and, if `reached`, all that it reaches."""

    reached: bool
    states: frozenset[int]

    def __or__(self, other: "Domain") -> "Domain":
        return Domain(self.reached or other.reached, self.states | other.states)


def supports(environment: Environment, domain: Domain, deterministic: bool = False) -> Iterator[Support]:
    """The supports of policies, full ones first; where a choice does not count, action 0 stands.

    Args:
        deterministic: only those with one action in each state.
    """
    actions = range(len(environment.actions))
    sizes = (1,) if deterministic else range(len(actions), 0, -1)
    choices = [tuple(chosen) for size in sizes for chosen in itertools.combinations(actions, size)]
    begun: list[dict[int, tuple[int, ...]]] = [{}]
    while begun:  # a stack of its own: depth, which is the number of states, costs no recursion
        chosen = begun.pop()
        counting = sorted(domain.states.union(_reached(environment, chosen) if domain.reached else ()))
        waiting = next((s for s in counting if s not in chosen), None)
        if waiting is None:
            yield tuple(chosen.get(s, (0,)) for s in range(len(environment.states)))
        else:
            begun += [{**chosen, waiting: choice} for choice in reversed(choices)]


def _reached(environment: Environment, chosen: dict[int, tuple[int, ...]]) -> list[int]:
    """States reached by the choices made so far, undecided ones among them but not what lies behind these."""
    seen = dict.fromkeys(s for s, _ in environment.start)
    waiting = list(seen)
    for s in waiting:  # grows as it is walked
        for a in chosen.get(s, ()):
            for t, _ in environment.transitions[s][a]:
                if t not in seen:
                    seen[t] = None
                    waiting.append(t)
    return waiting


def domain(code: str, objective: Any, environment: Environment) -> Domain:
    """The states in which a policy's choice may count for an objective."""
    inner = recovered(objective)
    if inner is not None:
        return domain(inner.code, inner.objective, environment)
    if code in ("FPR", "PO"):
        order = _order(objective)
        if isinstance(order, Ranking):
            return Domain(False, frozenset(range(len(environment.states))))
        keys = frozenset().union(*map(variables, _expressions(objective)))
        return Domain(False, frozenset(key.state for key in keys if isinstance(key, Choice)))
    if code in ("MR", "RRL") and objective.discount == 0:
        return Domain(False, frozenset(s for s, _ in environment.start))
    return Domain(True, frozenset())


def _expressions(objective: Any) -> tuple[Expression, ...]:
    match _order(objective):
        case Lexicographic(keys):
            return keys
        case Constrained(value, constraints):
            return (value, *constraints)
    return (objective.value,)


def names_policies(objective: Any) -> bool:
    """Whether the objective is a ranking of policies, which knows single policies and no faces."""
    inner = recovered(objective)
    return names_policies(inner.objective) if inner is not None else isinstance(_order(objective), Ranking)


def continuous(code: str, objective: Any) -> bool:
    """Whether every component of a policy's rank is certainly a continuous function of the policy.

    Occupancies and expected discounted returns are continuous (γ < 1), so is E[f(G)] for continuous f (G is a uniform
    limit of functions of finitely many steps), so are sums, products, minima, absolute values, powers of such, and
    x·log x. Where this holds an identity between two objectives on the policies of full support extends to all.
    """
    match code:
        case "MR" | "RM":
            return True
        case "RRL":
            return _continuous(objective.regulariser)
    order = _order(objective)
    if isinstance(order, Lexicographic):
        return all(_continuous(key) for key in order.keys)
    value = getattr(objective, "value", None)
    return isinstance(value, Expression) and _continuous(value)


def _continuous(expression: Expression) -> bool:
    match expression.op:
        case "number":
            return True
        case "variable":
            match expression.key:
                case Expectation(of) | Variance(of):
                    return _continuous(of)
            return isinstance(expression.key, RewardReturn | Return | Occupancy | Choice | Weight)
        case "+" | "neg" | "min" | "max" | "abs" | "sqrt" | "exp":
            return all(map(_continuous, expression.args))
        case "*":
            # x · log(c·x) tends to 0 as x does, and it is 0 at 0
            return all(
                _continuous(part) or (part.op == "log" and _multiple_of(part.args[0]) in expression.args)
                for part in expression.args
            )
        case "/":
            dividend, divisor = expression.args
            return _continuous(dividend) and divisor.op == "number"
        case "^":
            base, exponent = expression.args
            power = Real.of(cast(Fraction, exponent.key)).rational if exponent.op == "number" else None
            return _continuous(base) and power is not None and power >= 0
    return False


def _multiple_of(expression: Expression) -> Expression | None:
    """The variable of which this is a rational multiple, as it is written."""
    match expression.op, expression.args:
        case "variable", _:
            return expression
        case ("/", (part, Expression(op="number"))) | ("*", (part, Expression(op="number"))):
            return _multiple_of(part)
        case "*", (Expression(op="number"), part):
            return _multiple_of(part)
    return None


def recovered(objective: Any) -> Recovered | None:
    """The objective that is ranked inside this one, if this one consists in recovering its data."""
    order = _order(objective)
    if isinstance(order, Recovered):
        return order
    value = getattr(objective, "value", None)
    key = value.key if isinstance(value, Expression) and value.op == "variable" else None
    return key if isinstance(key, Recovered) else None


def _order(objective: Any) -> Lexicographic | Constrained | Ranking | Recovered | None:
    return getattr(objective, "order", None)
