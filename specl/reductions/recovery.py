"""Functions given by a program: ``recover(o)`` ranks another objective at what this formalism's data determine.

A source whose whole value or order is already ``recover(o)`` is worth what o is worth; every arrow hands the same
``recover(o)`` on instead of wrapping it once more, and where o is an objective of the arrow's target, o is the answer.
"""

from typing import Any

from specl.model.expression import Expression, variable
from specl.model.order import Lexicographic, Order
from specl.model.quantities import Recovered


def recover(code: str, objective: Any) -> Recovered:
    """``recover(o)`` for an objective of this formalism that has no name yet: it is called like its formalism."""
    return Recovered(code.lower(), code, objective)


def recovered_value(value: Expression) -> Recovered | None:
    """The objective that stands as the whole value, if one does."""
    return value.key if value.op == "variable" and isinstance(value.key, Recovered) else None


def recovered_order(order: Order) -> Recovered | None:
    """The objective that stands as the whole order, if one does."""
    return order if isinstance(order, Recovered) else None


def order_of(value: Expression) -> Order:
    """The preorder that a real-valued function induces."""
    from_program = recovered_value(value)
    if from_program is not None:
        return from_program
    return Lexicographic((value,))


def value_of(recovered: Recovered) -> Expression:
    """``value recover(o)``."""
    return variable(recovered)
