"""Ranges of functions over boxes, of the points where they are defined: log x and √x of x < 0 are left aside."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from specl.chains.interval_array import IntervalArray, Truth, intervals


@dataclass(frozen=True)
class Range:
    """Intervals in which the numbers lie that are defined; low = high = −∞ at least where none is (a bound on a
    supremum then leaves them aside, if nothing but sums and increasing functions is made of them)."""

    values: IntervalArray

    @staticmethod
    def of(number: Any) -> "Range":
        """A constant."""
        return Range(intervals(number))

    def __add__(self, other: "Range") -> "Range":
        return Range(self.values + other.values)

    def __neg__(self) -> "Range":
        return Range(-self.values)

    def __mul__(self, other: "Range") -> "Range":
        return Range(self.values * other.values)

    def __truediv__(self, other: "Range") -> "Range":
        return Range(self.values / other.values)

    def power(self, exponent: "Range") -> "Range":
        y = exponent.values
        if y.low.size == 1 and np.all(y.low == y.high) and float(y.low) == np.rint(y.low):
            return Range(self.values.power(y))
        x = IntervalArray(np.maximum(self.values.low, 0.0), np.maximum(self.values.high, 0.0))
        if not np.all(y.low > 0):
            return Range(x.power(y))
        safe = IntervalArray(np.where(x.low > 0, x.low, 1.0), np.where(x.high > 0, x.high, 1.0))
        bottom = np.where(x.low > 0, IntervalArray(safe.low, safe.low).power(y).low, 0.0)  # increasing, and 0 at 0
        top = np.where(x.high > 0, IntervalArray(safe.high, safe.high).power(y).high, 0.0)
        return Range(IntervalArray(bottom, top))

    def log(self) -> "Range":
        x = self.values
        safe = IntervalArray(np.where(x.low > 0, x.low, 1.0), np.where(x.high > 0, x.high, 1.0))
        low = np.where(x.low > 0, IntervalArray(safe.low, safe.low).log().low, -np.inf)
        high = np.where(x.high > 0, IntervalArray(safe.high, safe.high).log().high, -np.inf)
        return Range(IntervalArray(low, high))

    def exp(self) -> "Range":
        return Range(self.values.exp())

    def absolute(self) -> "Range":
        return Range(self.values.absolute())

    def minimum(self, other: "Range") -> "Range":
        return Range(self.values.minimum(other.values))

    def maximum(self, other: "Range") -> "Range":
        return Range(self.values.maximum(other.values))

    def compare(self, op: str, other: "Range") -> Any:
        """The truth for all, none or some."""
        return self.values.compare(op, other.values)

    def choose(self, truth: Any, other: "Range") -> "Range":
        """Self where true, other where not, both where undecided."""
        if truth is None:
            truth = Truth(np.asarray(-1, dtype=np.int8))
        return Range(self.values.choose(truth, other.values))

    def is_zero(self) -> bool:
        """Whether all are 0."""
        return self.values.is_zero()
