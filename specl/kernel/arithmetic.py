"""Exact arithmetic: polynomials and rational functions in one variable over ℚ, and their signs on intervals (Sturm).

A polynomial is the tuple of its coefficients, lowest first, without trailing zeros; () is 0. A budget bounds all work:
an operation is charged, by the number and the size of the coefficients it touches, before it is done.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

WORK = 4_000_000
Polynomial = tuple[Fraction, ...]
_left = [WORK]

class Rejected(Exception):
    """The evidence does not prove the claim, or a limit is exceeded: (reason, path)."""

def spend(amount: int, refill: bool = False) -> None:
    """Take from the budget; refill starts a new one."""
    _left[0] = (WORK if refill else _left[0]) - amount
    if _left[0] < 0:
        raise Rejected("the work that checking takes exceeds the limit", "")

def _charge(operations: int, *polynomials: Polynomial) -> None:
    bits = max((c.numerator.bit_length() + c.denominator.bit_length() for p in polynomials for c in p), default=0)
    spend(1 + operations * (1 + (bits >> 7) + (bits * bits >> 20)))

@dataclass(frozen=True)
class Interval:
    """A nonempty interval with rational ends, a point if they are equal."""

    low: Fraction
    high: Fraction
    closed_low: bool = True
    closed_high: bool = True

POINT = Interval(Fraction(0), Fraction(0))

def trim(coefficients: Iterable[Fraction]) -> Polynomial:
    found = list(coefficients)
    while found and not found[-1]:
        found.pop()
    return tuple(found)

def add(p: Polynomial, q: Polynomial) -> Polynomial:
    _charge(len(p) + len(q), p, q)
    short, long = sorted((p, q), key=len)
    return trim([*(a + b for a, b in zip(short, long, strict=False)), *long[len(short):]])

def multiply(p: Polynomial, q: Polynomial) -> Polynomial:
    _charge(len(p) * len(q), p, q)
    found = [Fraction(0)] * (len(p) + len(q))
    for i, a in enumerate(p):
        for j, b in enumerate(q):
            found[i + j] += a * b
    return trim(found)

def divide(p: Polynomial, q: Polynomial) -> tuple[Polynomial, Polynomial]:
    """Quotient and remainder by q ≠ 0."""
    rest, quotient = p, [Fraction(0)] * len(p)
    while len(rest) >= len(q):
        _charge(len(q), rest, q)
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
    _charge(len(p) * len(p), p, (x,))
    found = Fraction(0)
    for c in reversed(p):
        found = found * x + c
    return found

def sign(p: Polynomial, x: Fraction) -> int:
    found = evaluate(p, x)
    return (found > 0) - (found < 0)

def _squarefree(p: Polynomial) -> tuple[Polynomial, Polynomial]:
    """The products of p's factors, and of those of odd multiplicity, each once, led by p's coefficient (Musser)."""
    rest = common(p, derivative(p))
    factors = distinct = divide(p, rest)[0]
    odd: Polynomial = (Fraction(1),)
    is_odd = True
    while len(factors) > 1:
        more = common(factors, rest)
        if is_odd:
            odd = multiply(odd, divide(factors, more)[0])
        factors, rest, is_odd = more, divide(rest, more)[0], not is_odd
    return distinct, odd

def _roots_inside(p: Polynomial, on: Interval) -> int:
    """How many zeros a squarefree p has in the open interval: Sturm's theorem counts those in (low, high]."""
    chain = [p, derivative(p)]
    while chain[-1]:
        rest = divide(chain[-2], chain[-1])[1]
        chain.append(tuple(-c / abs(rest[-1]) for c in rest))
    taken = [[s for q in chain if (s := sign(q, x))] for x in (on.low, on.high)]
    changes = [sum(a != b for a, b in pairwise(row)) for row in taken]
    return changes[0] - changes[1] - (sign(p, on.high) == 0)

def signs(polynomial: Polynomial, on: Interval) -> set[int]:
    """The signs (−1, 0, 1) that a polynomial takes on an interval, exactly."""
    p = trim(polynomial)
    if len(p) <= 1 or on.low == on.high:
        return {sign(p, on.low)}
    found = {sign(p, x) for x, closed in ((on.low, on.closed_low), (on.high, on.closed_high)) if closed}
    distinct, odd = _squarefree(p)
    if _roots_inside(distinct, on):
        found.add(0)
    if _roots_inside(odd, on):
        return {-1, 0, 1}
    return found | {sign(odd, (on.low + on.high) / 2)}  # p is odd times the square of something

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

    def at(self, x: Fraction) -> Fraction:
        return evaluate(self.num, x) / evaluate(self.den, x)

def ratio(num: Polynomial, den: Polynomial) -> Ratio:
    """num/den in lowest terms, for den ≠ 0."""
    num, den = trim(num), trim(den)
    if len(den) > 1:
        factor = common(den, num)
        num, den = divide(num, factor)[0], divide(den, factor)[0]
    return Ratio(tuple(c / den[-1] for c in num), tuple(c / den[-1] for c in den))

ZERO, ONE = Ratio.of(0), Ratio.of(1)
