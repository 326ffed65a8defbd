"""Limit Average Rewards: a policy is worth lim_n E[(1/n) Σ_{t<n} R(s_t,a_t,s_{t+1})]."""

from collections.abc import Mapping
from dataclasses import dataclass

from specl.evaluation.context import Evaluation, Value
from specl.evaluation.means import average_reward
from specl.language.fields import Fields
from specl.language.syntax import Field
from specl.language.writing import reward_field
from specl.model.environment import Environment
from specl.model.machine import Reward
from specl.model.policy import Policy

CODE = "LAR"
NAME = "Limit Average Rewards"
FIELDS: Mapping[str, tuple[int, int | None]] = {"reward": (1, 1)}


@dataclass(frozen=True)
class LAR:
    reward: Reward


def read(fields: Fields) -> LAR:
    """The objective that these fields define."""
    return LAR(fields.reward())


def write(objective: LAR, environment: Environment) -> tuple[Field, ...]:
    """Fields that define this objective."""
    return (reward_field(environment, objective.reward),)


def rank(objective: LAR, environment: Environment, policy: Policy, evaluation: Evaluation) -> Value:
    """The limit of the expected averages, exact."""
    return average_reward(environment, policy, objective.reward)
