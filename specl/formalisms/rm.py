"""Reward Machines: a policy is worth E[Σ_t γ^t δ_R(u_t,u_{t+1})(s_t,a_t,s_{t+1})]."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from specl.evaluation.context import Evaluation, Value
from specl.evaluation.means import machine_return
from specl.language.fields import Fields
from specl.language.syntax import Field
from specl.language.writing import discount_field, machine_field
from specl.model.environment import Environment
from specl.model.machine import Machine
from specl.model.policy import Policy

CODE = "RM"
NAME = "Reward Machines"
FIELDS: Mapping[str, tuple[int, int | None]] = {"discount": (1, 1), "machine": (1, 1)}


@dataclass(frozen=True)
class RM:
    machine: Machine
    discount: Fraction


def read(fields: Fields) -> RM:
    """The objective that these fields define."""
    return RM(fields.machine(), fields.discount())


def write(objective: RM, environment: Environment) -> tuple[Field, ...]:
    """Fields that define this objective."""
    return discount_field(objective.discount), machine_field(environment, objective.machine)


def rank(objective: RM, environment: Environment, policy: Policy, evaluation: Evaluation) -> Value:
    """The expected discounted return of the chain beside the machine, exact."""
    return machine_return(environment, policy, objective.machine, objective.discount)
