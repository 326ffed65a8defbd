"""Random environments with rational probabilities, and random sets of deterministic policies."""

import itertools
from collections.abc import Sequence
from fractions import Fraction
from math import ceil, log2
from random import Random

from specl.model.environment import Environment
from specl.sampling.setting import Setting

Choice = tuple[int, ...]
"""A deterministic policy: the action in each state."""

Weights = tuple[tuple[int, Fraction], ...]

_GRAIN = 24
"""Probabilities that are drawn at random are multiples of 1/24."""


def environment(setting: Setting, random: Random) -> Environment:
    """An environment that starts in its first state.

    T(·|s,a) is drawn for each s and a on its own: uniformly among the distributions with entries in ℤ/24, which is a
    flat Dirichlet distribution on a grid, so that some entries are 0; or else, where the entropy h is prescribed, with
    h bits on as few successors as can carry them, drawn uniformly: one has probability p, the others share the rest
    equally, and p is the multiple of 1/1000 that comes nearest (1/n where n successors are to be equally probable).
    """
    states = range(setting.states)
    table = tuple(
        tuple(
            _any(setting.states, random)
            if setting.entropy is None
            else _of_entropy(setting.entropy, setting.states, random)
            for _ in range(setting.actions)
        )
        for _ in states
    )
    names = tuple(f"s{s}" for s in states), tuple(f"a{a}" for a in range(setting.actions))
    return Environment("random", *names, ((0, Fraction(1)),), table, {})


def _any(count: int, random: Random) -> Weights:
    """Bars among stars: every way to write 24 as a sum of `count` numbers is as probable as any other."""
    bars = sorted(random.sample(range(_GRAIN + count - 1), count - 1))
    gaps = (after - before - 1 for before, after in itertools.pairwise((-1, *bars, _GRAIN + count - 1)))
    return tuple((s, Fraction(gap, _GRAIN)) for s, gap in enumerate(gaps) if gap)


def _of_entropy(bits: Fraction, count: int, random: Random) -> Weights:
    order = random.sample(range(count), count)  # all of them, so that more entropy only adds successors
    return tuple(sorted(zip(order, peaked(bits, count), strict=False)))


def peaked(bits: Fraction, most: int) -> tuple[Fraction, ...]:
    """The distribution (p, q, …, q) with p ≥ q > 0 of this entropy on the fewest outcomes, at most `most`."""
    count = min(most, ceil(2 ** float(bits) - 1e-9))
    if count == 1 or abs(log2(count) - bits) < 1e-9:
        return (Fraction(1, count),) * count
    candidates = (Fraction(k, 1000) for k in range(1000 // count + 1, 1000))
    peak = min(candidates, key=lambda p: abs(_bits(p, count) - bits))
    return (peak, *[(1 - peak) / (count - 1)] * (count - 1))


def _bits(peak: Fraction, count: int) -> float:
    p, q = float(peak), float(1 - peak) / (count - 1)
    return -p * log2(p) - (count - 1) * q * log2(q)


def acceptable(setting: Setting, random: Random) -> tuple[Choice, ...]:
    """Distinct policies: one at random, and others around it.

    Each of the others takes, in every state, with probability 1 − spread the action of the first one and else any
    action, all equally probable; those that have been drawn before are drawn again.
    """
    everything = list(itertools.product(range(setting.actions), repeat=setting.states))
    first = everything[random.randrange(len(everything))]
    keep, stray = setting.spread.denominator - setting.spread.numerator, setting.spread.numerator
    same = keep * setting.actions + stray  # over |A| times the denominator, as `stray` is for each other action
    weights = {
        choice: same ** (setting.states - distance(first, choice)) * stray ** distance(first, choice)
        for choice in everything
        if choice != first
    }
    drawn = [first]
    while len(drawn) < setting.size:
        choice = _weighted(weights, random)
        del weights[choice]
        drawn.append(choice)
    return tuple(drawn)


def distance(one: Choice, other: Choice) -> int:
    """The number of states in which two policies act differently."""
    return sum(a != b for a, b in zip(one, other, strict=True))


def _weighted(weights: dict[Choice, int], random: Random) -> Choice:
    left = random.randrange(sum(weights.values()))
    for choice, weight in weights.items():
        left -= weight
        if left < 0:
            return choice
    raise AssertionError("the weights sum to more than what was drawn")


def others(setting: Setting, chosen: Sequence[Choice]) -> tuple[Choice, ...]:
    """Every deterministic policy that is not chosen."""
    taken = set(chosen)
    return tuple(c for c in itertools.product(range(setting.actions), repeat=setting.states) if c not in taken)
