"""Curves on which a value is constant: straight lines, hyperbolas, conics, and branches of |·|."""

from collections.abc import Iterator
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import specl
from specl import formalisms
from specl.language.document import NamedObjective
from specl.model.environment import Environment
from specl.model.policy import Policy
from specl.obstructions.exact.chain import Rows
from specl.separation.families import member
from specl.separation.level_curves import Coordinate, curves, plane

ROOMS = """
environment rooms { states x, y  actions left, right  start x  x --_--> y  y --_--> x }
objective same    : LTL { formula (left & X left) | (right & X right) }
objective squares : RRL { discount 1/2  reward {}  strength 1  regulariser p[left]^2 }
objective bends   : RRL { discount 1/2  reward {}  strength 1  regulariser abs(p[left] - 1/2) }
objective jump    : FPR { value if pi(x, left) > 1/2 then pi(y, left) else pi(y, right) }
objective root    : FPR { value pi(x, left)^3 + pi(y, left)^3 }
objective entropy : RRL { discount 1/2  reward {}  strength 1  regulariser negentropy }
objective steady  : LTL { formula true }
"""
OF = (Coordinate(0, 0, 1), Coordinate(1, 0, 1))


def rooms(name: str) -> tuple[Environment, NamedObjective]:
    document = specl.load(ROOMS)
    return document.environments["rooms"], document.objectives[name]


def policy(p: Fraction, q: Fraction) -> Policy:
    return Policy(((p, 1 - p), (q, 1 - q)))


def found(name: str, at: Policy, seed: int) -> Iterator[Rows]:
    environment, objective = rooms(name)
    return curves(objective.code, objective.objective, environment, at, OF, Random(seed))


def worth(name: str, each: Policy) -> Any:
    environment, objective = rooms(name)
    return formalisms.rank(objective.code, objective.objective, environment, each)


CHANCES = st.fractions(Fraction(1, 9), Fraction(8, 9), max_denominator=9)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["same", "squares"]), CHANCES, CHANCES, st.integers(0, 20))
def test_the_value_is_the_same_all_along(name: str, p: Fraction, q: Fraction, seed: int) -> None:
    at = policy(p, q)
    for rows in found(name, at, seed):
        assert member(rows, Fraction(0)) == at
        for t in (Fraction(1, 3), Fraction(5, 7), Fraction(1)):
            here = member(rows, t)
            assert all(0 <= weight <= 1 for row in here.rows for weight in row)
            assert worth(name, here) == worth(name, at)


@pytest.mark.parametrize(
    ("name", "p", "q"), [("same", "1/3", "1/4"), ("squares", "2/3", "1/2"), ("jump", "2/3", "1/3")]
)
def test_there_is_a_curve(name: str, p: str, q: str) -> None:
    at = policy(Fraction(p), Fraction(q))
    drawn = [rows for seed in range(20) for rows in found(name, at, seed)]
    assert len({member(rows, Fraction(1)) for rows in drawn}) > 3


def test_where_a_value_bends_its_branch_is_followed() -> None:
    at = policy(Fraction(3, 4), Fraction(2, 3))
    drawn = [rows for seed in range(20) for rows in found("bends", at, seed)]
    assert drawn
    for rows in drawn:
        nearby = member(rows, Fraction(1, 1000))
        assert worth("bends", nearby) == worth("bends", at)


def test_both_lines_of_a_saddle_are_found() -> None:
    ends = {
        member(rows, Fraction(1)).rows
        for seed in range(20)
        for rows in found("same", policy(*[Fraction(1, 2)] * 2), seed)
    }
    half = (Fraction(1, 2), Fraction(1, 2))
    assert all(half in rows for rows in ends)
    assert {rows.index(half) for rows in ends} == {0, 1}


@pytest.mark.parametrize("name", ["root", "entropy", "steady"])
def test_what_has_no_such_curve(name: str) -> None:
    """A cubic, a value that is no rational function, and one that is constant everywhere."""
    assert [rows for seed in range(5) for rows in found(name, policy(Fraction(1, 3), Fraction(1, 4)), seed)] == []


def test_planes_are_made_of_entries_that_can_grow_and_shrink() -> None:
    half = Fraction(1, 2)
    third = (Fraction(1, 3),) * 3
    assert plane(Policy(((half, half), (Fraction(1), Fraction(0)))), Random(0)) is None
    for seed in range(10):
        of = plane(Policy((third, (Fraction(0), half, half))), Random(seed))
        assert of is not None
        assert len(set(of)) == 2
        assert all(each.action != each.other for each in of)
        assert all(0 not in (each.action, each.other) for each in of if each.state == 1)
