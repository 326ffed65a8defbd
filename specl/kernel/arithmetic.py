"""Exact arithmetic: polynomials and rational functions in one variable over ℚ, and their signs on intervals (Sturm).

A polynomial is the tuple of its coefficients, lowest first, without trailing zeros; () is 0. A budget bounds all work:
an operation is charged, by the number and the size of the coefficients it touches, before it is done."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise, zip_longest
from typing import NamedTuple

WORK = 4_000_000
Polynomial = tuple[Fraction, ...]
_left = [WORK]

class Rejected(Exception):
    """The evidence does not prove the claim, or a limit is exceeded: (reason, path)."""

def spend(amount: int, refill: int | None = None) -> None:
    """Take from the budget; refill starts a new one."""
    _left[0] = (_left[0] if refill is None else refill) - amount
    if _left[0] < 0:
        raise Rejected("the work that checking takes exceeds the limit", "")

def charge(operations: int, *numbers: Sequence[Fraction]) -> None:
    bits = max((c.numerator.bit_length() + c.denominator.bit_length() for part in numbers for c in part), default=0)
    spend(1 + operations * (1 + (bits >> 7) + (bits * bits >> 20)))

class Interval(NamedTuple):
    """A nonempty interval with rational ends, a point if they are equal."""

    low: Fraction
    high: Fraction
    closed_low: bool = True
    closed_high: bool = True

POINT, UNIT = Interval(Fraction(0), Fraction(0)), Interval(Fraction(0), Fraction(1))
DISCOUNTS = Interval(Fraction(0), Fraction(1), closed_high=False)

def trim(coefficients: Iterable[Fraction]) -> Polynomial:
    found = list(coefficients)
    while found and not found[-1]:
        found.pop()
    return tuple(found)

def add(p: Polynomial, q: Polynomial) -> Polynomial:
    charge(len(p) + len(q), p, q)
    return trim(a + b for a, b in zip_longest(p, q, fillvalue=Fraction(0)))

def multiply(p: Polynomial, q: Polynomial) -> Polynomial:
    found = [Fraction(0)] * (len(p) + len(q))
    for i, a in enumerate(p):
        charge(len(q), q, (a,), found[i:i + len(q)])
        for j, b in enumerate(q):
            found[i + j] += a * b
    return trim(found)

def divide(p: Polynomial, q: Polynomial) -> tuple[Polynomial, Polynomial]:
    """Quotient and remainder by q ≠ 0."""
    rest, quotient = p, [Fraction(0)] * len(p)
    while len(rest) >= len(q):
        charge(len(q), rest, q)
        shift, factor = len(rest) - len(q), rest[-1] / q[-1]
        quotient[shift] = factor
        rest = trim(c - factor * q[i - shift] if i >= shift else c for i, c in enumerate(rest))
    return trim(quotient), rest

def common(p: Polynomial, q: Polynomial) -> Polynomial:
    """The monic greatest common divisor of p ≠ 0 and q."""
    while q:
        p, q = q, divide(p, q)[1]
        q = tuple(c / q[-1] for c in q)
    return tuple(c / p[-1] for c in p)

def derivative(p: Polynomial) -> Polynomial:
    return tuple(i * c for i, c in enumerate(p))[1:]

def evaluate(p: Polynomial, x: Fraction) -> Fraction:
    found = Fraction(0)
    for c in reversed(p):
        charge(1, (found, x, c))
        found = found * x + c
    return found

def sign(p: Polynomial, x: Fraction) -> int:
    found = evaluate(p, x)
    return (found > 0) - (found < 0)

def signs(polynomial: Polynomial, on: Interval) -> set[int]:
    """The signs (−1, 0, 1) that a polynomial takes on an interval, which is cut until zeros are alone: by Sturm's
    theorem the chain of the squarefree part loses as many changes as there are zeros in (low, high]."""
    p = trim(polynomial)
    if len(p) <= 1 or on.low == on.high:
        return {sign(p, on.low)}
    found = {sign(p, x) for x, closed in ((on.low, on.closed_low), (on.high, on.closed_high)) if closed}
    distinct = divide(p, common(p, derivative(p)))[0]
    chain = [distinct, derivative(distinct)]
    while rest := divide(chain[-2], chain[-1])[1]:
        chain.append(tuple(-c / abs(rest[-1]) for c in rest))
    parts = [(on.low, on.high)]
    for low, high in parts:  # grows while it is walked
        middle, ends = (low + high) / 2, {sign(p, low), sign(p, high)}
        rows = ([s for q in chain if (s := sign(q, x))] for x in (low, high))
        changes, left = (sum(a != b for a, b in pairwise(row)) for row in rows)
        inside = changes - left - (sign(p, high) == 0)
        found.add(sign(p, middle))
        if inside == 1 and 0 not in ends:
            found |= {0, *ends}
        elif inside:
            parts += [(low, middle), (middle, high)]
    return found

@dataclass(frozen=True)
class Ratio:
    """An element of ℚ(x) in lowest terms, the denominator monic; so == is equality in ℚ(x)."""

    num: Polynomial
    den: Polynomial

    @staticmethod
    def of(number: Fraction | int) -> "Ratio":
        return Ratio(trim([Fraction(number)]), (Fraction(1),))

    def __add__(self, other: "Ratio") -> "Ratio":
        if self.den == other.den:
            return ratio(add(self.num, other.num), self.den)
        return ratio(add(multiply(self.num, other.den), multiply(other.num, self.den)), multiply(self.den, other.den))

    def __neg__(self) -> "Ratio":
        return Ratio(tuple(-c for c in self.num), self.den)

    def __sub__(self, other: "Ratio") -> "Ratio":
        return self + -other

    def __mul__(self, other: "Ratio") -> "Ratio":
        return ratio(multiply(self.num, other.num), multiply(self.den, other.den))

    def __truediv__(self, other: "Ratio") -> "Ratio":
        return ratio(multiply(self.num, other.den), multiply(self.den, other.num))

    def signs(self, on: Interval) -> set[int]:
        """The signs taken on an interval without poles."""
        return signs(multiply(self.num, self.den), on)

    def slope(self) -> "Ratio":
        """The derivative."""
        top = add(multiply(derivative(self.num), self.den), tuple(-c for c in multiply(self.num, derivative(self.den))))
        return ratio(top, multiply(self.den, self.den))

    def at(self, x: Fraction) -> "Ratio":
        return Ratio.of(evaluate(self.num, x) / evaluate(self.den, x))

    def along(self, on: Interval) -> "Ratio":
        """Itself, or its value on an interval that is a point."""
        return self.at(on.low) if on.low == on.high else self

def ratio(num: Polynomial, den: Polynomial) -> Ratio:
    """num/den in lowest terms, for den ≠ 0."""
    num, den = trim(num), trim(den)
    if len(den) > 1:
        factor = common(den, num)
        num, den = divide(num, factor)[0], divide(den, factor)[0]
    return Ratio(tuple(c / den[-1] for c in num), tuple(c / den[-1] for c in den))

ZERO, ONE = Ratio.of(0), Ratio.of(1)
X = Ratio((Fraction(0), Fraction(1)), ONE.den)
