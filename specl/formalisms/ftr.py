"""Functions from Trajectories to Reals: a policy is worth E[f(ξ)]."""

from collections.abc import Mapping
from dataclasses import dataclass

from specl.evaluation.context import Evaluation, Value
from specl.evaluation.functionals import Lottery, expectation
from specl.evaluation.recovered import as_real, from_trajectory, recovered
from specl.language.fields import Fields
from specl.language.syntax import Field
from specl.language.writing import machine_field, reward_field, value_field
from specl.model.environment import Environment
from specl.model.expression import Expression
from specl.model.machine import Machine, Reward
from specl.model.policy import Policy

CODE = "FTR"
NAME = "Functions from Trajectories to Reals"
FIELDS: Mapping[str, tuple[int, int | None]] = {"reward": (0, None), "machine": (0, None), "value": (1, 1)}


@dataclass(frozen=True)
class FTR:
    rewards: Mapping[str, Reward]
    machines: Mapping[str, Machine]
    value: Expression  # over Indicator, Return, Average, or Recovered alone


def read(fields: Fields) -> FTR:
    """The objective that these fields define."""
    return FTR(fields.rewards(), fields.machines(), fields.value("trajectory"))


def write(objective: FTR, environment: Environment) -> tuple[Field, ...]:
    """Fields that define this objective."""
    return (
        *(reward_field(environment, reward, name) for name, reward in objective.rewards.items()),
        *(machine_field(environment, machine, name) for name, machine in objective.machines.items()),
        value_field(environment, objective.value),
    )


def rank(objective: FTR, environment: Environment, policy: Policy, evaluation: Evaluation) -> Value:
    """E[f(ξ)]: exact for polynomials in the returns, whatever f does with indicators and averages; otherwise enclosed.

    Raises:
        Undefined, Unsupported: f is not defined on a trajectory that can occur, or cannot be enclosed.
    """
    what = recovered(objective.value)
    if what is not None:
        return as_real(from_trajectory(what, environment, policy, evaluation), what)
    lottery = Lottery(environment, policy, objective.rewards, objective.machines)
    return expectation(lottery, objective.value, evaluation.precision)
