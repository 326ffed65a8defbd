"""Reward Machines: a policy is worth E[Σ_t γ^t δ_R(u_t,u_{t+1})(s_t,a_t,s_{t+1})]."""

from dataclasses import dataclass
from fractions import Fraction

from specl.model.machine import Machine

CODE = "RM"
NAME = "Reward Machines"


@dataclass(frozen=True)
class RM:
    machine: Machine
    discount: Fraction
