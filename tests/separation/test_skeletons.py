"""Transition structures up to renaming: complete, without repetition."""

from itertools import permutations, product
from random import Random

import pytest

from specl.model.policy import deterministic_policies, reachable_states
from specl.separation.skeletons import Table, draw, least, sources, tables


@pytest.mark.parametrize(("states", "actions"), [(1, 1), (1, 3), (2, 1), (2, 2), (2, 3), (3, 1), (3, 2)])
def test_each_orbit_has_one_table(states: int, actions: int) -> None:
    """Burnside: the number of orbits is the mean number of tables that a renaming leaves as they are."""
    everything = [
        tuple(flat[s * actions : (s + 1) * actions] for s in range(states))
        for flat in product(range(states), repeat=states * actions)
    ]
    fixed = sum(
        table == tuple(tuple(order.index(table[s][a]) for a in columns) for s in order)
        for order in permutations(range(states))
        for columns in permutations(range(actions))
        for table in everything
    )
    group = sum(1 for _ in permutations(range(states))) * sum(1 for _ in permutations(range(actions)))
    found = list(tables(states, actions))
    assert len(found) * group == fixed
    assert {least(table) for table in everything} == set(found)


def test_every_state_of_what_is_drawn_is_reached_by_some_policy() -> None:
    random = Random(0)
    for _ in range(60):
        environment = draw(random.randint(1, 4), random.randint(1, 3), random)
        reached = frozenset[int]().union(
            *(reachable_states(environment, policy) for policy in deterministic_policies(environment))
        )
        assert reached == set(range(len(environment.states)))


def test_sources_of_islands() -> None:
    island: Table = ((0, 0), (1, 1))
    assert sorted(sources(island)) == [(0,), (1,)]
    ring: Table = ((1, 1), (0, 0))
    assert [sorted(group) for group in sources(ring)] == [[0, 1]]
    assert sources(((1, 2), (2, 2), (2, 2))) == ((0,),)
