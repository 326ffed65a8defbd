"""Monte-Carlo: trajectories drawn from the environment and the policy in floating point, and confidence bounds."""

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from specl.model.environment import Environment, Step
from specl.model.policy import Policy

Paths = NDArray[np.int64]
"""Shape (runs, horizon): indices into ``environment.steps``."""


def trajectories(environment: Environment, policy: Policy, runs: int, horizon: int, seed: int) -> Paths:
    """Independent trajectories, cut off after `horizon` steps."""
    random = np.random.default_rng(seed)
    states, weights = zip(*environment.start, strict=True)
    current = random.choice(states, size=runs, p=_normal(weights))
    chance = {
        (s, a, t): float(policy.rows[s][a] * probability)
        for s, row in enumerate(environment.transitions)
        for a, targets in enumerate(row)
        for t, probability in targets
    }
    options = [[i for i, step in enumerate(environment.steps) if step[0] == s] for s in range(len(environment.states))]
    laws = [_normal([chance[environment.steps[i]] for i in choices]) for choices in options]
    target = np.array([step[2] for step in environment.steps])
    paths = np.empty((runs, horizon), dtype=np.int64)
    for time in range(horizon):
        for s, (choices, law) in enumerate(zip(options, laws, strict=True)):
            here = np.flatnonzero(current == s)
            paths[here, time] = random.choice(choices, size=len(here), p=law)
        current = target[paths[:, time]]
    return paths


def _normal(weights: Sequence[Fraction | float]) -> NDArray[np.float64]:
    """As floats that sum to 1 as closely as floats can."""
    law = np.array([float(weight) for weight in weights])
    scaled: NDArray[np.float64] = law / law.sum()
    return scaled


def paid(environment: Environment, reward: Mapping[Step, float], paths: Paths) -> NDArray[np.float64]:
    """The reward of each step of each trajectory, shape (runs, horizon); steps that are absent have reward 0."""
    return np.array([float(reward.get(step, 0)) for step in environment.steps])[paths]


def discounted(rewards: NDArray[np.float64], discount: float) -> NDArray[np.float64]:
    """Σ_t γ^t reward_t of each trajectory, shape (runs,); the cut adds at most γ^horizon max|reward| / (1 − γ)."""
    total: NDArray[np.float64] = rewards @ np.power(float(discount), np.arange(rewards.shape[1]))
    return total


def hoeffding(
    samples: NDArray[np.float64], low: float, high: float, bias: float = 0.0, failure: float = 1e-9
) -> tuple[float, float]:
    """Bounds on the expectation of a variable in [low, high] that fail with at most this probability.

    Hoeffding, "Probability inequalities for sums of bounded random variables" (1963), Theorem 2.

    Args:
        bias: how far each sample may be from the variable itself (a trajectory that was cut off).
    """
    half = (high - low) * math.sqrt(math.log(2 / failure) / (2 * len(samples))) + bias + 1e-9
    mean = float(np.mean(samples))
    return mean - half, mean + half


def normal(samples: NDArray[np.float64], bias: float = 0.0, deviations: float = 6.0) -> tuple[float, float]:
    """Bounds from the central limit theorem, sharper but only asymptotic: the mean ± so many standard errors."""
    half = deviations * float(np.std(samples)) / math.sqrt(len(samples)) + bias + 1e-9
    mean = float(np.mean(samples))
    return mean - half, mean + half
