"""Markov Rewards: a policy is worth E[Σ_t γ^t R(s_t,a_t,s_{t+1})]."""

from dataclasses import dataclass
from fractions import Fraction

from specl.model.machine import Reward

CODE = "MR"
NAME = "Markov Rewards"


@dataclass(frozen=True)
class MR:
    reward: Reward
    discount: Fraction
