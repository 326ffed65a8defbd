"""Lexicographic and constrained orders of expected returns: against sequences of exact programs, key by key."""

from fractions import Fraction
from typing import Any

import pytest
import z3

from specl.api.load import load
from specl.solvers.task import Task
from tests.solvers.beating import solved
from tests.solvers.occupancy_program import Measures, highs, measures, rational, table
from tests.solvers.written import paid, world

SEEDS = range(3)
ONE = """
environment one { states s  actions a, b  start s  s --_--> s }
objective o : GOMORL { discount 0 reward x { s --a--> s: 1 } reward y { s --b--> s: 1 } order ORDER }
"""
"""x is the probability of a, y that of b."""


def text(seed: int, order: str, discount: str = "1/2") -> str:
    return world(seed) + f"objective o : GOMORL {{ discount {discount} {paid(seed, 'xyz')} order {order} }}"


def program(written: str) -> tuple[Measures, tuple[Any, Any, Any]]:
    document = load(written)
    (named,) = document.objectives.values()
    environment = document.environments[named.environment]
    of = measures(environment, named.objective.discount)
    x, y, z = (of.total(table(environment, reward)) for reward in named.objective.rewards.values())
    return of, (x, y, z)


def exactly(written: str) -> list[Fraction]:
    found = solved(written, Task(is_exact=True, seconds=10))
    assert found.is_precise
    assert all(bounds.width == 0 for bounds in found.value)
    assert found.value == found.achieved
    return [bounds.low for bounds in found.value]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("discount", ["0", "1/2", "9/10"])
def test_keys_are_maximised_one_after_the_other(seed: int, discount: str) -> None:
    """min(x, y) leaves much to choose from; then z, then x."""
    written = text(seed, "lexicographic(min(x, y, 1/10), z, x)", discount)
    of, (x, y, z) = program(written)
    t = z3.Real("t")
    least = [t <= x, t <= y, t <= rational(Fraction(1, 10))]
    first = of.largest(t, *least)
    assert first is not None
    kept = [x >= rational(first), y >= rational(first)]
    second = of.largest(z, *kept)
    assert second is not None
    third = of.largest(x, *kept, z >= rational(second))
    assert exactly(written) == [first, second, third]


@pytest.mark.parametrize("seed", SEEDS)
def test_constraints_of_returns(seed: int) -> None:
    written = text(seed, "x + z subject to y >= Y, y - z <= D")
    of, (x, y, z) = program(text(seed, "lexicographic(x)"))
    high, low = of.largest(y), of.largest(-y)
    assert high is not None
    assert low is not None
    wanted = (high - low) / 2  # in the middle of its range
    apart = of.largest(z - y, y >= rational(wanted))
    assert apart is not None
    limit = -apart + Fraction(1, 5)
    best = of.largest(x + z, y >= rational(wanted), y - z <= rational(limit))
    assert exactly(written.replace("Y", f"({wanted})").replace("D", f"({limit})")) == [1, best]


@pytest.mark.parametrize("seed", SEEDS)
def test_tight_constraints_leave_what_they_must(seed: int) -> None:
    of, (x, y, _) = program(text(seed, "lexicographic(x)"))
    high = of.largest(y)
    assert high is not None
    best = of.largest(x, y == rational(high))
    assert exactly(text(seed, f"x subject to y >= {high}")) == [1, best]
    middle = high - Fraction(1, 7)
    best = of.largest(x, y == rational(middle))
    assert exactly(text(seed, f"x subject to y = ({middle})")) == [1, best]


@pytest.mark.parametrize("seed", SEEDS)
def test_constraints_that_nothing_meets(seed: int) -> None:
    of, (x, y, _) = program(text(seed, "lexicographic(x)"))
    high, best = of.largest(y), of.largest(x)
    assert high is not None
    written = text(seed, f"x subject to y >= {high + Fraction(1, 10**6)}")
    found = solved(written, Task(is_exact=True))
    assert [bounds.low for bounds in found.value] == [bounds.high for bounds in found.value] == [0, best]
    assert "no policy meets the constraints" in found.note


