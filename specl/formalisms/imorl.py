"""Inner Multi-Objective RL: a policy is worth E[f(G_1,…,G_k)]."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from specl.evaluation.context import Evaluation, Value
from specl.evaluation.returns import mean_of_function
from specl.language.fields import Fields
from specl.language.syntax import Field
from specl.language.writing import discount_field, reward_field, value_field
from specl.model.environment import Environment
from specl.model.expression import Expression
from specl.model.machine import Reward
from specl.model.policy import Policy

CODE = "IMORL"
NAME = "Inner Multi-Objective RL"
FIELDS: Mapping[str, tuple[int, int | None]] = {"discount": (1, 1), "reward": (1, None), "value": (1, 1)}


@dataclass(frozen=True)
class IMORL:
    rewards: Mapping[str, Reward]
    value: Expression  # over RewardReturn
    discount: Fraction


def read(fields: Fields) -> IMORL:
    """The objective that these fields define."""
    return IMORL(fields.rewards(), fields.value("returns"), fields.discount())


def write(objective: IMORL, environment: Environment) -> tuple[Field, ...]:
    """Fields that define this objective."""
    return (
        discount_field(objective.discount),
        *(reward_field(environment, reward, name) for name, reward in objective.rewards.items()),
        value_field(environment, objective.value),
    )


def rank(objective: IMORL, environment: Environment, policy: Policy, evaluation: Evaluation) -> Value:
    """E[f(G_1,…,G_k)]: exact for polynomials f and for returns with finitely many values, otherwise enclosed.

    Raises:
        Undefined, Unsupported: f is not defined at a return that can occur, or cannot be enclosed.
    """
    return mean_of_function(environment, policy, objective.rewards, objective.value, objective.discount, evaluation)
