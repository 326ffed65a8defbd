"""Outer Multi-Objective RL: a policy is worth f(J_1,…,J_k)."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from specl.model.expression import Expression
from specl.model.machine import Reward

CODE = "OMORL"
NAME = "Outer Multi-Objective RL"


@dataclass(frozen=True)
class OMORL:
    rewards: Mapping[str, Reward]
    value: Expression  # over RewardReturn, or Recovered alone
    discount: Fraction
