"""Inner Nonlinear Markov Rewards: a policy is worth E[f(G)]."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from specl.model.expression import Expression
from specl.model.machine import Reward

CODE = "INMR"
NAME = "Inner Nonlinear Markov Rewards"


@dataclass(frozen=True)
class INMR:
    rewards: Mapping[str, Reward]  # exactly one
    value: Expression  # over RewardReturn
    discount: Fraction