@pytest.mark.parametrize(
    ("order", "best"),
    [
        ("lexicographic(-(x - 1/3)^2, y)", ["0", "2/3"]),
        ("lexicographic(if x^2 >= 1/4 then 1 else 0, y)", ["1", "1/2"]),
        ("lexicographic(min(x, 1/2), -abs(y - 1/5))", ["1/2", "0"]),
        ("lexicographic(x^2 + y^2, x)", ["1", "1"]),
        ("lexicographic(abs(x - 1/2), y)", ["1/2", "1"]),
        ("lexicographic(exp(x), y)", None),
        ("lexicographic(3, y)", ["3", "1"]),
        ("lexicographic(if x > 1/2 and x < 1 then 1 else 0, -x^2)", None),
        ("y subject to x^2 >= 1/4", ["1", "1/2"]),
        ("y subject to x^2 = 1/4", ["1", "1/2"]),
        ("x*y subject to x >= 3/4", ["1", "3/16"]),
        ("x subject to x*y >= 3/16", ["1", "3/4"]),
        ("x subject to 1/(1 + x) >= 2/3", ["1", "1/2"]),
        ("x subject to max(x, y) <= 3/5", ["1", "3/5"]),
        ("x subject to min(x, y) >= 2/5", ["1", "3/5"]),
        ("x subject to x + y = 1", ["1", "1"]),
        ("x subject to x + y > 1", ["0", "1"]),
        ("x subject to abs(x - y) = 1, x < 1/2", ["1", "0"]),
    ],
)
def test_closed_forms(order: str, best: list[str] | None) -> None:
    found = solved(ONE.replace("ORDER", order), Task(is_exact=True, seconds=10))
    if best is None:
        assert found.value[0].width <= Fraction(1, 10**6)
        return
    for bounds, number in zip(found.value, best, strict=True):
        assert bounds.low == bounds.high == Fraction(number)


@pytest.mark.parametrize(
    ("order", "supremum"),
    [("x subject to x < 1/2", "1/2"), ("-abs(x - 1/4) subject to x > 1/4, y > 0", "0"), ("y subject to x > 0", "1")],
)
def test_suprema_that_no_policy_attains(order: str, supremum: str) -> None:
    found = solved(ONE.replace("ORDER", order), Task(is_exact=True))
    assert found.value[1].low == found.value[1].high == Fraction(supremum)
    assert 0 < found.value[1].low - found.achieved[1].low <= Fraction(1, 10**6)
    assert found.achieved[0].low == 1
    assert "not attained" in found.note


def test_irrational_optima_of_earlier_keys_leave_bounds() -> None:
    """x·e^(−x²) is largest at √½, which y depends on."""
    found = solved(ONE.replace("ORDER", "lexicographic(x*exp(-x^2), y)"), Task(seconds=5))
    assert float(found.value[1].low) <= 1 - 0.5**0.5 <= float(found.value[1].high)
    assert found.note


@pytest.mark.slow
def test_larger_models_have_exact_keys() -> None:
    size = 70
    written = world(5, size, 2, 3) + "objective o : GOMORL { discount 9/10 " + paid(5, "xy", size) + " order ORDER }"
    document = load(written.replace("ORDER", "lexicographic(x, y)"))
    (named,) = document.objectives.values()
    environment = document.environments[named.environment]
    best = highs(environment, Fraction(9, 10), table(environment, named.objective.rewards["x"]))
    lexicographic = solved(written.replace("ORDER", "lexicographic(min(x, 1), y)"), Task(seconds=20))
    assert lexicographic.value[0].low == lexicographic.value[0].high == 1
    bound = Fraction(best).limit_denominator(1000) - Fraction(1, 10)
    constrained = solved(written.replace("ORDER", f"y subject to x >= {bound}"), Task(seconds=20))
    assert constrained.value[0].low == 1
    assert constrained.value[1].width <= Fraction(1, 10**6)
    assert constrained.value[1].high <= lexicographic.value[1].high or bound < 1
