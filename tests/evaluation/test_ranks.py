"""Comparing ranks, and orderings in which some comparisons are undecided."""

import itertools
from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from specl.evaluation.ranks import compare_ranks, compare_values, order_policies
from specl.model.enclosure import Enclosure
from specl.model.real import Real

ENDS = st.integers(-4, 4).map(Fraction)


@st.composite
def enclosed(draw: st.DrawFn) -> tuple[Fraction, Any]:
    """A number, and what is known of it."""
    truth = draw(ENDS)
    if draw(st.booleans()):
        return truth, Real.of(truth)
    return truth, Enclosure(truth - draw(st.integers(0, 2)), truth + draw(st.integers(0, 2)))


def test_exact_numbers_are_decided() -> None:
    assert compare_values(Real.of(2).log() * 2, Real.of(4).log()) == 0
    assert compare_values(Real.of(2).log(), Real.of(Fraction(7, 10))) == -1
    assert compare_values(Real.of(3).log(), Real.of(1)) == 1


def test_enclosures_are_decided_where_they_do_not_overlap() -> None:
    assert compare_values(Enclosure(Fraction(0), Fraction(1)), Enclosure(Fraction(2), Fraction(3))) == -1
    assert compare_values(Enclosure(Fraction(0), Fraction(1)), Real.of(-1)) == 1
    assert compare_values(Real.of(2), Enclosure(Fraction(2), Fraction(2))) == 0
    assert compare_values(Enclosure(Fraction(0), Fraction(1)), Enclosure(Fraction(1), Fraction(2))) is None
    assert compare_values(Enclosure(Fraction(0), Fraction(1)), Enclosure(Fraction(0), Fraction(1))) is None


def test_tuples_are_compared_lexicographically() -> None:
    one, two, wide = Real.of(1), Real.of(2), Enclosure(Fraction(0), Fraction(3))
    assert compare_ranks((one, two), (one, one)) == 1
    assert compare_ranks((one, two), (two, one)) == -1
    assert compare_ranks((one, two), (one, two)) == 0
    assert compare_ranks((wide, two), (one, one)) is None
    assert compare_ranks((two, wide), (one, two)) == 1


def test_groups_come_best_first_and_ties_keep_their_order() -> None:
    ranks = {"a": Real.of(1), "b": Real.of(3), "c": Real.of(1), "d": Real.of(2)}
    assert order_policies(ranks) == ((("b",), ("d",), ("a", "c")), ())
    assert order_policies({}) == ((), ())


def test_an_undecided_pair_stands_in_one_group_and_is_reported() -> None:
    ranks = {
        "low": Real.of(0),
        "left": Enclosure(Fraction(1), Fraction(3)),
        "right": Enclosure(Fraction(2), Fraction(4)),
        "high": Real.of(5),
    }
    assert order_policies(ranks) == ((("high",), ("left", "right"), ("low",)), (("left", "right"),))


def test_what_undecided_pairs_link_is_listed_better_first() -> None:
    ranks = {
        "bottom": Enclosure(Fraction(0), Fraction(2)),
        "middle": Enclosure(Fraction(1), Fraction(4)),
        "top": Enclosure(Fraction(3), Fraction(5)),
    }
    groups, undecided = order_policies(ranks)
    assert undecided == (("bottom", "middle"), ("middle", "top"))
    assert len(groups) == 1
    assert groups[0].index("top") < groups[0].index("bottom")


@given(st.lists(enclosed() | st.tuples(enclosed(), enclosed()), max_size=6))
def test_an_ordering_never_contradicts_the_truth(drawn: list[Any]) -> None:
    pairs = [one if isinstance(one[0], tuple) else (one, (Fraction(0), Real.of(0))) for one in drawn]
    truths = {str(i): tuple(truth for truth, _ in pair) for i, pair in enumerate(pairs)}
    ranks = {str(i): tuple(known for _, known in pair) for i, pair in enumerate(pairs)}
    groups, undecided = order_policies(ranks)
    assert sorted(itertools.chain(*groups)) == sorted(ranks)
    for better, worse in itertools.combinations(groups, 2):
        for p, q in itertools.product(better, worse):
            assert truths[p] > truths[q]
    for group in groups:
        for p, q in itertools.combinations(group, 2):
            if not undecided:
                assert truths[p] == truths[q]
    for p, q in undecided:
        assert compare_ranks(ranks[p], ranks[q]) is None
