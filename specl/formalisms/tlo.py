"""Trajectory Lottery Orderings: policies are compared as L_π."""

from collections.abc import Mapping
from dataclasses import dataclass

from specl.evaluation.context import Evaluation, Rank
from specl.evaluation.functionals import Lottery
from specl.evaluation.lotteries import on_lottery
from specl.evaluation.orders import ranked
from specl.evaluation.recovered import from_lottery
from specl.language.fields import Fields
from specl.language.syntax import Field
from specl.language.writing import machine_field, order_field, reward_field
from specl.model.environment import Environment
from specl.model.machine import Machine, Reward
from specl.model.order import Order
from specl.model.policy import Policy
from specl.model.quantities import Recovered

CODE = "TLO"
NAME = "Trajectory Lottery Orderings"
FIELDS: Mapping[str, tuple[int, int | None]] = {"reward": (0, None), "machine": (0, None), "order": (1, 1)}


@dataclass(frozen=True)
class TLO:
    rewards: Mapping[str, Reward]
    machines: Mapping[str, Machine]
    order: Order  # over Expectation, Variance


def read(fields: Fields) -> TLO:
    """The objective that these fields define."""
    return TLO(fields.rewards(), fields.machines(), fields.order("lottery"))


def write(objective: TLO, environment: Environment) -> tuple[Field, ...]:
    """Fields that define this objective."""
    return (
        *(reward_field(environment, reward, name) for name, reward in objective.rewards.items()),
        *(machine_field(environment, machine, name) for name, machine in objective.machines.items()),
        order_field(environment, objective.order),
    )


def rank(objective: TLO, environment: Environment, policy: Policy, evaluation: Evaluation) -> Rank:
    """The order's keys at the lottery's expectations and variances, which are exact or enclosed.

    Raises:
        Undefined, Unsupported: a key, or a function inside an expectation, is not defined or cannot be enclosed.
    """
    order = objective.order
    if isinstance(order, Recovered):
        return from_lottery(order, environment, policy, evaluation)
    lottery = Lottery(environment, policy, objective.rewards, objective.machines)
    return on_lottery(lottery, lambda value_of: ranked(order, value_of), evaluation.precision)
