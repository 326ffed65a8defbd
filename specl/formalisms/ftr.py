"""Functions from Trajectories to Reals: a policy is worth E[f(ξ)]."""

from collections.abc import Mapping
from dataclasses import dataclass

from specl.model.expression import Expression
from specl.model.machine import Machine, Reward

CODE = "FTR"
NAME = "Functions from Trajectories to Reals"


@dataclass(frozen=True)
class FTR:
    rewards: Mapping[str, Reward]
    machines: Mapping[str, Machine]
    value: Expression  # over Indicator, Return, Average, or Recovered alone
