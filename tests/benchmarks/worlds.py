"""Random environments with wishes about policies in them, of any size, the same for the same seed."""

import random
from collections.abc import Iterable
from fractions import Fraction
from itertools import pairwise

from specl.model.environment import Environment
from specl.model.policy import deterministic
from specl.wishes.wish import Wish


def environment(states: int, actions: int, targets: int = 3, seed: int = 0) -> Environment:
    """Every action leads to a few random states; every state may be the first."""
    rng = random.Random(seed)

    def lottery() -> tuple[tuple[int, Fraction], ...]:
        weights = {t: rng.randint(1, 9) for t in sorted(rng.sample(range(states), min(targets, states)))}
        return tuple((t, Fraction(weight, sum(weights.values()))) for t, weight in weights.items())

    return Environment(
        "world",
        tuple(f"s{i}" for i in range(states)),
        tuple(f"a{i}" for i in range(actions)),
        tuple((s, Fraction(1, states)) for s in range(states)),
        tuple(tuple(lottery() for _ in range(actions)) for _ in range(states)),
        {},
    )


def wish(
    world: Environment, policies: int, choosing: Iterable[int] | None = None, ties: int = 0, seed: int = 0
) -> Wish:
    """A random order of different deterministic policies.

    Args:
        choosing: the states in which they may choose differently; all of them where it is not given.
        ties: how many of the neighbours in the order tie.
    """
    rng = random.Random(seed)
    states, width = range(len(world.states)), len(world.actions)
    usual = [rng.randrange(width) for _ in states]
    varied = list(states if choosing is None else choosing)
    if width ** len(varied) < policies:
        raise ValueError(f"there are only {width ** len(varied)} such policies")
    choices: dict[tuple[int, ...], None] = {}
    while len(choices) < policies:
        choice = list(usual)
        for s in varied:
            choice[s] = rng.randrange(width)
        choices[tuple(choice)] = None
    named = {f"p{i}": deterministic(world, choice) for i, choice in enumerate(choices)}
    names = list(named)
    pairs = list(pairwise(names))
    tied = set(rng.sample(pairs, ties))
    return Wish("w", world, named, tuple(pair for pair in pairs if pair not in tied), tuple(sorted(tied)))
