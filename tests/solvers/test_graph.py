"""Sets of states that a graph alone decides: against all policies of small models."""

import random

import numpy as np

from specl.solvers.graph import almost_sure, always_sure, lead, possible, predecessors, staying, unavoidable
from tests.solvers.drawing import drawn, probabilities


def test_sets_are_those_of_the_policies() -> None:
    for seed in range(150):
        case, rng = drawn(seed), random.Random(seed)
        states = range(len(case.rows))
        goal = {s for s in states if rng.random() < 0.3}
        passable = {s for s in states if rng.random() < 0.8}
        worth = [probabilities(case, policy, goal, passable) for policy in case.policies()]
        sets = np.array([s in goal for s in states]), np.array([s in passable for s in states])
        into = predecessors(case.model)
        for s in states:
            values = [each[s] for each in worth]
            assert possible(case.model, into, *sets)[s] == (max(values) > 0), seed
            assert unavoidable(case.model, into, *sets)[s] == (min(values) > 0), seed
            assert almost_sure(case.model, into, *sets)[s] == (max(values) == 1), seed
            assert always_sure(case.model, into, *sets)[s] == (min(values) == 1), seed


def test_predecessors_are_listed_once() -> None:
    for seed in range(50):
        case = drawn(seed)
        into = predecessors(case.model)
        for t in range(len(case.rows)):
            expected = [s for s, row in enumerate(case.rows) if any(t in choice for choice in row)]
            assert into.sources[into.offsets[t] : into.offsets[t + 1]].tolist() == expected


def test_leading_choices_arrive() -> None:
    """Beside a policy of leading choices that stay within, the goal is reached with probability 1."""
    for seed in range(150):
        case, rng = drawn(seed), random.Random(seed)
        states = range(len(case.rows))
        goal = {s for s in states if rng.random() < 0.4}
        into, ends = predecessors(case.model), np.array([s in goal for s in states])
        sure = almost_sure(case.model, into, ends, np.ones_like(ends))
        best = np.zeros(len(ends), dtype=np.int32)
        lead(case.model, into, ends, staying(case.model, sure), best)
        found = probabilities(case, best.tolist(), goal, set(states))
        assert all(found[s] == 1 for s in np.flatnonzero(sure)), seed
