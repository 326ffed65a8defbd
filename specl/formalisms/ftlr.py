"""Functions from Trajectory Lotteries to Reals: a policy is worth f(L_π)."""

from collections.abc import Mapping
from dataclasses import dataclass

from specl.model.expression import Expression
from specl.model.machine import Machine, Reward

CODE = "FTLR"
NAME = "Functions from Trajectory Lotteries to Reals"


@dataclass(frozen=True)
class FTLR:
    rewards: Mapping[str, Reward]
    machines: Mapping[str, Machine]
    value: Expression  # over Expectation, Variance, or Recovered alone
