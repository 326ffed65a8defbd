"""Counts against brute force, whatever does the counting."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest
from scipy.optimize import linprog

from specl.api.census import Census, census, examine, verified
from specl.language.diagnostics import SpecErrors
from specl.sampling.case import NOTIONS, Case, Column, Notion, Plan
from specl.sampling.census import Counts
from specl.sampling.draw import distance
from specl.sampling.setting import Setting
from specl.wishes import deciders
from specl.wishes.asking import Asking
from specl.wishes.wish import Wish

MR, FREE, ONMR = Column("MR"), Column("MR", free=True), Column("ONMR")
TINY = [Setting(2, 2, size=1), Setting(2, 2), Setting(3, 2), Setting(2, 3, size=3), Setting(2, 2, entropy=Fraction(0))]


def cases(columns: tuple[Column, ...], samples: int = 4) -> Iterator[Case]:
    for number, (setting, notion) in enumerate(product(TINY, NOTIONS)):
        for sample in range(samples):
            yield Case(number, sample, 11, setting, notion, columns)


def occupancies(wish: Wish) -> dict[str, Any]:
    """m(s,a) in floating point, for each policy."""
    world, discount = wish.environment, float(wish.discount or 0)
    move = np.array([[[float(dict(targets).get(t, 0)) for t in range(len(world.states))] for targets in row]
                     for row in world.transitions])  # fmt: skip
    start = np.eye(len(world.states))[0]
    found = {}
    for name, policy in wish.policies.items():
        rows = np.array([[float(p) for p in row] for row in policy.rows])
        chain = np.einsum("sa,sat->st", rows, move)
        found[name] = (np.linalg.solve(np.eye(len(start)) - discount * chain.T, start)[:, None] * rows).ravel()
    return found


def widest_margin(wish: Wish) -> float:
    """The largest ε such that a reward with entries in [−1, 1] puts better above worse by ε, and ties what is tied."""
    m = occupancies(wish)
    width = len(next(iter(m.values())))
    above = [np.append(m[worse] - m[better], 1) for better, worse in wish.strict]
    level = [np.append(m[left] - m[right], 0) for left, right in wish.ties]
    found = linprog(
        np.append(np.zeros(width), -1), above, np.zeros(len(above)),
        level or None, np.zeros(len(level)) if level else None, [(-1, 1)] * width + [(0, 1)],
    )  # fmt: skip
    assert found.status == 0
    return -float(found.fun)


def test_markov_rewards_are_found_where_floating_point_finds_them() -> None:
    seen = set()
    for case in cases((MR,)):
        margin = widest_margin(case.wish(free=False))
        assert margin > 1e-4 or margin < 1e-9
        assert examine(case) == {MR: "yes" if margin > 1e-4 else "no"}
        seen.add(margin > 1e-4)
    assert seen == {True, False}


def test_a_set_that_random_rewards_put_on_top_is_never_refused() -> None:
    random = np.random.default_rng(5)
    hits = 0
    for case in cases((MR,), 3):
        wish = case.wish(free=False)
        if wish.ties:
            continue
        m = occupancies(wish)
        names = list(m)
        values = np.array(list(m.values())) @ random.normal(size=(len(m[names[0]]), 3000))
        good = sorted({names.index(better) for better, _ in wish.strict})
        bad = sorted(set(range(len(names))) - set(good))
        if (values[good].min(0) > values[bad].max(0) + 1e-9).any():
            hits += 1
            assert examine(case) == {MR: "yes"}
    assert hits > 5


def test_two_policies_tie_on_top_exactly_if_they_differ_in_one_state() -> None:
    """Every state is visited, so the best policies are those that choose among the best actions everywhere."""
    setting = Setting(actions=2, states=3, entropy=Fraction(3, 2))
    for sample in range(10):
        case = Case(0, sample, 2, setting, "equal", (MR, FREE))
        wish = case.wish(free=False)
        one, other = ([row.index(1) for row in wish.policies[name].rows] for name in wish.ties[0])
        expected = "yes" if distance(tuple(one), tuple(other)) == 1 else "no"
        assert examine(case) == {MR: expected, FREE: expected}


def test_outer_functions_express_what_occupancies_tell_apart() -> None:
    seen = set()
    for case in cases((ONMR,)):
        wish = case.wish(free=False)
        m = occupancies(wish)
        good = {name for pair in wish.ties for name in pair} | {better for better, _ in wish.strict}
        bad = set(wish.policies) - good
        apart = all(np.abs(m[better] - m[worse]).max() > 1e-9 for better, worse in product(good, bad))
        assert examine(case) == {ONMR: "yes" if apart else "no"}
        seen.add(apart)
    assert seen == {True, False}


def test_a_discount_that_is_free_can_do_more() -> None:
    for case in cases((MR, FREE), 2):
        found = examine(case)
        assert (found[MR], found[FREE]) in {("yes", "yes"), ("no", "yes"), ("no", "no")}


@pytest.mark.slow
@pytest.mark.parametrize("code", deciders.deciders())
def test_answers_stand_up(code: str) -> None:
    """None is dropped for not having been confirmed."""
    for case in cases((), 1):
        for free in (False, True):
            wish = case.wish(free)
            verified(wish, code, Asking(wish, deciders.decide, seconds=5).answer(code))


def test_a_census_counts_what_its_cases_say() -> None:
    found = census("size", "range", samples=3, columns=["MR", "ONMR"], actions=2, states=2, size=[1, 2], seed=4, jobs=1)
    plan = found.counts.plan
    for point, row in enumerate(found.counts.tallies):
        answers = [examine(case) for case in plan.cases() if case.point == point]
        assert {column: tally.yes for column, tally in row.items()} == {
            column: sum(answer[column] == "yes" for answer in answers) for column in plan.columns
        }
    assert found.counts.complete
    assert [point["value"] for point in found.json()["points"]] == ["1", "2"]
    assert found.json()["fixed"] == {"actions": 2, "states": 2, "discount": "9/10", "entropy": None, "spread": "1"}


def test_the_number_of_processes_does_not_matter() -> None:
    asked: dict[str, Any] = {"samples": 3, "columns": ["MR", "LAR"], "actions": 2, "states": [2, 3], "seed": 8}
    alone = census("states", jobs=1, **asked)
    assert alone == census("states", jobs=2, **asked) == census("states", jobs=1, **asked)
    assert alone.json() != census("states", jobs=1, **{**asked, "seed": 9}).json()


def interrupted(at: int) -> Census:
    def watch(finished: int, total: int) -> None:
        if finished == at:
            raise KeyboardInterrupt

    return census("states", samples=3, columns=["ONMR"], actions=2, states=[2, 3], jobs=1, watch=watch)


def test_an_interruption_leaves_what_was_counted() -> None:
    found = interrupted(4)
    assert found.interrupted
    assert found.counts.finished == 4
    assert not found.json()["complete"]
    assert [point["columns"]["ONMR"]["yes"] for point in found.json()["points"]] == [2, 2]
    assert "</svg>" in found.svg()


def test_figures_are_the_same_for_the_same_counts() -> None:
    found = interrupted(6)
    assert found.svg() == found.svg() == found._repr_svg_()
    empty = Counts.none(Plan("states", (Fraction(2),), Setting(), "equal", (MR,), 1, 0))
    assert "</svg>" in Census(empty).svg()


def test_columns_that_were_counted_alike_are_one_curve() -> None:
    from specl.sampling.figure import label, together

    plan = Plan("states", (Fraction(2),), Setting(), "equal", (MR, FREE, ONMR), 1, 0)
    counts = Counts.none(plan).plus(next(plan.cases()), {MR: "no", FREE: "no", ONMR: "yes"})
    assert together(counts) == ((MR, FREE), (ONMR,))
    assert label((MR, FREE)) == "MR, MR (free γ)"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"vary": "colour"}, "no quantity `colour`"),
        ({"vary": "state"}, "did you mean `states`"),
        ({"notion": "both"}, "no notion `both`"),
        ({"samples": 0}, "samples must be at least 1"),
        ({"columns": []}, "no formalism"),
        ({"columns": ["MRR"]}, "did you mean `MR`"),
        ({"columns": ["MR:fixed"]}, "`MR:fixed`"),
        ({"columns": ["LAR:free"]}, "LAR has no discount"),
        ({"jobs": 0}, "processes must be at least 1"),
        ({"scheduler": "tcp://nowhere"}, "tcp://nowhere"),
        ({"states": ["2.5"]}, "whole number"),
        ({"discount": "1/0"}, "not `1/0`"),
        ({"discount": "1"}, "not in [0, 1)"),
        ({"vary": "states", "discount": [0, "1/2"]}, "it is states that varies"),
        ({"states": []}, "states is given without a value"),
        ({"entropy": "5"}, "entropy 5"),
        ({"state": 3}, "did you mean `states`"),
        ({"states": 30}, "deterministic policies"),
    ],
)
def test_wrong_arguments_are_told(arguments: dict[str, Any], told: str) -> None:
    with pytest.raises(SpecErrors) as caught:
        census(**{"samples": 1, "columns": ["ONMR"], **arguments})
    assert told in str(caught.value)


def test_fewer_states_allow_less_entropy() -> None:
    found = census("entropy", samples=1, columns=["ONMR"], actions=2, states=2, jobs=1)
    assert [point["value"] for point in found.json()["points"]] == ["0", "1/4", "1/2", "3/4", "1"]


def test_notions_are_two() -> None:
    notions: tuple[Notion, ...] = ("equal", "range")
    assert notions == NOTIONS
