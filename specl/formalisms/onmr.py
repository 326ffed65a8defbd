"""Outer Nonlinear Markov Rewards: a policy is worth f(J)."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from specl.model.expression import Expression
from specl.model.machine import Reward

CODE = "ONMR"
NAME = "Outer Nonlinear Markov Rewards"


@dataclass(frozen=True)
class ONMR:
    rewards: Mapping[str, Reward]  # exactly one
    value: Expression  # over RewardReturn
    discount: Fraction
