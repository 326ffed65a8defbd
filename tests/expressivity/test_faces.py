"""Supports of policies: each once, larger ones first, however deep the environment is."""

import itertools
from fractions import Fraction

from hypothesis import given, settings

from specl.expressivity.faces import Domain, supports
from specl.model.environment import Environment
from specl.model.policy import Policy, reachable_states
from tests.strategies import environments

EVERYWHERE = Domain(True, frozenset())


@settings(max_examples=60, deadline=None)
@given(environments())
def test_every_choice_where_it_counts_is_met_once(world: Environment) -> None:
    """By brute force: all supports, but for those of states that the policy does not enter."""
    actions = range(len(world.actions))
    subsets = [each for size in range(1, len(actions) + 1) for each in itertools.combinations(actions, size)]
    expected = set()
    for support in itertools.product(subsets, repeat=len(world.states)):
        rows = tuple(tuple(Fraction(int(a in chosen), len(chosen)) for a in actions) for chosen in support)
        entered = reachable_states(world, Policy(rows))
        expected.add(tuple(chosen if s in entered else (0,) for s, chosen in enumerate(support)))
    found = list(supports(world, EVERYWHERE))
    assert len(found) == len(set(found))
    assert set(found) == expected
    assert found[0] == max(found, key=lambda support: sum(map(len, support)))


def test_thousands_of_states_are_no_depth_of_recursion() -> None:
    size = 1500
    certain = Fraction(1)
    rows = tuple(((((s + 1) % size, certain),), ((s, certain),)) for s in range(size))
    names = tuple(f"s{s}" for s in range(size))
    ring = Environment("ring", names, ("go", "stay"), ((0, certain),), rows, {})
    assert next(supports(ring, EVERYWHERE)) == ((0, 1),) * size
    assert next(supports(ring, EVERYWHERE, deterministic=True)) == ((0,),) * size
