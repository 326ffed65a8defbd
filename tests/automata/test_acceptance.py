"""Acceptance conditions: evaluation, text, and reading it back."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specl.automata.acceptance import Acceptance, accepts, marks_of, read, show

MARKS = range(3)
SUBSETS = [frozenset(chosen) for size in range(4) for chosen in itertools.combinations(MARKS, size)]
LEAVES = st.builds(lambda op, mark: Acceptance(op, mark=mark), st.sampled_from(["inf", "fin"]), st.sampled_from(MARKS))
CONDITIONS = st.recursive(
    LEAVES,
    lambda inner: st.builds(
        lambda op, parts: Acceptance(op, tuple(parts)), st.sampled_from(["and", "or"]), st.lists(inner, max_size=3)
    ),
    max_leaves=8,
)


def test_a_rabin_pair_needs_one_mark_gone_and_the_other_for_ever() -> None:
    pair = read("Fin(0) & Inf(1)")
    assert [accepts(pair, marks) for marks in ({1}, {0, 1}, {0}, set())] == [True, False, False, False]


def test_conjunction_binds_more_tightly() -> None:
    condition = read("Inf(0) | Inf(1) & Fin(2)")
    assert accepts(condition, {0, 2})
    assert not accepts(condition, {1, 2})
    assert accepts(read("(Inf(0) | Inf(1)) & Fin(2)"), {1})


def test_constants() -> None:
    assert accepts(read("t"), frozenset())
    assert not accepts(read("f"), frozenset({0}))


@given(CONDITIONS)
def test_text_reads_back_to_the_same_condition(condition: Acceptance) -> None:
    again = read(show(condition))
    assert [accepts(again, marks) for marks in SUBSETS] == [accepts(condition, marks) for marks in SUBSETS]
    assert marks_of(again) <= marks_of(condition)


@pytest.mark.parametrize(
    "text", ["", "Inf", "Inf(0", "Inf(0))", "Inf(0) &", "| Inf(0)", "Inf(!0)", "x", "Inf(0) Fin(1)"]
)
def test_malformed_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="acceptance condition"):
        read(text)
