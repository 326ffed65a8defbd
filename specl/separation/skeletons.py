"""Deterministic transition structures up to renaming of states and actions, and small environments built on them.

A structure is a table ``targets[s][a]``. Renaming states and actions changes nothing that matters here, so of each
orbit only the least table is kept. A start is added from which every state can be reached.
"""

from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from itertools import permutations, product
from random import Random

from specl.chains.components import components
from specl.model.environment import Environment
from specl.separation.draws import ACTIONS, CHANCES, STATES, names

Table = tuple[tuple[int, ...], ...]
"""``table[s][a]`` is the state that action a leads to from state s."""

Weights = tuple[tuple[int, Fraction], ...]

MOST = 1 << 16
"""As many tables are gone through to find the least ones; where there are more, tables are drawn at random."""


def tables(states: int, actions: int) -> Iterator[Table]:
    """The least table of each orbit."""
    for flat in product(range(states), repeat=states * actions):
        table = tuple(tuple(flat[s * actions : (s + 1) * actions]) for s in range(states))
        if table == least(table):
            yield table


def least(table: Table) -> Table:
    """The lexicographically least of the tables that differ from this one by names only."""
    actions = range(len(table[0]))
    best = table
    for order in permutations(range(len(table))):  # order[i] is the old state that becomes i
        new = {old: i for i, old in enumerate(order)}
        for columns in permutations(actions):
            renamed = tuple(tuple(new[table[s][a]] for a in columns) for s in order)
            best = min(best, renamed)
    return best


def sources(table: Table) -> tuple[tuple[int, ...], ...]:
    """The strongly connected sets of states that cannot be entered: with one start in each, every state is reached."""
    moves = [sorted(set(row)) for row in table]
    groups = components(moves)
    return tuple(
        group for group in groups if not any(t in group for s, row in enumerate(moves) if s not in group for t in row)
    )


def draw(states: int, actions: int, random: Random) -> Environment:
    """An environment on a random structure, every state of which can be reached; now and then with a random start or a
    move that has two outcomes."""
    table = _drawn(states, actions, random)
    starts = [random.choice(group) for group in sources(table)]
    if random.random() < 0.35:
        starts = [*starts, *random.sample(range(states), random.randint(1, states))]
    rows: list[list[Weights]] = [[((t, Fraction(1)),) for t in row] for row in table]
    while states > 1 and random.random() < 0.3:
        s, a = random.randrange(states), random.randrange(actions)
        rows[s][a] = _split(rows[s][a][0][0], states, random)
    share = ((s, Fraction(1, len(set(starts)))) for s in sorted(set(starts)))
    labels = names(STATES, "x", states), names(ACTIONS, "a", actions)
    return Environment("found", *labels, tuple(share), tuple(map(tuple, rows)), {})


def _drawn(states: int, actions: int, random: Random) -> Table:
    if states ** (states * actions) <= MOST // 16:
        return random.choice(_all(states, actions))
    return tuple(tuple(random.randrange(states) for _ in range(actions)) for _ in range(states))


@cache
def _all(states: int, actions: int) -> tuple[Table, ...]:
    return tuple(tables(states, actions))


def _split(target: int, states: int, random: Random) -> Weights:
    other = random.choice([t for t in range(states) if t != target])
    chance = random.choice(CHANCES)
    return tuple(sorted(((target, chance), (other, 1 - chance))))
