"""Linear Temporal Logic: a policy is worth P(ξ ⊨ φ)."""

from collections.abc import Mapping
from dataclasses import dataclass

from specl.evaluation.context import Evaluation, Value
from specl.evaluation.means import probability
from specl.language.fields import Fields
from specl.language.syntax import Field
from specl.language.writing import formula_field
from specl.model.environment import Environment
from specl.model.formula import Formula
from specl.model.policy import Policy

CODE = "LTL"
NAME = "Linear Temporal Logic"
FIELDS: Mapping[str, tuple[int, int | None]] = {"formula": (1, 1)}


@dataclass(frozen=True)
class LTL:
    formula: Formula


def read(fields: Fields) -> LTL:
    """The objective that these fields define."""
    return LTL(fields.formula())


def write(objective: LTL, environment: Environment) -> tuple[Field, ...]:
    """Fields that define this objective."""
    return (formula_field(objective.formula),)


def rank(objective: LTL, environment: Environment, policy: Policy, evaluation: Evaluation) -> Value:
    """The probability that the formula holds, exact."""
    return probability(environment, policy, objective.formula)
