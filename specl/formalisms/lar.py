"""Limit Average Rewards: a policy is worth lim_n E[(1/n) Σ_{t<n} R(s_t,a_t,s_{t+1})]."""

from dataclasses import dataclass

from specl.model.machine import Reward

CODE = "LAR"
NAME = "Limit Average Rewards"


@dataclass(frozen=True)
class LAR:
    reward: Reward
