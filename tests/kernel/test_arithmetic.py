"""Signs on intervals against polynomials whose zeros are known; ℚ(x) against numbers."""

from __future__ import annotations

from fractions import Fraction
from functools import reduce
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specl.kernel.arithmetic import (
    ONE,
    WORK,
    ZERO,
    Interval,
    Polynomial,
    Ratio,
    Rejected,
    divide,
    multiply,
    ratio,
    signs,
    spend,
    trim,
)

numbers = st.fractions(min_value=-3, max_value=3, max_denominator=4)
polynomials = st.lists(numbers, max_size=4).map(trim)


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    low, high = sorted((draw(numbers), draw(numbers)))
    closed = low == high
    return Interval(low, high, closed or draw(st.booleans()), closed or draw(st.booleans()))


def inside(x: Fraction, on: Interval) -> bool:
    return on.low < x < on.high or (x == on.low and on.closed_low) or (x == on.high and on.closed_high)


@given(
    st.lists(numbers, max_size=5), st.lists(st.tuples(numbers, numbers), max_size=2), numbers.filter(bool), intervals()
)
def test_signs_of_products(
    roots: list[Fraction], pairs: list[tuple[Fraction, Fraction]], lead: Fraction, on: Interval
) -> None:
    """lead·∏(x − root)·∏((x − u)² + v² + 1): the signs are those at the zeros and between them."""
    spend(0, refill=WORK)
    p: Polynomial = (lead,)
    for root in roots:
        p = multiply(p, (-root, Fraction(1)))
    for u, v in pairs:
        p = multiply(p, (u * u + v * v + 1, -2 * u, Fraction(1)))
    points = sorted({*roots, on.low, on.high})
    samples = [x for x in points if inside(x, on)]
    samples += [(x + y) / 2 for x, y in pairwise(points) if inside((x + y) / 2, on)]
    expected = set()
    for x in samples:
        value = lead
        for root in roots:
            value *= x - root
        expected.add((value > 0) - (value < 0))
    assert signs(p, on) == expected
    assert signs((*p, Fraction(0)), on) == expected


@given(intervals())
def test_signs_of_irrational_zeros(on: Interval) -> None:
    """x² − 2 vanishes at ±√2, which no end of these intervals is nearer to than 1.4142 and 1.4143 are."""
    root = Fraction(14142, 10000)
    zeros = [s for s in (-1, 1) if on.low < s * root < on.high]
    samples = [x for x in (on.low, on.high, (on.low + on.high) / 2) if inside(x, on)]
    expected = {(x * x > 2) - (x * x < 2) for x in samples} | ({-1, 0, 1} if zeros else set())
    assert signs((Fraction(-2), Fraction(0), Fraction(1)), on) == expected


def test_signs_of_nothing() -> None:
    assert signs((), Interval(Fraction(0), Fraction(1))) == {0}
    assert signs((Fraction(0),), Interval(Fraction(0), Fraction(1))) == {0}


@given(polynomials, polynomials.filter(bool))
def test_division(p: tuple[Fraction, ...], q: tuple[Fraction, ...]) -> None:
    spend(0, refill=WORK)
    quotient, rest = divide(p, q)
    assert len(rest) < len(q)
    for x in map(Fraction, range(-5, 6)):
        at = [sum((c * x**i for i, c in enumerate(r)), Fraction(0)) for r in (p, q, quotient, rest)]
        assert at[0] == at[1] * at[2] + at[3]


@given(polynomials, polynomials.filter(bool), polynomials, polynomials.filter(bool), numbers)
def test_field_operations(
    a: tuple[Fraction, ...], b: tuple[Fraction, ...], c: tuple[Fraction, ...], d: tuple[Fraction, ...], x: Fraction
) -> None:
    spend(0, refill=WORK)
    p, q = ratio(a, b), ratio(c, d)
    den = [sum((k * x**i for i, k in enumerate(r)), Fraction(0)) for r in (b, d, c)]

    def at(value: Ratio) -> Fraction:
        return sum(value.at(x).num, Fraction(0))

    if den[0] and den[1]:
        assert at(p + q) == at(p) + at(q)
        assert at(p - q) == at(p) - at(q)
        assert at(p * q) == at(p) * at(q)
        assert at(-p) == -at(p)
        assert p.along(Interval(x, x)) == p.at(x)
        if den[2]:
            assert at(p / q) == at(p) / at(q)
    assert p - p == ZERO
    assert (p == q) == (multiply(trim(a), trim(d)) == multiply(trim(c), trim(b)))
    assert p == ZERO or p / p == ONE


@given(polynomials, polynomials.filter(bool), polynomials, polynomials.filter(bool))
def test_slope_is_a_derivation(
    a: tuple[Fraction, ...], b: tuple[Fraction, ...], c: tuple[Fraction, ...], d: tuple[Fraction, ...]
) -> None:
    spend(0, refill=WORK)
    p, q = ratio(a, b), ratio(c, d)
    assert (p + q).slope() == p.slope() + q.slope()
    assert (p * q).slope() == p.slope() * q + p * q.slope()
    assert Ratio((Fraction(0), Fraction(1)), (Fraction(1),)).slope() == ONE


def test_work_is_limited() -> None:
    spend(0, refill=WORK)
    p = tuple(Fraction(1, 10**400 + i) for i in range(30))
    with pytest.raises(Rejected):
        reduce(multiply, [p] * 100)
    spend(0, refill=WORK)
