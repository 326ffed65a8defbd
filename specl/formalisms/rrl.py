"""Regularised RL: a policy is worth E[Σ_t γ^t (R(s_t,a_t,s_{t+1}) − α F(π(s_t)))]."""

from dataclasses import dataclass
from fractions import Fraction

from specl.model.expression import Expression
from specl.model.machine import Reward
from specl.model.real import Real

CODE = "RRL"
NAME = "Regularised RL"


@dataclass(frozen=True)
class RRL:
    reward: Reward
    strength: Real  # α
    regulariser: Expression  # F, over Weight
    discount: Fraction
