"""Rewriting the expressions of an order key by key, which leaves the order as it was if every key keeps its value."""

from collections.abc import Callable, Hashable

from specl.model.expression import Expression, substitute, variables
from specl.model.order import Constrained, Lexicographic, Order

Image = Callable[[Expression], Expression]
"""What a variable node is replaced by."""


def expressions_of(order: Order) -> tuple[Expression, ...]:
    """The expressions in which an order speaks of its policies: keys, or the value and then the constraints."""
    match order:
        case Lexicographic(keys):
            return keys
        case Constrained(value, constraints):
            return (value, *constraints)
    return ()


def order_variables(order: Order) -> frozenset[Hashable]:
    """The keys of the variables that occur in an order's expressions."""
    return frozenset[Hashable]().union(*(variables(expression) for expression in expressions_of(order)))


def substitute_order(order: Order, image: Image) -> Order:
    """The order with every variable node of its expressions replaced by its image."""
    match order:
        case Lexicographic(keys):
            return Lexicographic(tuple(substitute(key, image) for key in keys))
        case Constrained(value, constraints):
            return Constrained(substitute(value, image), tuple(substitute(part, image) for part in constraints))
    return order
