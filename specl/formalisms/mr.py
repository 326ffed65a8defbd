"""Markov Rewards: a policy is worth E[Σ_t γ^t R(s_t,a_t,s_{t+1})]."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from specl.chains.chain import induced
from specl.evaluation.context import Evaluation, Value
from specl.evaluation.means import mean_return, rewards_of_moves
from specl.language.fields import Fields
from specl.language.syntax import Field
from specl.language.writing import discount_field, reward_field
from specl.model.environment import Environment
from specl.model.machine import Reward
from specl.model.policy import Policy

CODE = "MR"
NAME = "Markov Rewards"
FIELDS: Mapping[str, tuple[int, int | None]] = {"discount": (1, 1), "reward": (1, 1)}


@dataclass(frozen=True)
class MR:
    reward: Reward
    discount: Fraction


def read(fields: Fields) -> MR:
    """The objective that these fields define."""
    return MR(fields.reward(), fields.discount())


def write(objective: MR, environment: Environment) -> tuple[Field, ...]:
    """Fields that define this objective."""
    return discount_field(objective.discount), reward_field(environment, objective.reward)


def rank(objective: MR, environment: Environment, policy: Policy, evaluation: Evaluation) -> Value:
    """The expected discounted return, exact."""
    chain = induced(environment, policy)
    return mean_return(chain, rewards_of_moves(chain, objective.reward), objective.discount)
