"""The benchmark runs, its competitors agree, and certificates do not cost out of proportion."""

from functools import partial

import pytest

from tests.benchmarks import floats, smt, vs_lp

LOOSE = 60
"""Far above what is measured: only a change of the order of growth should fail."""


@pytest.mark.parametrize("kind", vs_lp.KINDS, ids=lambda kind: kind.name)
def test_certified_answers_cost_a_moderate_multiple(kind: vs_lp.Kind) -> None:
    wish = kind.wish(24)
    taken, answers = vs_lp.medians(
        {"specl": partial(vs_lp.certified, wish), "float": partial(floats.feasible, wish, vs_lp.DISCOUNT)}, repeats=3
    )
    assert answers["specl"] == answers["float"]
    assert taken["specl"] < LOOSE * taken["float"]


@pytest.mark.parametrize("kind", vs_lp.KINDS, ids=lambda kind: kind.name)
def test_competitors_agree(kind: vs_lp.Kind) -> None:
    for seed in range(6):
        wish = kind.wish(6, seed)
        answer = vs_lp.certified(wish)
        assert floats.feasible(wish, vs_lp.DISCOUNT, "highs-ipm") == answer
        assert smt.feasible(wish, vs_lp.DISCOUNT, 20) in (answer, None)


def test_the_tables_have_a_line_for_every_run() -> None:
    lines = list(vs_lp.rows(vs_lp.KINDS, [6], 1, 5))
    assert len(lines) == 2 * (2 + len(vs_lp.KINDS)) + 1
    assert all(line.count("|") == lines[0].count("|") for line in lines[: 2 + len(vs_lp.KINDS)])


def test_parts_add_up() -> None:
    spent = vs_lp.profile(vs_lp.KINDS[2].wish(12))
    assert set(spent) == {*vs_lp.PARTS, "verification", "total"}
    assert sum(seconds for part, seconds in spent.items() if part != "total") == pytest.approx(spent["total"])
    assert min(spent.values()) > 0
