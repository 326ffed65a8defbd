"""Inner Multi-Objective RL: a policy is worth E[f(G_1,…,G_k)]."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from specl.model.expression import Expression
from specl.model.machine import Reward

CODE = "IMORL"
NAME = "Inner Multi-Objective RL"


@dataclass(frozen=True)
class IMORL:
    rewards: Mapping[str, Reward]
    value: Expression  # over RewardReturn
    discount: Fraction
