"""Occupancy Measure Orderings: policies are compared as m_π."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from specl.chains.chain import induced
from specl.chains.occupancy import step_occupancy
from specl.evaluation.context import Evaluation, Rank
from specl.evaluation.occupancies import on_occupancy
from specl.evaluation.orders import ranked
from specl.evaluation.recovered import from_occupancy
from specl.language.fields import Fields
from specl.language.syntax import Field
from specl.language.writing import discount_field, order_field
from specl.model.environment import Environment
from specl.model.order import Order
from specl.model.policy import Policy
from specl.model.quantities import Recovered

CODE = "OMO"
NAME = "Occupancy Measure Orderings"
FIELDS: Mapping[str, tuple[int, int | None]] = {"discount": (1, 1), "order": (1, 1)}


@dataclass(frozen=True)
class OMO:
    order: Order  # over Occupancy
    discount: Fraction


def read(fields: Fields) -> OMO:
    """The objective that these fields define."""
    return OMO(fields.order("occupancy"), fields.discount())


def write(objective: OMO, environment: Environment) -> tuple[Field, ...]:
    """Fields that define this objective."""
    return discount_field(objective.discount), order_field(environment, objective.order)


def rank(objective: OMO, environment: Environment, policy: Policy, evaluation: Evaluation) -> Rank:
    """The order's keys at the exact occupancy measure.

    Raises:
        Undefined: a key is not defined there.
        Unsupported: ``recover(o)`` of an objective that the occupancy measure does not decide.
    """
    occupancy = step_occupancy(induced(environment, policy), objective.discount)
    if isinstance(objective.order, Recovered):
        return from_occupancy(objective.order, environment, occupancy, objective.discount, evaluation)
    return ranked(objective.order, on_occupancy(occupancy))
