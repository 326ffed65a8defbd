"""Generalised Outer Multi-Objective RL: policies are compared as (J_1,…,J_k)."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from specl.model.machine import Reward
from specl.model.order import Order

CODE = "GOMORL"
NAME = "Generalised Outer Multi-Objective RL"


@dataclass(frozen=True)
class GOMORL:
    rewards: Mapping[str, Reward]
    order: Order  # over RewardReturn
    discount: Fraction
