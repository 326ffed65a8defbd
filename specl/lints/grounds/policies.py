"""Policies that lints try before they prove anything, however large the environment is."""

import random
from collections.abc import Iterator
from fractions import Fraction
from itertools import islice

from specl.model.environment import Environment
from specl.model.policy import Policy, deterministic, deterministic_policies


def some(environment: Environment, most: int) -> Iterator[Policy]:
    """One action everywhere; all actions alike; deterministic policies at random, the same each time; then in order."""
    width, size = len(environment.actions), len(environment.states)
    generator = random.Random(0)  # guides a search, secures nothing
    drawn = ([generator.randrange(width) for _ in range(size)] for _ in range(most // 4))
    policies = (
        *(deterministic(environment, (a,) * size) for a in range(width)),
        uniform(environment),
        *(deterministic(environment, choice) for choice in drawn),
        *islice(deterministic_policies(environment), most),
    )
    yield from islice(dict.fromkeys(policies), most)


def uniform(environment: Environment) -> Policy:
    """All actions with the same probability, in every state."""
    width = len(environment.actions)
    return Policy(((Fraction(1, width),) * width,) * len(environment.states))
