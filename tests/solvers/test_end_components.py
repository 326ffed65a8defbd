"""Maximal end components: against their definition on small models, and at a depth that recursion would not bear."""

import itertools
import random

import numpy as np

from specl.solvers.end_components import end_components
from specl.solvers.graph import predecessors
from specl.solvers.quotient import collapse
from specl.solvers.sparse import SparseModel
from tests.solvers.drawing import Drawn, drawn


def closed_and_connected(case: Drawn, states: frozenset[int], allowed: set[tuple[int, int]]) -> bool:
    """Whether the choices that stay within the states, at least one in each, connect all of them with each other."""
    inner = {
        s: [set(row) for a, row in enumerate(case.rows[s]) if (s, a) in allowed and row.keys() <= states]
        for s in states
    }
    if not all(inner.values()):
        return False
    for root in states:
        seen, waiting = {root}, [root]
        while waiting:
            for t in set().union(*inner[waiting.pop()]) - seen:
                seen.add(t)
                waiting.append(t)
        if seen != states:
            return False
    return True


def test_they_are_the_largest_sets_of_the_definition() -> None:
    for seed in range(120):
        case, rng = drawn(seed, 5), random.Random(seed)
        states = range(len(case.rows))
        within = {s for s in states if rng.random() < 0.9}
        pairs = [(s, a) for s in states for a in range(len(case.rows[s]))]
        allowed = {pair for pair in pairs if rng.random() < 0.9}
        found = end_components(
            case.model,
            predecessors(case.model),
            np.array([pair in allowed for pair in pairs]),
            np.array([s in within for s in states]),
        )
        every = [
            frozenset(chosen)
            for size in range(1, len(within) + 1)
            for chosen in itertools.combinations(sorted(within), size)
            if closed_and_connected(case, frozenset(chosen), allowed)
        ]
        largest = {each for each in every if not any(each < other for other in every)}
        mine = {frozenset(np.flatnonzero(found.number == c).tolist()) for c in range(found.count)}
        assert mine == largest, seed
        for (s, a), is_inner in zip(pairs, found.inner, strict=True):
            home = next((each for each in largest if s in each), frozenset())
            assert is_inner == ((s, a) in allowed and bool(home) and case.rows[s][a].keys() <= home), seed


def test_long_chains_and_cycles() -> None:
    """A cycle of 200 000 states with a way out everywhere; a corridor that one closed door takes apart."""
    n = 200_000
    around, out = (np.arange(n) + 1) % n, np.full(n, n)
    model = SparseModel.from_arrays(
        [*range(0, 2 * n + 1, 2), 2 * n + 1],
        range(2 * n + 2),
        [*np.stack((around, out), 1).ravel(), n],
        [1.0] * (2 * n + 1),
    )
    into, every = predecessors(model), np.ones(n + 1, dtype=np.bool_)
    whole = end_components(model, into, np.ones(2 * n + 1, dtype=np.bool_), every)
    assert whole.count == 2
    assert (whole.number[:n] == whole.number[0]).all()
    door = np.ones(2 * n + 1, dtype=np.bool_)
    door[2 * 777] = False
    assert end_components(model, into, door, np.arange(n + 1) < n).count == 0


def test_quotients_keep_what_leaves() -> None:
    model = SparseModel.from_arrays([0, 2, 3, 4], [0, 1, 3, 4, 5], [1, 1, 2, 0, 2], [1.0, 0.25, 0.75, 1.0, 1.0])
    into = predecessors(model)
    found = end_components(model, into, np.ones(4, dtype=np.bool_), np.array([True, True, False]))
    assert found.number.tolist() == [0, 0, -1]
    small = collapse(model, np.array([1, 1, 0], dtype=np.int32), ~found.inner)
    assert small.origin.tolist() == [3, 1]
    assert small.model.targets.tolist() == [0, 1, 0]
    assert small.model.probabilities.tolist() == [1.0, 0.25, 0.75]
