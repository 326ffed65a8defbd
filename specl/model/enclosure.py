"""Enclosures: closed intervals with rational ends that certainly contain a real number."""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import Any, Protocol, runtime_checkable

from specl.model import ball
from specl.model.digits import written
from specl.model.errors import Undefined, Unsupported

_MULTIPLIED = 4096
"""Larger natural exponents go through the logarithm: repeated squares would grow beyond all bounds."""


@runtime_checkable
class Enclosable(Protocol):
    """A number that can be enclosed: `specl.model.real.Real`, and an enclosure itself."""

    def enclose(self, bits: int = ...) -> "Enclosure": ...
    def compare(self, op: str, other: Any, /) -> bool | None: ...


@dataclass(frozen=True)
class Enclosure:
    """A real number x of which low ≤ x ≤ high is proved.

    Every operation returns an enclosure of the result for *all* numbers in the operands (the inclusion property of
    interval arithmetic, Moore 1966); the elementary functions take their ends from arb. Ends that grow beyond
    640 bits are rounded outward.
    """

    low: Fraction
    high: Fraction

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise ValueError(f"empty enclosure: {self.low} > {self.high}")

    @property
    def rational(self) -> Fraction | None:
        """The number, if the enclosure is a single point."""
        return self.low if self.low == self.high else None

    @property
    def width(self) -> Fraction:
        """high − low."""
        return self.high - self.low

    def contains(self, value: Any) -> bool:
        """Whether a number (or the whole of another enclosure) certainly lies inside."""
        if isinstance(value, Enclosure):
            return self.low <= value.low and value.high <= self.high
        if isinstance(value, Enclosable):  # an exact number compares exactly, its enclosure might stick out
            return value.compare(">=", self.low) is True and value.compare("<=", self.high) is True
        return bool(self.low <= value <= self.high)

    def enclose(self, bits: int = 128) -> "Enclosure":
        """Itself: an enclosure cannot be refined."""
        return self

    def hull(self, other: Any) -> "Enclosure":
        """The smallest enclosure that contains both."""
        that = enclosure(other)
        return Enclosure(min(self.low, that.low), max(self.high, that.high))

    def rounded(self, digits: int) -> "Enclosure":
        """Rounded outward to ends with this many decimal digits after the point."""
        unit = 10**digits
        return Enclosure(Fraction(floor(self.low * unit), unit), Fraction(ceil(self.high * unit), unit))

    def __str__(self) -> str:
        if self.low == self.high:
            return written(self.low)
        digits = 3
        while digits < 30 and self.width * 10**digits < 10:
            digits += 1
        shown = self.rounded(digits)
        return f"[{_decimal(shown.low, digits)}, {_decimal(shown.high, digits)}]"

    # arithmetic

    def __add__(self, other: Any) -> "Enclosure":
        that = _operand(other)
        return NotImplemented if that is None else _of(self.low + that.low, self.high + that.high)

    __radd__ = __add__

    def __neg__(self) -> "Enclosure":
        return Enclosure(-self.high, -self.low)

    def __sub__(self, other: Any) -> "Enclosure":
        that = _operand(other)
        return NotImplemented if that is None else _of(self.low - that.high, self.high - that.low)

    def __rsub__(self, other: Any) -> "Enclosure":
        that = _operand(other)
        return NotImplemented if that is None else that - self

    def __mul__(self, other: Any) -> "Enclosure":
        that = _operand(other)
        if that is None:
            return NotImplemented
        corners = [a * b for a in (self.low, self.high) for b in (that.low, that.high)]
        return _of(min(corners), max(corners))

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> "Enclosure":
        that = _operand(other)
        return NotImplemented if that is None else self * that._inverse()

    def __rtruediv__(self, other: Any) -> "Enclosure":
        that = _operand(other)
        return NotImplemented if that is None else that * self._inverse()

    def _inverse(self) -> "Enclosure":
        if self.low <= 0 <= self.high:
            raise Undefined("division by 0" if self.rational == 0 else "division by a number that may be 0")
        return _of(1 / self.high, 1 / self.low)

    # elementary functions

    def power(self, exponent: Any) -> "Enclosure":
        """x^y: for integers y by multiplication (x^0 = 1), else for x ≥ 0.

        Raises:
            Undefined: 0 to a negative power, or a negative number to a power that is not an integer, is possible.
        """
        y = enclosure(exponent)
        whole = y.rational
        if whole is not None and whole.denominator == 1:
            return self._integer_power(int(whole))
        if self.low < 0:
            raise Undefined("a power of a negative number whose exponent is not an integer")
        if self.low == 0 and y.low <= 0:
            raise Undefined("a power of 0 whose exponent is not positive")
        # x^y = e^(y log x) is monotone in x for each y and in y for each x, so its extremes are at the corners
        ends: list[Fraction] = []
        for x in (self.low, self.high):
            for e in (y.low, y.high):
                ends += (x, x) if x in (0, 1) else ball.power_bounds(x, e)
        return _of(min(ends), max(ends))

    def _integer_power(self, n: int) -> "Enclosure":
        if n < 0:
            return self._integer_power(-n)._inverse()
        base = self.absolute() if n % 2 == 0 else self  # x ↦ x^n increases there
        return Enclosure(_point_power(base.low, n).low, _point_power(base.high, n).high)

    def log(self) -> "Enclosure":
        """Natural logarithm.

        Raises:
            Undefined: the number may be ≤ 0.
        """
        if self.low <= 0:
            raise Undefined("logarithm of a number that is not positive" if self.high <= 0 else
                            "logarithm of a number that may not be positive")
        return Enclosure(ball.log_bounds(self.low)[0], ball.log_bounds(self.high)[1])

    def exp(self) -> "Enclosure":
        """e^x."""
        return Enclosure(ball.exp_bounds(self.low)[0], ball.exp_bounds(self.high)[1])

    def absolute(self) -> "Enclosure":
        """|x|."""
        if self.low >= 0:
            return self
        return -self if self.high <= 0 else Enclosure(Fraction(0), max(-self.low, self.high))

    def minimum(self, other: Any) -> "Enclosure":
        """The smaller of two numbers."""
        that = enclosure(other)
        return Enclosure(min(self.low, that.low), min(self.high, that.high))

    def maximum(self, other: Any) -> "Enclosure":
        """The larger of two numbers."""
        that = enclosure(other)
        return Enclosure(max(self.low, that.low), max(self.high, that.high))

    # conditions

    def compare(self, op: str, other: Any) -> bool | None:
        """Whether ``self op other`` holds for all numbers inside, for none (False), or neither is proved (None)."""
        that = enclosure(other)
        match op:
            case "<":
                return True if self.high < that.low else False if self.low >= that.high else None
            case "<=":
                return True if self.high <= that.low else False if self.low > that.high else None
            case ">" | ">=":
                return that.compare("<" if op == ">" else "<=", self)
            case "=":
                if self.high < that.low or that.high < self.low:
                    return False
                return True if self.rational is not None and self.rational == that.rational else None
        raise ValueError(f"not a comparison: {op}")

    def choose(self, truth: bool | None, other: Any) -> Any:
        """``self`` where truth holds, ``other`` where not, the hull of both where it is undecided."""
        if truth is None:
            return self.hull(other)
        return self if truth else other

    def is_zero(self) -> bool:
        """Whether it is the point 0."""
        return self.low == 0 == self.high

    def sign(self) -> int | None:
        """−1, 0 or 1 where that is certain, else None."""
        if self.low > 0 or self.high < 0:
            return 1 if self.low > 0 else -1
        return 0 if self.is_zero() else None


