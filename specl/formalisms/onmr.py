"""Outer Nonlinear Markov Rewards: a policy is worth f(J)."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from specl.evaluation.context import Evaluation, Value
from specl.evaluation.recovered import recovered
from specl.evaluation.returns import expected_returns
from specl.language.fields import Fields
from specl.language.syntax import Field
from specl.language.writing import discount_field, reward_field, value_field
from specl.model.environment import Environment
from specl.model.expression import Expression, evaluate
from specl.model.machine import Reward
from specl.model.policy import Policy

CODE = "ONMR"
NAME = "Outer Nonlinear Markov Rewards"
FIELDS: Mapping[str, tuple[int, int | None]] = {"discount": (1, 1), "reward": (1, 1), "value": (1, 1)}


@dataclass(frozen=True)
class ONMR:
    rewards: Mapping[str, Reward]  # exactly one
    value: Expression  # over RewardReturn
    discount: Fraction


def read(fields: Fields) -> ONMR:
    """The objective that these fields define."""
    value = fields.value("returns")
    if recovered(value) is not None:
        message = "an expected return does not determine the policy, so ONMR cannot `recover` an objective"
        fields.error("E069", message, value.at, "OMORL can, from enough rewards")
    return ONMR(fields.rewards(), value, fields.discount())


def write(objective: ONMR, environment: Environment) -> tuple[Field, ...]:
    """Fields that define this objective."""
    return (
        discount_field(objective.discount),
        *(reward_field(environment, reward, name) for name, reward in objective.rewards.items()),
        value_field(environment, objective.value),
    )


def rank(objective: ONMR, environment: Environment, policy: Policy, evaluation: Evaluation) -> Value:
    """f at the exact expected return.

    Raises:
        Undefined: f is not defined there.
    """
    return evaluate(objective.value, expected_returns(environment, policy, objective.rewards, objective.discount))
