"""Lexicographic and constrained orders of occupancy measures: against sequences of exact programs."""

from fractions import Fraction

import pytest
import z3

from specl.api.load import load
from specl.solvers.task import Task
from tests.solvers.beating import solved
from tests.solvers.occupancy_program import Measures, measures, rational
from tests.solvers.written import world

SEEDS = range(3)


def text(seed: int, order: str, discount: str = "1/2") -> str:
    return world(seed) + f"objective o : OMO {{ discount {discount} order {order} }}"


def program(seed: int, discount: str = "1/2") -> Measures:
    return measures(load(world(seed)).environments["world"], Fraction(discount))


def exactly(written: str) -> list[Fraction]:
    found = solved(written, Task(is_exact=True, seconds=10))
    assert all(bounds.width == 0 for bounds in found.value)
    assert found.value == found.achieved
    return [bounds.low for bounds in found.value]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("discount", ["0", "1/2", "9/10"])
def test_keys_are_maximised_one_after_the_other(seed: int, discount: str) -> None:
    of = program(seed, discount)
    m, t = of.m, z3.Real("t")
    first = of.largest(t, t <= m[0, 0] + m[0, 1], t <= m[2, 0] + m[2, 1])
    assert first is not None
    kept = [m[0, 0] + m[0, 1] >= rational(first), m[2, 0] + m[2, 1] >= rational(first)]
    second = of.largest(m[1, 1] - m[2, 0], *kept)
    assert second is not None
    third = of.largest(m[0, 1], *kept, m[1, 1] - m[2, 0] >= rational(second))
    order = "lexicographic(min(m(s0), m(s2)), m(s1, a1) - m(s2, a0), m(s0, a1))"
    assert exactly(text(seed, order, discount)) == [first, second, third]


@pytest.mark.parametrize("seed", SEEDS)
def test_constraints_of_measures(seed: int) -> None:
    """A state that is visited at least so often, and one action at most half as often as the other."""
    of = program(seed)
    m = of.m
    high, low = of.largest(m[1, 0] + m[1, 1]), of.largest(-m[1, 0] - m[1, 1])
    assert high is not None
    assert low is not None
    middle = (high - low) / 2
    best = of.largest(m[2, 0], m[1, 0] + m[1, 1] >= rational(middle), 2 * m[0, 0] <= m[0, 1])
    assert exactly(text(seed, f"m(s2, a0) subject to m(s1) >= {middle}, 2*m(s0, a0) <= m(s0, a1)")) == [1, best]
    tight = of.largest(m[2, 0], m[1, 0] + m[1, 1] == rational(high))
    assert exactly(text(seed, f"m(s2, a0) subject to m(s1) = {high}")) == [1, tight]
    found = solved(text(seed, f"m(s2, a0) subject to m(s1) > {high}"), Task(is_exact=True))
    assert found.value[0].low == found.value[0].high == 0
    assert found.value[1].low == of.largest(m[2, 0])
    assert "no policy meets the constraints" in found.note


@pytest.mark.parametrize("seed", SEEDS)
def test_convex_constraints_are_met(seed: int) -> None:
    """Of all that visit the states alike: a disc around the middle, in which a linear form is largest on the border."""
    squares = " + ".join(f"(m(s{s}) - 2/3)^2" for s in range(3))
    closest = solved(world(seed) + f"objective o : FOMR {{ discount 1/2 value -({squares}) }}").value[0]
    radius = -closest.low + Fraction(1, 100)
    found = solved(text(seed, f"m(s0, a0) subject to {squares} <= {radius}"))
    assert found.value[0].low == 1
    assert found.value[1].width <= Fraction(1, 10**6)
    loose = program(seed).largest(program(seed).m[0, 0])
    assert loose is not None
    assert found.value[1].low <= loose


def test_one_policy_ties_with_itself() -> None:
    alone = "environment one { states s, t  actions a  start s  s --_--> t  t --_--> s }\n"
    assert exactly(alone + "objective o : OMO { discount 1/2 order lexicographic(m(s), m(t), m(s, a, t)) }") == [
        Fraction(4, 3), Fraction(2, 3), Fraction(4, 3),
    ]  # fmt: skip
