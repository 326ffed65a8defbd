"""Second-order automatic differentiation over boxes: an expression's range, gradient and Hessian on many boxes at once.

Forward accumulation (Griewank and Walther, Evaluating Derivatives, 2008, ch. 3) in interval arithmetic: the results
enclose the values and the partial derivatives at every point of each box. Where min, max or abs has a kink inside a
box, the gradient is an enclosure of the generalised gradient (which is what a mean value theorem needs) and the
Hessian is unbounded; where a case distinction is undecided inside a box, both are.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from specl.chains.interval_array import IntervalArray, Truth, intervals

Part = IntervalArray | None
"""A derivative; None is 0 everywhere."""

_LINE = IntervalArray(np.asarray(-np.inf), np.asarray(np.inf))


@dataclass(frozen=True)
class Jet:
    """value, ``gradient[a]`` = ∂f/∂x_a, ``hessian[a][b]`` = ∂²f/∂x_a∂x_b (all of them)."""

    value: IntervalArray
    gradient: tuple[Part, ...]
    hessian: tuple[tuple[Part, ...], ...]

    @staticmethod
    def of_constant(size: int, value: Any) -> "Jet":
        """A number, as a function of ``size`` variables."""
        none: tuple[Part, ...] = (None,) * size
        return Jet(intervals(value), none, (none,) * size)

    @staticmethod
    def of_variable(size: int, index: int, box: IntervalArray) -> "Jet":
        """x_index on these boxes."""
        none: tuple[Part, ...] = (None,) * size
        one = intervals(1)
        return Jet(box, tuple(one if a == index else None for a in range(size)), (none,) * size)

    @property
    def is_constant(self) -> bool:
        """Whether it does not depend on the variables."""
        return all(part is None for part in self.gradient)

    def __add__(self, other: "Jet") -> "Jet":
        gradient = tuple(_add(u, v) for u, v in zip(self.gradient, other.gradient, strict=True))
        hessian = tuple(
            tuple(_add(u, v) for u, v in zip(p, q, strict=True))
            for p, q in zip(self.hessian, other.hessian, strict=True)
        )
        return Jet(self.value + other.value, gradient, hessian)

    def __neg__(self) -> "Jet":
        return self._compose(-self.value, intervals(-1), None)

    def __mul__(self, other: "Jet") -> "Jet":
        u, v = self, other
        gradient = tuple(
            _add(_times(v.value, a), _times(u.value, b)) for a, b in zip(u.gradient, v.gradient, strict=True)
        )
        size = range(len(gradient))
        hessian = tuple(
            tuple(
                _add(
                    _add(_times(v.value, u.hessian[a][b]), _times(u.value, v.hessian[a][b])),
                    _add(_times(u.gradient[a], v.gradient[b]), _times(u.gradient[b], v.gradient[a])),
                )
                for b in size
            )
            for a in size
        )
        return Jet(u.value * v.value, gradient, hessian)

    def __truediv__(self, other: "Jet") -> "Jet":
        inverse = other.value.inverse()
        square = inverse * inverse
        return self * other._compose(inverse, -square, square * inverse * 2)

    def power(self, exponent: "Jet") -> "Jet":
        """x^y; y = 1/2 and integers directly, else e^(y log x)."""
        if not exponent.is_constant:
            return (exponent * self.log()).exp()
        y, x = exponent.value, self.value
        if y.low.size == 1 and np.all(y.low == y.high):
            e = float(y.low.reshape(-1)[0])
            if e == 0.5:
                root = x.root()
                inverse = root.inverse()
                return self._compose(root, inverse * Fraction(1, 2), -(inverse * inverse.square()) * Fraction(1, 4))
            if e == int(e) and abs(e) <= 64:
                n = int(e)
                first = x.integer_power(n - 1) * n if n else intervals(0)  # no negative powers of 0 for n = 0, 1
                second = x.integer_power(n - 2) * (n * (n - 1)) if n not in (0, 1) else None
                return self._compose(x.integer_power(n), first, second)
        return self._compose(x.power(y), y * x.power(y - 1), y * (y - 1) * x.power(y - 2))

    def log(self) -> "Jet":
        inverse = self.value.inverse()
        return self._compose(self.value.log(), inverse, -inverse.square())

    def exp(self) -> "Jet":
        value = self.value.exp()
        return self._compose(value, value, value)

    def absolute(self) -> "Jet":
        return self.maximum(-self)

    def minimum(self, other: "Jet") -> "Jet":
        return -(-self).maximum(-other)

    def maximum(self, other: "Jet") -> "Jet":
        truth = self.value.compare(">=", other.value)
        undecided = truth.values < 0
        return Jet(
            self.value.maximum(other.value),
            tuple(_select(truth, u, v) for u, v in zip(self.gradient, other.gradient, strict=True)),
            tuple(
                tuple(_unless(undecided, _select(truth, u, v)) for u, v in zip(p, q, strict=True))
                for p, q in zip(self.hessian, other.hessian, strict=True)
            ),
        )

    def compare(self, op: str, other: "Jet") -> Any:
        """The truth on each box; a plain bool for constants."""
        return self.value.compare(op, other.value)

    def choose(self, truth: Any, other: "Jet") -> "Jet":
        """Self where true, other where false; where undecided the derivatives are unbounded."""
        if not isinstance(truth, Truth):
            truth = Truth(np.asarray(-1, dtype=np.int8))
        undecided = truth.values < 0
        return Jet(
            self.value.choose(truth, other.value),
            tuple(
                _unless(undecided, _select(truth, u, v)) for u, v in zip(self.gradient, other.gradient, strict=True)
            ),
            tuple(
                tuple(_unless(undecided, _select(truth, u, v)) for u, v in zip(p, q, strict=True))
                for p, q in zip(self.hessian, other.hessian, strict=True)
            ),
        )

    def is_zero(self) -> bool:
        """Whether it is 0 everywhere."""
        return self.is_constant and self.value.is_zero()

    def _compose(self, value: IntervalArray, first: IntervalArray, second: Part) -> "Jet":
        """φ(self), from φ, φ' and φ'' on the range of self."""
        size = range(len(self.gradient))
        hessian = tuple(
            tuple(
                _add(
                    _times(second, _times(self.gradient[a], self.gradient[b]) if a != b else _square(self.gradient[a])),
                    _times(first, self.hessian[a][b]),
                )
                for b in size
            )
            for a in size
        )
        return Jet(value, tuple(_times(first, part) for part in self.gradient), hessian)


def _add(u: Part, v: Part) -> Part:
    return v if u is None else u if v is None else u + v


def _times(u: Part, v: Part) -> Part:
    return None if u is None or v is None else u * v


def _square(u: Part) -> Part:
    return None if u is None else u.square()


def _select(truth: Truth, u: Part, v: Part) -> Part:
    if u is None and v is None:
        return None
    return (u or intervals(Fraction(0))).choose(truth, v or intervals(Fraction(0)))


def _unless(bad: Any, part: Part) -> Part:
    """Unbounded where bad."""
    if part is None:
        if not np.any(bad):
            return None
        part = intervals(Fraction(0))
    return IntervalArray(np.where(bad, -np.inf, part.low), np.where(bad, np.inf, part.high))
