"""Functions from Policies to Reals: a policy is worth f(π)."""

from collections.abc import Mapping
from dataclasses import dataclass

from specl.evaluation.choices import on_policy
from specl.evaluation.context import Evaluation, Value
from specl.evaluation.recovered import as_real, from_policy, recovered
from specl.language.fields import Fields
from specl.language.syntax import Field
from specl.language.writing import value_field
from specl.model.environment import Environment
from specl.model.expression import Expression, evaluate
from specl.model.policy import Policy

CODE = "FPR"
NAME = "Functions from Policies to Reals"
FIELDS: Mapping[str, tuple[int, int | None]] = {"value": (1, 1)}


@dataclass(frozen=True)
class FPR:
    value: Expression  # over Choice, or Recovered alone


def read(fields: Fields) -> FPR:
    """The objective that these fields define."""
    return FPR(fields.value("policy"))


def write(objective: FPR, environment: Environment) -> tuple[Field, ...]:
    """Fields that define this objective."""
    return (value_field(environment, objective.value),)


def rank(objective: FPR, environment: Environment, policy: Policy, evaluation: Evaluation) -> Value:
    """f at the policy.

    Raises:
        Undefined: f is not defined there.
    """
    what = recovered(objective.value)
    if what is not None:
        return as_real(from_policy(what, environment, policy, evaluation), what)
    return evaluate(objective.value, on_policy(policy))
