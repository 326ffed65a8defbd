"""Signs of polynomials on intervals, against polynomials whose zeros are known."""

from fractions import Fraction
from itertools import pairwise

from flint import fmpq_poly
from hypothesis import given, settings
from hypothesis import strategies as st

from specl.model.flint_rational import to_fmpq
from specl.obstructions.exact.interval import Interval, first_root, sign_at, signs

POINTS = st.fractions(-3, 3, max_denominator=4)
ROOTS = st.lists(POINTS, max_size=3)
SURDS = st.lists(st.sampled_from([2, 3, 5]), max_size=2)  # ±√n


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    low, high = sorted((draw(POINTS), draw(POINTS)))
    if low == high:
        return Interval(low, high)
    return Interval(low, high, draw(st.booleans()), draw(st.booleans()))


def built(roots: list[Fraction], surds: list[int], lead: int) -> fmpq_poly:
    polynomial = fmpq_poly([lead])
    for root in roots:
        polynomial *= fmpq_poly([to_fmpq(-root), 1])
    for surd in surds:
        polynomial *= fmpq_poly([-surd, 0, 1])
    return polynomial


def inside(on: Interval, x: Fraction) -> bool:
    return on.low < x < on.high or (x == on.low and on.closed_low) or (x == on.high and on.closed_high)


@settings(max_examples=300, deadline=None)
@given(ROOTS, SURDS, st.sampled_from([-2, 1]), intervals())
def test_signs_are_those_between_the_zeros(roots: list[Fraction], surds: list[int], lead: int, on: Interval) -> None:
    polynomial = built(roots, surds, lead)
    # ends, zeros, and points on both sides of everything that can happen
    irrational = [sign * Fraction(int(surd**0.5 * 10**9), 10**9) for surd in surds for sign in (-1, 1)]
    marks = sorted({on.low, on.high, *roots, *irrational})
    between = [(a + b) / 2 for a, b in pairwise(marks)]
    near = [x + step for x in irrational for step in (Fraction(-1, 10**8), Fraction(1, 10**8))]
    expected = {sign_at(polynomial, x) for x in (*marks, *between, *near) if inside(on, x)}
    if any(inside(on, x) for x in irrational):
        expected.add(0)
    assert signs(polynomial, on) == expected


@settings(max_examples=200, deadline=None)
@given(ROOTS, SURDS)
def test_the_first_zero(roots: list[Fraction], surds: list[int]) -> None:
    polynomial = built(roots, surds, 1)
    low, high = Fraction(-7, 2), Fraction(7, 2)
    found = first_root(polynomial, low, high)
    zeros = [float(root) for root in roots] + [sign * surd**0.5 for surd in surds for sign in (-1, 1)]
    assert (found is None) == (not zeros)
    if found is not None:
        a, b = found
        assert low < a <= b < high
        assert float(a) - 1e-9 <= min(zeros) <= float(b) + 1e-9
        assert (a == b) == (polynomial(to_fmpq(a)) == 0)
