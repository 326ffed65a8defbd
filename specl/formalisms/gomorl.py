"""Generalised Outer Multi-Objective RL: policies are compared as (J_1,…,J_k)."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from specl.evaluation.context import Evaluation, Rank
from specl.evaluation.orders import ranked
from specl.evaluation.recovered import from_expected_returns
from specl.evaluation.returns import expected_returns
from specl.language.fields import Fields
from specl.language.syntax import Field
from specl.language.writing import discount_field, order_field, reward_field
from specl.model.environment import Environment
from specl.model.machine import Reward
from specl.model.order import Order
from specl.model.policy import Policy
from specl.model.quantities import Recovered

CODE = "GOMORL"
NAME = "Generalised Outer Multi-Objective RL"
FIELDS: Mapping[str, tuple[int, int | None]] = {"discount": (1, 1), "reward": (1, None), "order": (1, 1)}


@dataclass(frozen=True)
class GOMORL:
    rewards: Mapping[str, Reward]
    order: Order  # over RewardReturn
    discount: Fraction


def read(fields: Fields) -> GOMORL:
    """The objective that these fields define."""
    return GOMORL(fields.rewards(), fields.order("returns"), fields.discount())


def write(objective: GOMORL, environment: Environment) -> tuple[Field, ...]:
    """Fields that define this objective."""
    return (
        discount_field(objective.discount),
        *(reward_field(environment, reward, name) for name, reward in objective.rewards.items()),
        order_field(environment, objective.order),
    )


def rank(objective: GOMORL, environment: Environment, policy: Policy, evaluation: Evaluation) -> Rank:
    """The order's keys at the exact expected returns.

    Raises:
        Undefined: a key is not defined there.
        Unsupported: ``recover(o)`` with rewards that do not determine the occupancy measure.
    """
    if isinstance(objective.order, Recovered):
        return from_expected_returns(
            objective.order, environment, policy, objective.rewards, objective.discount, evaluation
        )
    return ranked(objective.order, expected_returns(environment, policy, objective.rewards, objective.discount))
