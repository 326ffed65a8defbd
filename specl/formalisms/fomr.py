"""Functions from Occupancy Measures to Reals: a policy is worth f(m_π)."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from specl.chains.chain import induced
from specl.chains.occupancy import step_occupancy
from specl.evaluation.context import Evaluation, Value
from specl.evaluation.occupancies import on_occupancy
from specl.evaluation.recovered import as_real, from_occupancy, recovered
from specl.language.fields import Fields
from specl.language.syntax import Field
from specl.language.writing import discount_field, value_field
from specl.model.environment import Environment
from specl.model.expression import Expression, evaluate
from specl.model.policy import Policy

CODE = "FOMR"
NAME = "Functions from Occupancy Measures to Reals"
FIELDS: Mapping[str, tuple[int, int | None]] = {"discount": (1, 1), "value": (1, 1)}


@dataclass(frozen=True)
class FOMR:
    value: Expression  # over Occupancy, or Recovered alone
    discount: Fraction


def read(fields: Fields) -> FOMR:
    """The objective that these fields define."""
    return FOMR(fields.value("occupancy"), fields.discount())


def write(objective: FOMR, environment: Environment) -> tuple[Field, ...]:
    """Fields that define this objective."""
    return discount_field(objective.discount), value_field(environment, objective.value)


def rank(objective: FOMR, environment: Environment, policy: Policy, evaluation: Evaluation) -> Value:
    """f at the exact occupancy measure.

    Raises:
        Undefined: f is not defined there.
        Unsupported: ``recover(o)`` of an objective that the occupancy measure does not decide.
    """
    occupancy = step_occupancy(induced(environment, policy), objective.discount)
    what = recovered(objective.value)
    if what is not None:
        return as_real(from_occupancy(what, environment, occupancy, objective.discount, evaluation), what)
    return evaluate(objective.value, on_occupancy(occupancy))
