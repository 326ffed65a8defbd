"""Trajectory Lottery Orderings: policies are compared as L_π."""

from collections.abc import Mapping
from dataclasses import dataclass

from specl.model.machine import Machine, Reward
from specl.model.order import Order

CODE = "TLO"
NAME = "Trajectory Lottery Orderings"


@dataclass(frozen=True)
class TLO:
    rewards: Mapping[str, Reward]
    machines: Mapping[str, Machine]
    order: Order  # over Expectation, Variance
