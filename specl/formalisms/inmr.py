"""Inner Nonlinear Markov Rewards: a policy is worth E[f(G)]."""

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

CODE = "INMR"
NAME = "Inner Nonlinear Markov Rewards"
FIELDS: Mapping[str, tuple[int, int | None]] = {"discount": (1, 1), "reward": (1, 1), "value": (1, 1)}


@dataclass(frozen=True)
class INMR:
    rewards: Mapping[str, Reward]  # exactly one
    value: Expression  # over RewardReturn
    discount: Fraction


def read(fields: Fields) -> INMR:
    """The objective that these fields define."""
    return INMR(fields.rewards(), fields.value("returns"), fields.discount())


def write(objective: INMR, environment: Environment) -> tuple[Field, ...]:
    """Fields that define this objective."""
    return (
        discount_field(objective.discount),
        *(reward_field(environment, reward, name) for name, reward in objective.rewards.items()),
        value_field(environment, objective.value),
    )


def rank(objective: INMR, environment: Environment, policy: Policy, evaluation: Evaluation) -> Value:
    """E[f(G)]: exact for polynomials f and for returns with finitely many values, otherwise enclosed.

    Raises:
        Undefined, Unsupported: f is not defined at a return that can occur, or cannot be enclosed.
    """
    return mean_of_function(environment, policy, objective.rewards, objective.value, objective.discount, evaluation)
