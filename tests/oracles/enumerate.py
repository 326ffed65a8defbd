"""Brute force: every trajectory up to a horizon with its exact probability."""

from collections.abc import Callable, Iterator
from fractions import Fraction

from specl.model.environment import Environment, Step
from specl.model.policy import Policy

Path = tuple[Step, ...]


def paths(
    environment: Environment, policy: Policy, horizon: int, stop: frozenset[int] = frozenset()
) -> Iterator[tuple[Fraction, Path]]:
    """Each path of `horizon` steps, or up to its first arrival in `stop`, with its probability (> 0); they sum to 1."""

    def extend(probability: Fraction, state: int, path: Path) -> Iterator[tuple[Fraction, Path]]:
        if len(path) == horizon or state in stop:
            yield probability, path
            return
        for action, weight in enumerate(policy.rows[state]):
            for target, chance in environment.transitions[state][action]:
                if weight * chance > 0:
                    yield from extend(probability * weight * chance, target, (*path, (state, action, target)))

    for state, probability in environment.start:
        yield from extend(probability, state, ())


def expectation(
    environment: Environment,
    policy: Policy,
    horizon: int,
    value: Callable[[Path], Fraction],
    stop: frozenset[int] = frozenset(),
) -> Fraction:
    """Σ over paths of probability · value(path)."""
    total = Fraction(0)
    for probability, path in paths(environment, policy, horizon, stop):
        total += probability * value(path)
    return total


def discounted(path: Path, reward: Callable[[Step], Fraction], discount: Fraction) -> Fraction:
    """Σ_t γ^t reward(step t) along a finite path; what follows adds at most γ^n max|reward| / (1 − γ)."""
    total = Fraction(0)
    for step in reversed(path):
        total = reward(step) + discount * total
    return total
