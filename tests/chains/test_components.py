"""Strongly connected components against mutual reachability."""

from hypothesis import given, settings
from hypothesis import strategies as st

from specl.chains.components import components


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 6).flatmap(lambda n: st.lists(st.sets(st.integers(0, max(n - 1, 0))), min_size=n, max_size=n)))
def test_components_are_mutual_reachability_with_sinks_first(successors: list[set[int]]) -> None:
    reach = [{i} for i in range(len(successors))]
    for _ in successors:
        reach = [found.union(*(reach[j] for j in successors[i]), found) for i, found in enumerate(reach)]
    found = components(successors)
    assert sorted(i for component in found for i in component) == list(range(len(successors)))
    place = {i: k for k, component in enumerate(found) for i in component}
    for i in range(len(successors)):
        for j in range(len(successors)):
            assert (place[i] == place[j]) == (j in reach[i] and i in reach[j])
        assert all(place[j] <= place[i] for j in successors[i])
