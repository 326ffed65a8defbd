"""Trajectories written as numbers: a reward whose return determines the trajectory.

Number the N possible steps 0..N−1 and read a trajectory as the digits of a number in base N+1: with γ = 1/(N+1) the
returns of two trajectories that first differ at time t differ by at least γ^t·(1 − γ(N−1)/(1−γ)) = γ^t/N > 0, so
ξ ↦ G(ξ) is injective on the trajectories that can occur.
"""

from fractions import Fraction

from specl.model.environment import Environment
from specl.model.machine import Reward
from specl.model.real import Real


def digits(environment: Environment) -> tuple[Reward, Fraction]:
    """The reward that numbers the possible steps, and the discount under which its return is injective."""
    reward = {step: Real.of(digit) for digit, step in enumerate(environment.steps)}
    return reward, Fraction(1, len(environment.steps) + 1)
