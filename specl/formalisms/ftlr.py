"""Functions from Trajectory Lotteries to Reals: a policy is worth f(L_π)."""

from collections.abc import Mapping
from dataclasses import dataclass

from specl.evaluation.context import Evaluation, Value
from specl.evaluation.functionals import Lottery
from specl.evaluation.lotteries import on_lottery
from specl.evaluation.recovered import as_real, from_lottery, recovered
from specl.language.fields import Fields
from specl.language.syntax import Field
from specl.language.writing import machine_field, reward_field, value_field
from specl.model.environment import Environment
from specl.model.expression import Expression, evaluate
from specl.model.machine import Machine, Reward
from specl.model.policy import Policy

CODE = "FTLR"
NAME = "Functions from Trajectory Lotteries to Reals"
FIELDS: Mapping[str, tuple[int, int | None]] = {"reward": (0, None), "machine": (0, None), "value": (1, 1)}


@dataclass(frozen=True)
class FTLR:
    rewards: Mapping[str, Reward]
    machines: Mapping[str, Machine]
    value: Expression  # over Expectation, Variance, or Recovered alone


def read(fields: Fields) -> FTLR:
    """The objective that these fields define."""
    return FTLR(fields.rewards(), fields.machines(), fields.value("lottery"))


def write(objective: FTLR, environment: Environment) -> tuple[Field, ...]:
    """Fields that define this objective."""
    return (
        *(reward_field(environment, reward, name) for name, reward in objective.rewards.items()),
        *(machine_field(environment, machine, name) for name, machine in objective.machines.items()),
        value_field(environment, objective.value),
    )


def rank(objective: FTLR, environment: Environment, policy: Policy, evaluation: Evaluation) -> Value:
    """f at the lottery's expectations and variances, which are exact or enclosed.

    Raises:
        Undefined, Unsupported: f, or a function inside an expectation, is not defined or cannot be enclosed.
    """
    what = recovered(objective.value)
    if what is not None:
        return as_real(from_lottery(what, environment, policy, evaluation), what)
    lottery = Lottery(environment, policy, objective.rewards, objective.machines)
    return on_lottery(lottery, lambda value_of: evaluate(objective.value, value_of), evaluation.precision)
