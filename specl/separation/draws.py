"""Names and small random parts of environments and policies, simple ones more often than others."""

from collections.abc import Sequence
from fractions import Fraction
from random import Random

from specl.model.environment import Environment
from specl.model.policy import Policy

STATES = ("x", "y", "z", "w", "v", "u")
ACTIONS = ("a", "b", "c", "d", "e", "f")

CHANCES = tuple(Fraction(*pair) for pair in ((1, 2), (1, 2), (1, 2), (1, 3), (2, 3), (1, 4), (3, 4)))
"""Probabilities strictly between 0 and 1; those that are listed more often are drawn more often."""

DISCOUNTS = tuple(Fraction(*pair) for pair in ((1, 2), (1, 2), (9, 10), (1, 3), (3, 4)))

_SURE = 0.7
"""How often a distribution has one outcome only."""


def names(letters: Sequence[str], stem: str, count: int) -> tuple[str, ...]:
    """Letters while they last, numbered names beyond."""
    return tuple(letters[:count]) if count <= len(letters) else tuple(f"{stem}{i}" for i in range(count))


def distribution(over: Sequence[int], random: Random) -> tuple[tuple[int, Fraction], ...]:
    """One outcome, or two with simple probabilities."""
    if len(over) == 1 or random.random() < _SURE:
        return ((random.choice(over), Fraction(1)),)
    one, other = sorted(random.sample(over, 2))
    chance = random.choice(CHANCES)
    return ((one, chance), (other, 1 - chance))


def policy(environment: Environment, random: Random) -> Policy:
    """In every state one action, or two."""
    actions = range(len(environment.actions))
    rows = [dict(distribution(actions, random)) for _ in environment.states]
    return Policy(tuple(tuple(row.get(a, Fraction(0)) for a in actions) for row in rows))


def mixed_policy(environment: Environment, random: Random) -> Policy:
    """In every state up to three actions, most often more than one."""
    actions = range(len(environment.actions))
    rows = []
    for _ in environment.states:
        chosen = random.sample(actions, min(len(actions), random.choice((1, 2, 2, 3))))
        parts = {a: random.choice((1, 1, 2, 3)) for a in chosen}
        rows.append(tuple(Fraction(parts.get(a, 0), sum(parts.values())) for a in actions))
    return Policy(tuple(rows))
