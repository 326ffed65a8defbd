"""Intervals of discounts with algebraic ends, and sets that are finite unions of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from specl.wishes.discounts.algebraic import Point, between, compare


@dataclass(frozen=True)
class Segment:
    """A nonempty interval; a point where the ends are equal."""

    low: Point
    high: Point
    closed_low: bool = True
    closed_high: bool = True

    @property
    def is_point(self) -> bool:
        """Whether it has no interior."""
        return self.low == self.high

    @property
    def inside(self) -> Fraction | None:
        """A simple rational number in it, not at its ends unless it is a point; None where it is an irrational one."""
        if self.is_point:
            return self.low if isinstance(self.low, Fraction) else None
        return between(self.low, self.high)

    def __str__(self) -> str:
        if self.is_point:
            return f"{{{self.low}}}"
        return f"{'(['[self.closed_low]}{self.low}, {self.high}{')]'[self.closed_high]}"


ZERO, ONE = Fraction(0), Fraction(1)
ALL = Segment(ZERO, ONE, True, False)
"""[0,1)."""


def point(at: Point) -> Segment:
    """A single number."""
    return Segment(at, at)


def starts_first(one: Segment, other: Segment) -> bool:
    """Whether no number of the other lies left of all of this one."""
    sign = compare(one.low, other.low)
    return sign < 0 or (sign == 0 and (one.closed_low or not other.closed_low))


def ends_last(one: Segment, other: Segment) -> bool:
    """Whether no number of the other lies right of all of this one."""
    sign = compare(one.high, other.high)
    return sign > 0 or (sign == 0 and (one.closed_high or not other.closed_high))


def common(one: Segment, other: Segment) -> Segment | None:
    """The intersection, None where it is empty."""
    first = other if starts_first(one, other) else one
    last = other if ends_last(one, other) else one
    return _segment(first.low, last.high, first.closed_low, last.closed_high)


def without(segments: Iterable[Segment], taken: Segment) -> list[Segment]:
    """What is left of disjoint segments of [0,1), in order, when one is taken out."""
    left = _segment(ZERO, taken.low, True, not taken.closed_low)
    right = _segment(taken.high, ONE, not taken.closed_high, False)
    parts = [common(each, side) for each in segments for side in (left, right) if side is not None]
    return [part for part in parts if part is not None]


def _segment(low: Point, high: Point, closed_low: bool, closed_high: bool) -> Segment | None:
    sign = compare(low, high)
    is_empty = sign > 0 or (sign == 0 and not (closed_low and closed_high))
    return None if is_empty else Segment(low, high, closed_low, closed_high)
