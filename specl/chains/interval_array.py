"""Arrays of intervals in double precision with outward rounding: inclusion holds for every element.

IEEE 754 makes +, −, ×, ÷ and the square root correctly rounded, so that a double beyond the neighbour of the computed
end is beyond the true one. exp and log are computed from those operations alone (argument reduction and a
series with its remainder, all in interval arithmetic): no mathematical library's accuracy is relied on.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import factorial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from specl.model.ball import log_bounds
from specl.model.enclosure import enclosure
from specl.model.errors import Unsupported

Floats = NDArray[np.float64]
Truths = NDArray[np.int8]
"""1 true, 0 false, −1 undecided."""


@dataclass(frozen=True)
class Truth:
    """Three-valued conditions of an array of intervals."""

    values: Truths

    def __and__(self, other: "Truth") -> "Truth":
        undecided = np.where((self.values == 0) | (other.values == 0), 0, -1)
        return Truth(np.where((self.values == 1) & (other.values == 1), 1, undecided).astype(np.int8))

    def __or__(self, other: "Truth") -> "Truth":
        return ~(~self & ~other)

    def __invert__(self) -> "Truth":
        return Truth(np.where(self.values < 0, -1, 1 - self.values).astype(np.int8))


@dataclass(frozen=True)
class IntervalArray:
    """low ≤ x ≤ high elementwise; ends may be infinite. Where an operation is undefined for some x in an interval,
    the result there is the whole line."""

    low: Floats
    high: Floats

    def __add__(self, other: Any) -> "IntervalArray":
        that = intervals(other)
        return _outward(self.low + that.low, self.high + that.high)

    __radd__ = __add__

    def __neg__(self) -> "IntervalArray":
        return IntervalArray(-self.high, -self.low)

    def __sub__(self, other: Any) -> "IntervalArray":
        return self + -intervals(other)

    def __mul__(self, other: Any) -> "IntervalArray":
        that = intervals(other)
        if that.low.size == 1 and that.low >= 0:
            a, b = that.low, that.high
            if a == b:
                return _outward(_times(self.low, a), _times(self.high, a))
            least = np.minimum(_times(self.low, a), _times(self.low, b))
            return _outward(least, np.maximum(_times(self.high, a), _times(self.high, b)))
        corners = [_times(a, b) for a in (self.low, self.high) for b in (that.low, that.high)]
        low = np.minimum(np.minimum(corners[0], corners[1]), np.minimum(corners[2], corners[3]))
        high = np.maximum(np.maximum(corners[0], corners[1]), np.maximum(corners[2], corners[3]))
        return _outward(low, high)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> "IntervalArray":
        return self * intervals(other).inverse()

    def inverse(self) -> "IntervalArray":
        """1/x; the whole line where 0 is inside."""
        bad = (self.low <= 0) & (self.high >= 0)
        with np.errstate(all="ignore"):
            return _outward(1 / self.high, 1 / self.low)._unless(bad)

    def square(self) -> "IntervalArray":
        """x²; never negative."""
        low, high = self.absolute().low, self.absolute().high
        with np.errstate(all="ignore"):
            found = _outward(low * low, high * high)
        return IntervalArray(np.maximum(found.low, 0.0), found.high)

    def power(self, exponent: Any) -> "IntervalArray":
        """x^n for integers, √x, x^y = e^(y log x) for x > 0 otherwise."""
        y = intervals(exponent)
        if y.low.size == 1 and np.all(np.isfinite(y.low)):
            e = float(y.low.reshape(-1)[0])
            if e == float(y.high.reshape(-1)[0]):
                if e == 0.5:
                    return self.root()
                if e == int(e) and abs(e) <= 64:
                    return self.integer_power(int(e))
        return (y * self.log()).exp()

    def integer_power(self, n: int) -> "IntervalArray":
        """x^n."""
        if n < 0:
            return self.integer_power(-n).inverse()
        if n == 0:
            return intervals(1)
        if n % 2 == 0:
            return self.square().integer_power(n // 2) if n > 2 else self.square()
        base = IntervalArray(self.low, self.low), IntervalArray(self.high, self.high)  # odd powers increase
        ends = []
        for end in base:
            result = end
            for _ in range(n - 1):
                result = result * end
            ends.append(result)
        return IntervalArray(ends[0].low, ends[1].high)

    def root(self) -> "IntervalArray":
        """√x."""
        with np.errstate(all="ignore"):
            found = _outward(np.sqrt(np.maximum(self.low, 0)), np.sqrt(np.maximum(self.high, 0)))
        return IntervalArray(np.maximum(found.low, 0), found.high)._unless(self.low < 0)

    def exp(self) -> "IntervalArray":
        """e^x."""
        return IntervalArray(_exp(self.low).low, _exp(self.high).high)

    def log(self) -> "IntervalArray":
        """Natural logarithm; the whole line where x may not be positive."""
        bad = self.low <= 0
        safe = np.where(bad, 1.0, self.low), np.where(bad, 1.0, self.high)
        return IntervalArray(_log(safe[0]).low, _log(safe[1]).high)._unless(bad)

    def absolute(self) -> "IntervalArray":
        """|x|."""
        inside = (self.low <= 0) & (self.high >= 0)
        a, b = np.abs(self.low), np.abs(self.high)
        return IntervalArray(np.where(inside, 0.0, np.minimum(a, b)), np.maximum(a, b))

    def minimum(self, other: Any) -> "IntervalArray":
        """The smaller of two."""
        that = intervals(other)
        return IntervalArray(np.minimum(self.low, that.low), np.minimum(self.high, that.high))

    def maximum(self, other: Any) -> "IntervalArray":
        """The larger of two."""
        that = intervals(other)
        return IntervalArray(np.maximum(self.low, that.low), np.maximum(self.high, that.high))

    def compare(self, op: str, other: Any) -> Truth:
        """Whether the comparison holds for all, none or some of the numbers."""
        that = intervals(other)
        match op:
            case "<":
                sure, never = self.high < that.low, self.low >= that.high
            case "<=":
                sure, never = self.high <= that.low, self.low > that.high
            case ">" | ">=":
                return that.compare("<" if op == ">" else "<=", self)
            case _:
                points = (self.low == self.high) & (that.low == that.high)
                sure = points & (self.low == that.low)
                never = (self.high < that.low) | (that.high < self.low)
        return Truth(np.where(sure, 1, np.where(never, 0, -1)).astype(np.int8))

    def choose(self, truth: Any, other: Any) -> "IntervalArray":
        """Self where true, other where false, the hull where undecided."""
        that = intervals(other)
        values = truth.values if isinstance(truth, Truth) else np.int8(-1)
        low = np.where(values == 1, self.low, np.where(values == 0, that.low, np.minimum(self.low, that.low)))
        high = np.where(values == 1, self.high, np.where(values == 0, that.high, np.maximum(self.high, that.high)))
        return IntervalArray(low, high)

    def is_zero(self) -> bool:
        """Whether every element is the point 0."""
        return bool(np.all((self.low == 0) & (self.high == 0)))

    def intersect(self, other: "IntervalArray") -> "IntervalArray":
        """Both, of two enclosures of the same numbers."""
        return IntervalArray(np.maximum(self.low, other.low), np.minimum(self.high, other.high))

    def hull(self, other: "IntervalArray") -> "IntervalArray":
        """What covers both."""
        return IntervalArray(np.minimum(self.low, other.low), np.maximum(self.high, other.high))

    def _unless(self, bad: Any) -> "IntervalArray":
        return IntervalArray(np.where(bad, -np.inf, self.low), np.where(bad, np.inf, self.high))


def intervals(value: Any) -> IntervalArray:
    """An array of intervals as it is, an exact number as an array of shape () around it."""
    if isinstance(value, IntervalArray):
        return value
    if not hasattr(value, "enclose") and not isinstance(value, int | Fraction):
        raise Unsupported(f"no array of intervals of a {type(value).__name__}")
    ends = enclosure(value)
    return IntervalArray(np.asarray(float_below(ends.low)), np.asarray(-float_below(-ends.high)))


def float_below(q: Fraction) -> float:
    """The largest double ≤ q, or the one below it."""
    try:
        nearest = float(q)
    except OverflowError:
        return float(np.finfo(np.float64).max) if q > 0 else float("-inf")
    return nearest if Fraction(nearest) <= q else float(np.nextafter(nearest, -np.inf))


def _outward(low: Floats, high: Floats) -> IntervalArray:
    """Beyond the neighbouring doubles: |x|·2^(−52) is at least their distance, but for tiny x, where 1e−300 is."""
    with np.errstate(all="ignore"):
        low = low - (np.abs(low) * _EPSILON + 1e-300)
        high = high + (np.abs(high) * _EPSILON + 1e-300)
    if not (np.isfinite(low).all() and np.isfinite(high).all()):
        low = np.where(np.isnan(low), -np.inf, low)
        high = np.where(np.isnan(high), np.inf, high)
    return IntervalArray(low, high)


_EPSILON = 2.0**-52


def _times(a: Floats, b: Floats) -> Floats:
    """a·b, where 0·∞ = 0."""
    with np.errstate(all="ignore"):
        product = a * b
    if np.isfinite(product).all():
        return product
    return np.where((a == 0) | (b == 0), 0.0, product)


_LOG2 = log_bounds(Fraction(2))
_TERMS = 16


def _exp(x: Floats) -> IntervalArray:
    """e^x at points: x = k·log 2 + r, e^r by its Taylor polynomial of degree 15, remainder ≤ |r|^16/16!·2."""
    clipped = np.clip(x, -700.0, 700.0)
    k = np.rint(clipped / 0.6931471805599453)
    log2 = IntervalArray(np.asarray(float_below(_LOG2[0])), np.asarray(-float_below(-_LOG2[1])))
    r = IntervalArray(clipped, clipped) - IntervalArray(k, k) * log2
    total = intervals(Fraction(1, factorial(_TERMS - 1)))
    for n in range(_TERMS - 2, -1, -1):
        total = total * r + Fraction(1, factorial(n))
    bound = r.absolute().integer_power(_TERMS) * Fraction(2, factorial(_TERMS))
    total = total + IntervalArray(-bound.high, bound.high)
    found = IntervalArray(np.ldexp(total.low, k.astype(int)), np.ldexp(total.high, k.astype(int)))
    low = np.where(x < -700.0, 0.0, np.where(x > 700.0, found.low, np.maximum(found.low, 0.0)))
    return IntervalArray(low, np.where(x > 700.0, np.inf, found.high))


def _log(x: Floats) -> IntervalArray:
    """log x at points x > 0: x = m·2^k, log m = 2·artanh(s) with s = (m−1)/(m+1), |s| < 0.172: the odd series up to
    s^23, remainder ≤ 2·|s|^25/(25·(1−s²)) ≤ |s|^25."""
    mantissa, k = np.frexp(x)
    small = mantissa < 0.7071067811865476
    m = np.where(small, mantissa * 2, mantissa)
    exponent = (k - small).astype(np.float64)
    point = IntervalArray(m, m)
    s = (point - 1) / (point + 1)
    square = s.square()
    total = intervals(Fraction(1, 23))
    for n in range(21, 0, -2):
        total = total * square + Fraction(1, n)
    bound = s.absolute().integer_power(25)
    log_m = s * total * 2 + IntervalArray(-bound.high, bound.high)
    log2 = IntervalArray(np.asarray(float_below(_LOG2[0])), np.asarray(-float_below(-_LOG2[1])))
    result = log_m + IntervalArray(exponent, exponent) * log2
    infinite = np.isinf(x)
    top = np.where(infinite, np.inf, result.high)
    return IntervalArray(np.where(infinite, 700.0, result.low), top)
