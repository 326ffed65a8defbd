"""A function's value and gradient at a point, enclosed: forward differentiation in rational interval arithmetic.

Griewank and Walther, Evaluating Derivatives (2008), ch. 3. Where two branches of a minimum, maximum or absolute value
meet, the derivatives cover those of both.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from specl.model.enclosure import Enclosure, enclosure
from specl.model.errors import Undefined
from specl.model.expression import Expression, evaluate

_ONE = Enclosure(Fraction(1), Fraction(1))
_ZERO = Enclosure(Fraction(0), Fraction(0))


@dataclass(frozen=True)
class Slope:
    """A number and its derivatives by the variables; those left out are 0."""

    value: Enclosure
    gradient: Mapping[int, Enclosure] = field(default_factory=dict)

    def __add__(self, other: "Slope") -> "Slope":
        return Slope(self.value + other.value, _merged(self.gradient, other.gradient, lambda u, v: u + v))

    def __neg__(self) -> "Slope":
        return Slope(-self.value, {i: -u for i, u in self.gradient.items()})

    def __mul__(self, other: "Slope") -> "Slope":
        total = {i: u * other.value for i, u in self.gradient.items()}
        for i, v in other.gradient.items():
            total[i] = total[i] + v * self.value if i in total else v * self.value
        return Slope(self.value * other.value, total)

    def __truediv__(self, other: "Slope") -> "Slope":
        inverse = _ONE / other.value
        return self * other._compose(inverse, -(inverse * inverse))

    def power(self, exponent: "Slope") -> "Slope":
        if exponent.gradient:
            return (exponent * self.log()).exp()
        y, x = exponent.value, self.value
        if not self.gradient or (y.rational == 0):
            return Slope(x.power(y))
        return self._compose(x.power(y), y * (_ONE if y.rational == 1 else x.power(y - 1)))

    def log(self) -> "Slope":
        return self._compose(self.value.log(), _ONE / self.value if self.gradient else _ZERO)

    def exp(self) -> "Slope":
        value = self.value.exp()
        return self._compose(value, value)

    def absolute(self) -> "Slope":
        return self.maximum(-self)

    def minimum(self, other: "Slope") -> "Slope":
        return -(-self).maximum(-other)

    def maximum(self, other: "Slope") -> "Slope":
        truth = self.value.compare(">=", other.value)
        if truth is not None:
            return self if truth else other
        return Slope(self.value.maximum(other.value), _merged(self.gradient, other.gradient, _hull, has_zero=True))

    def compare(self, op: str, other: "Slope") -> Any:
        """The truth of the comparison at the point."""
        return self.value.compare(op, other.value)

    def choose(self, truth: Any, other: "Slope") -> "Slope":
        """One of two branches.

        Raises:
            Undefined: it is not known which, so there may be no derivative.
        """
        if truth is None:
            raise Undefined("the derivative of a case distinction on its border")
        return self if truth else other

    def is_zero(self) -> bool:
        """Whether it is 0 everywhere."""
        return self.value.is_zero() and not self.gradient

    def _compose(self, value: Enclosure, first: Enclosure) -> "Slope":
        return Slope(value, {i: first * u for i, u in self.gradient.items()})


def slope(function: Expression, at: Sequence[Fraction | Enclosure]) -> tuple[Enclosure, tuple[Enclosure, ...]]:
    """The value and the gradient, for all points of a box where enclosures are given.

    Raises:
        Undefined: one of them does not exist, or may not.
    """

    def value_of(i: int) -> Slope:
        return Slope(enclosure(at[i]), {i: _ONE})

    found = evaluate(function, value_of, lambda number: Slope(enclosure(number)))
    return found.value, tuple(found.gradient.get(i, _ZERO) for i in range(len(at)))


def _hull(u: Enclosure, v: Enclosure) -> Enclosure:
    return u.hull(v)


def _merged(
    left: Mapping[int, Enclosure],
    right: Mapping[int, Enclosure],
    join: Callable[[Enclosure, Enclosure], Enclosure],
    has_zero: bool = False,
) -> dict[int, Enclosure]:
    total = {i: join(u, right.get(i, _ZERO)) if has_zero or i in right else u for i, u in left.items()}
    total.update({i: join(v, _ZERO) if has_zero else v for i, v in right.items() if i not in total})
    return total
