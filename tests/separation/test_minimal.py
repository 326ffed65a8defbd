"""The smallest witnesses by linear dependence: what excludes smaller ones, and that each size is attained."""

from itertools import product

import pytest

from specl.api.minimal import Minimal, minimal, table_text
from specl.language.diagnostics import SpecErrors
from specl.separation.minimal import LEMMAS, candidates, lemmas, pairs
from specl.separation.proposal import Shape
from specl.synthesis.dependence import dependence
from tests.separation.holding import separated


def sizes(found: Minimal) -> set[tuple[int, int, int]]:
    """The smallest sizes as triples."""
    return {(least.shape.states, least.shape.actions, least.shape.policies) for least in found.sizes}


@pytest.mark.parametrize(
    ("upper", "lower", "expected"),
    [
        ("RRL", "RM", {(2, 2, 4)}),
        ("RRL", "LAR", {(2, 2, 4)}),
        ("FTR", "RRL", {(2, 2, 3)}),
        ("MR", "LAR", {(2, 2, 3)}),
        ("LAR", "LTL", {(1, 2, 3), (2, 2, 2)}),
    ],
)
def test_smallest_sizes_are_attained_and_proved(upper: str, lower: str, expected: set[tuple[int, int, int]]) -> None:
    found = minimal(upper, lower)
    assert found.status == "yes"
    assert sizes(found) == expected
    for least in found.sizes:
        assert least.witness is not None
        assert least.witness.shape == least.shape
        for each in least.excluded:
            assert each.lemma.excludes(each.shape)
            assert not each.lemma.excludes(least.shape)
    assert found.json()["status"] == "yes"
    rows = table_text([found]).splitlines()
    assert len(rows) == 2 + len(expected)


@pytest.mark.slow
@pytest.mark.parametrize(("upper", "lower"), list(pairs()))
def test_every_pair_of_the_table(upper: str, lower: str) -> None:
    found = minimal(upper, lower)
    assert found.status == "yes"
    for least in found.sizes:
        for each in least.excluded:
            assert each.is_confirmed or not each.checked or each.lemma.name == "one state, both linear"


@pytest.mark.parametrize(("upper", "lower"), list(pairs()))
def test_candidates_are_the_least_sizes_outside_the_boxes(upper: str, lower: str) -> None:
    """Every size up to five lies in a box or above a candidate, never both."""
    boxes, least = lemmas(upper, lower), candidates(upper, lower)
    for numbers in product(range(1, 6), repeat=3):
        shape = Shape(*numbers)
        above = any(all(a <= b for a, b in zip(vars(one).values(), numbers, strict=True)) for one in least)
        assert above != any(lemma.excludes(shape) for lemma in boxes)


@pytest.mark.parametrize(("states", "actions", "policies"), [(1, 3, 5), (3, 1, 5), (3, 3, 3)])
def test_a_search_finds_nothing_where_a_lemma_excludes_it(states: int, actions: int, policies: int) -> None:
    shape = Shape(states, actions, policies)
    assert any(lemma.excludes(shape) for lemma in LEMMAS if lemma.applies("RRL", "LAR"))
    answer = separated("RRL", "LAR", 1, 1.5, states=states, actions=actions, policies=policies)
    assert answer.verdict == "unknown"


@pytest.mark.parametrize(
    ("code", "states", "actions", "policies"),
    [("RRL", 2, 2, 3), ("RRL", 2, 3, 3), ("MR", 2, 2, 2), ("MR", 2, 3, 2), ("FTR", 1, 2, 4)],
)
def test_sizes_without_dependent_features(code: str, states: int, actions: int, policies: int) -> None:
    """Where the lemmas say so Z3 agrees, for all environments of the size at once."""
    assert dependence(code, states, actions, policies).verdict == "none"


@pytest.mark.slow
def test_the_smallest_size_for_rrl_has_dependent_features() -> None:
    assert dependence("RRL", 2, 2, 4).verdict == "some"


def test_pairs_without_such_witnesses() -> None:
    with pytest.raises(SpecErrors, match="RM ⋡ RRL"):
        minimal("RM", "RRL")
    with pytest.raises(SpecErrors, match="did you mean"):
        minimal("RRRL", "LAR")
