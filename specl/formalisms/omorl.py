"""Outer Multi-Objective RL: a policy is worth f(J_1,…,J_k)."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from specl.evaluation.context import Evaluation, Value
from specl.evaluation.recovered import as_real, from_expected_returns, recovered
from specl.evaluation.returns import expected_returns
from specl.language.fields import Fields
from specl.language.syntax import Field
from specl.language.writing import discount_field, reward_field, value_field
from specl.model.environment import Environment
from specl.model.expression import Expression, evaluate
from specl.model.machine import Reward
from specl.model.policy import Policy

CODE = "OMORL"
NAME = "Outer Multi-Objective RL"
FIELDS: Mapping[str, tuple[int, int | None]] = {"discount": (1, 1), "reward": (1, None), "value": (1, 1)}


@dataclass(frozen=True)
class OMORL:
    rewards: Mapping[str, Reward]
    value: Expression  # over RewardReturn, or Recovered alone
    discount: Fraction


def read(fields: Fields) -> OMORL:
    """The objective that these fields define."""
    return OMORL(fields.rewards(), fields.value("returns"), fields.discount())


def write(objective: OMORL, environment: Environment) -> tuple[Field, ...]:
    """Fields that define this objective."""
    return (
        discount_field(objective.discount),
        *(reward_field(environment, reward, name) for name, reward in objective.rewards.items()),
        value_field(environment, objective.value),
    )


def rank(objective: OMORL, environment: Environment, policy: Policy, evaluation: Evaluation) -> Value:
    """f at the exact expected returns.

    Raises:
        Undefined: f is not defined there.
        Unsupported: ``recover(o)`` with rewards that do not determine the occupancy measure.
    """
    what = recovered(objective.value)
    if what is not None:
        found = from_expected_returns(what, environment, policy, objective.rewards, objective.discount, evaluation)
        return as_real(found, what)
    return evaluate(objective.value, expected_returns(environment, policy, objective.rewards, objective.discount))
