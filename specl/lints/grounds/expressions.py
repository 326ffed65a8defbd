"""The expressions of an objective, node by node."""

from collections.abc import Iterator
from typing import Any

from specl.model.expression import Expression
from specl.model.formula import Formula
from specl.model.machine import Machine, Reward
from specl.model.order import Constrained, Lexicographic
from specl.model.quantities import Expectation, Indicator, Recovered, Variance


def expressions(objective: Any) -> tuple[Expression, ...]:
    """The expressions by which an objective ranks: its value; the keys, or the value and constraints, of its order."""
    match getattr(objective, "order", None):
        case Lexicographic(keys):
            return keys
        case Constrained(value, constraints):
            return (value, *constraints)
    whole = getattr(objective, "value", None)
    return (whole,) if isinstance(whole, Expression) else ()


def nodes(expression: Expression) -> Iterator[Expression]:
    """The expression, what it is made of, and what is inside the expectations that it speaks of."""
    yield expression
    for part in expression.args:
        yield from nodes(part)
    if isinstance(expression.key, Expectation | Variance):
        yield from nodes(expression.key.of)


def keys(objective: Any) -> tuple[Any, ...]:
    """The quantities that an objective's expressions speak of."""
    found = (node.key for whole in expressions(objective) for node in nodes(whole) if node.op == "variable")
    return tuple(found)


def recovered(objective: Any) -> Recovered | None:
    """The objective that this one recovers, if it consists in that."""
    order = getattr(objective, "order", None)
    found = (key for key in (order, *keys(objective)) if isinstance(key, Recovered))
    return next(found, None)


def rewards(objective: Any) -> dict[str, Reward]:
    """The rewards of an objective by name; one that has no name is called ``reward``."""
    single = getattr(objective, "reward", None)
    return dict(getattr(objective, "rewards", {})) | ({} if single is None else {"reward": single})


def machines(objective: Any) -> dict[str, Machine]:
    """The machines of an objective by name; one that has no name is called ``machine``."""
    single = getattr(objective, "machine", None)
    return dict(getattr(objective, "machines", {})) | ({} if single is None else {"machine": single})


def formulas(objective: Any) -> tuple[Formula, ...]:
    """The formulas of an objective: its own, or those that its expressions speak of."""
    own = getattr(objective, "formula", None)
    spoken = tuple(key.formula for key in keys(objective) if isinstance(key, Indicator))
    return spoken if own is None else (own, *spoken)