def enclosure(value: Any) -> Enclosure:
    """An int, Fraction, Real or Enclosure as an enclosure.

    Raises:
        Unsupported: any other type.
    """
    found = _operand(value)
    if found is None:
        raise Unsupported(f"no enclosure of a {type(value).__name__}")
    return found


def _operand(value: Any) -> Enclosure | None:
    if isinstance(value, Enclosure):
        return value
    if isinstance(value, int | Fraction):
        point = Fraction(value)
        return Enclosure(point, point)
    return value.enclose() if isinstance(value, Enclosable) else None


def _of(low: Fraction, high: Fraction) -> Enclosure:
    return Enclosure(*ball.outward(low, high))


def _point_power(point: Fraction, n: int) -> Enclosure:
    if n > _MULTIPLIED and abs(point) not in (0, 1):
        low, high = ball.power_bounds(abs(point), Fraction(n))
        return Enclosure(-high, -low) if point < 0 and n % 2 else Enclosure(low, high)
    result, square = Enclosure(Fraction(1), Fraction(1)), Enclosure(point, point)
    while n:
        if n % 2:
            result = result * square
        n //= 2
        if n:
            square = square * square
    return result


def _decimal(value: Fraction, digits: int) -> str:
    scaled = abs(value) * 10**digits
    text = written(int(scaled)).rjust(digits + 1, "0")
    sign = "-" if value < 0 else ""
    return f"{sign}{text[:-digits]}.{text[-digits:]}"
