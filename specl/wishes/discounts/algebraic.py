"""Real algebraic numbers in [0,1]: minimal polynomials with isolating intervals, their order, and what is between."""

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from math import ceil, floor
from typing import Any

from flint import ctx, fmpq, fmpz_poly

from specl.model.ball import bounds

DIGITS = 7
"""Isolating intervals are at most 2^−7 wide."""

Json = Any
"""What `json.dumps` takes."""


@dataclass(frozen=True)
class Algebraic:
    """An irrational number: the only root of an irreducible polynomial in an interval.

    The interval is the widest [m/2^k, (m+1)/2^k] with k ≥ 7 that isolates the root, so that equal numbers have equal
    records.

    Attributes:
        polynomial: coprime integers, lowest first, the last one positive.
    """

    polynomial: tuple[int, ...]
    low: Fraction
    high: Fraction

    def __str__(self) -> str:
        bits = DIGITS
        while True:
            low, high = (floor(end * 1000) for end in enclosure(self, bits))
            if low == high:
                return f"0.{low:03}…"
            bits *= 2

    @property
    def explained(self) -> str:
        """Which number it is, in words."""
        return f"{self} the root of {_written(self.polynomial)} in [{self.low}, {self.high}]"

    def json(self) -> Json:
        """Coefficients as strings, lowest first, and the isolating interval."""
        return {"polynomial": [str(c) for c in self.polynomial], "low": str(self.low), "high": str(self.high)}


Point = Fraction | Algebraic
"""A real algebraic number; rational ones are Fractions."""


def point_json(point: Point) -> Json:
    """A string where it is rational."""
    return str(point) if isinstance(point, Fraction) else point.json()


@cache
def enclosure(number: Point, bits: int) -> tuple[Fraction, Fraction]:
    """An interval around the number that is at most 2^−bits wide; a point where it is rational."""
    if isinstance(number, Fraction):
        return number, number
    low, high = number.low, number.high
    if bits > DIGITS:
        low, high = enclosure(number, max(DIGITS, bits // 2))
    polynomial = fmpz_poly(list(number.polynomial))
    rising = _sign(polynomial, low) < 0
    while high - low > Fraction(1, 1 << bits):
        middle = (low + high) / 2
        if (_sign(polynomial, middle) < 0) == rising:
            low = middle
        else:
            high = middle
    return low, high


def compare(one: Point, other: Point) -> int:
    """−1, 0, 1 as the first number is smaller than, equal to, larger than the second."""
    if one == other:
        return 0
    bits = DIGITS
    while True:
        a, b = enclosure(one, bits), enclosure(other, bits)
        if a[1] <= b[0]:  # they are not equal, and an irrational number is not an end of its interval
            return -1
        if b[1] <= a[0]:
            return 1
        bits *= 2


def larger(one: Point, other: Point) -> Point:
    """The larger of two numbers."""
    return one if compare(one, other) > 0 else other


def between(low: Point, high: Point) -> Fraction:
    """The simplest rational number, or nearly so, strictly between two numbers, the first smaller than the second."""
    bits = DIGITS
    while True:
        start, end = enclosure(low, bits)[1], enclosure(high, bits)[0]
        if start < end:
            return _simplest(start, end)
        bits *= 2


def roots(irreducible: fmpz_poly) -> tuple[Point, ...]:
    """The roots in the open interval (0,1) of an irreducible polynomial, in increasing order."""
    if irreducible.degree() == 1:
        root = Fraction(-int(irreducible[0]), int(irreducible[1]))
        return (root,) if 0 < root < 1 else ()
    if irreducible.leading_coefficient() < 0:
        irreducible = -irreducible
    polynomial = tuple(int(c) for c in irreducible.coeffs())
    balls = _real_balls(irreducible)
    found: list[Point] = []
    for i, ball in enumerate(balls):
        if ball[1] > 0 and ball[0] < 1:
            others = [*balls[:i], *balls[i + 1 :]]
            interval = _dyadic(irreducible, ball, others)
            if interval[0] >= 0 and interval[1] <= 1:
                found.append(Algebraic(polynomial, *interval))
    return tuple(found)


def _real_balls(irreducible: fmpz_poly) -> list[tuple[Fraction, Fraction]]:
    """Disjoint intervals around the real roots, of width at most 2^−32, in increasing order."""
    bits = 64
    while True:
        with ctx.workprec(bits):
            found: Any = irreducible.complex_roots()  # of real roots the imaginary part is exactly 0
            balls = sorted(bounds(root.real) for root, _ in found if root.imag == 0)
        if all(high - low < Fraction(1, 1 << 32) for low, high in balls):
            return balls
        bits *= 2


def _dyadic(
    irreducible: fmpz_poly, ball: tuple[Fraction, Fraction], others: list[tuple[Fraction, Fraction]]
) -> tuple[Fraction, Fraction]:
    """The widest [m/2^k, (m+1)/2^k], k ≥ 7, with the root in the ball and none of the roots in the other balls."""
    low, high = ball
    digits = DIGITS
    while True:
        scale = 1 << digits
        left = floor(low * scale)
        if ceil(high * scale) > left + 1:  # an end within the ball: on which side of it is the root?
            cut = Fraction(left + 1, scale)
            left = left if _sign(irreducible, low) != _sign(irreducible, cut) else left + 1
        start, end = Fraction(left, scale), Fraction(left + 1, scale)
        near = [other for other in others if other[0] < end and start < other[1]]
        if not any(_holds(irreducible, other, start, end) for other in near):
            return start, end
        digits += 1


def _holds(irreducible: fmpz_poly, ball: tuple[Fraction, Fraction], start: Fraction, end: Fraction) -> bool:
    """Whether the root in the ball lies in [start, end]."""
    low, high = max(ball[0], start), min(ball[1], end)
    return low < high and _sign(irreducible, low) != _sign(irreducible, high)


def _sign(polynomial: fmpz_poly, x: Fraction) -> int:
    value = polynomial(fmpq(x.numerator, x.denominator))
    return int(value > 0) - int(value < 0)


def _simplest(low: Fraction, high: Fraction) -> Fraction:
    """The rational with the smallest denominator strictly between two rationals (Stern and Brocot)."""
    whole = floor(low)
    if whole + 1 < high:
        return Fraction(whole + 1)
    if low == whole:  # between whole and high ≤ whole + 1
        return whole + Fraction(1, floor(1 / (high - whole)) + 1)
    return whole + 1 / _simplest(1 / (high - whole), 1 / (low - whole))


def _written(polynomial: tuple[int, ...]) -> str:
    terms = []
    for power in range(len(polynomial) - 1, -1, -1):
        coefficient = polynomial[power]
        if not coefficient:
            continue
        variable = "" if power == 0 else "x" if power == 1 else f"x^{power}"
        size = abs(coefficient)
        body = variable if size == 1 and variable else f"{size}{'·' if variable else ''}{variable}"
        terms.append(("- " if coefficient < 0 else "+ ") + body)
    return " ".join(terms).removeprefix("+ ")
