"""The fully corrective step of Frank–Wolfe in floating point: the best mean of the points found so far.

It only proposes a point; what is said of it is proved elsewhere. The step is one of sequential quadratic programming
(SLSQP: Kraft 1988) over the shares of the points.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from specl.model.enclosure import enclosure
from specl.model.errors import Undefined
from specl.model.expression import Expression, evaluate

Floats = NDArray[np.float64]

_MOST_POINTS = 120
_UNIT = 1 << 40


@dataclass(frozen=True)
class Dual:
    """A float and its gradient, None for constants."""

    value: float
    gradient: Floats | None = None

    def __add__(self, other: "Dual") -> "Dual":
        if self.gradient is None or other.gradient is None:
            return Dual(self.value + other.value, self.gradient if other.gradient is None else other.gradient)
        return Dual(self.value + other.value, self.gradient + other.gradient)

    def __neg__(self) -> "Dual":
        return self._compose(-self.value, -1.0)

    def __mul__(self, other: "Dual") -> "Dual":
        left = None if self.gradient is None else self.gradient * other.value
        right = None if other.gradient is None else other.gradient * self.value
        total = right if left is None else left if right is None else left + right
        return Dual(self.value * other.value, total)

    def __truediv__(self, other: "Dual") -> "Dual":
        if other.value == 0:
            raise Undefined("division by 0")
        return self * other._compose(1 / other.value, -1 / other.value**2)

    def power(self, exponent: "Dual") -> "Dual":
        x, y = self.value, exponent.value
        if exponent.gradient is not None:
            return (exponent * self.log()).exp()
        if (x < 0 and y != int(y)) or (x == 0 and y < 1):
            raise Undefined("a power")
        return self._compose(x**y, y * x ** (y - 1) if y else 0.0)

    def log(self) -> "Dual":
        if self.value <= 0:
            raise Undefined("a logarithm")
        return self._compose(math.log(self.value), 1 / self.value)

    def exp(self) -> "Dual":
        value = math.exp(min(self.value, 700.0))
        return self._compose(value, value)

    def is_zero(self) -> bool:
        """Whether it is 0, here at least."""
        return self.value == 0

    def _compose(self, value: float, first: float) -> "Dual":
        return Dual(value, None if self.gradient is None else self.gradient * first)


def is_smooth(function: Expression) -> bool:
    """Whether it is put together without minima, maxima, absolute values and cases."""
    return function.op not in ("min", "max", "abs", "if") and all(map(is_smooth, function.args))


def corrected(function: Expression, points: Floats, known: Sequence[Fraction] | None = None) -> list[Fraction] | None:
    """Shares of the points, float64 [count, size], whose mean the smooth concave function likes best; None if that
    does not work out.

    Args:
        known: good shares of the first of the points.
    """
    count, size = points.shape
    if count > _MOST_POINTS:
        return None
    units = np.eye(size)

    def value(shares: Floats) -> tuple[float, Floats]:
        y = shares @ points
        try:
            found = evaluate(function, lambda i: Dual(float(y[i]), units[i]), _constant)
        except (Undefined, OverflowError):
            return 1e30, np.zeros(count)
        gradient = np.zeros(size) if found.gradient is None else found.gradient
        return -found.value, -(points @ gradient)

    whole: dict[str, Any] = {"type": "eq", "fun": lambda x: x.sum() - 1, "jac": lambda x: np.ones(count)}
    start = np.full(count, 1 / count)
    if known is not None:
        start *= 0.01
        start[: len(known)] += [0.99 * float(x) for x in known]
    found = minimize(
        value, start, jac=True, method="SLSQP", bounds=[(0, 1)] * count, constraints=[whole],
        options={"maxiter": 200, "ftol": 1e-12},
    )  # fmt: skip
    if not np.isfinite(found.x).all():
        return None
    shares = [Fraction(round(float(x) * _UNIT), _UNIT) for x in np.maximum(found.x, 0.0)]
    total = sum(shares, Fraction(0))
    return [share / total for share in shares] if total else None


def _constant(number: Any) -> Dual:
    near = enclosure(number)
    return Dual(float((near.low + near.high) / 2))


def as_floats(points: Sequence[Sequence[Fraction]]) -> Floats:
    """The nearest floats."""
    return np.array([[float(x) for x in point] for point in points])
