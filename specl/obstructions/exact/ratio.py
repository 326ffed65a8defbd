"""Rational functions of one variable over ℚ: a discount γ, or the parameter of a path of policies."""

from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm
from typing import Any

from flint import fmpq_poly

from specl.model.expression import Expression, evaluate
from specl.model.flint_rational import to_fmpq, to_fraction
from specl.obstructions.exact.interval import Interval, signs

Json = Any
"""What `json.dumps` takes."""


@dataclass(frozen=True, eq=False)
class Ratio:
    """num/den in lowest terms, den monic; made by `constant`, `X` and arithmetic. Mixes with int and Fraction."""

    num: fmpq_poly
    den: fmpq_poly

    def __add__(self, other: Any) -> "Ratio":
        right = _ratio(other)
        return _lowest(self.num * right.den + right.num * self.den, self.den * right.den)

    __radd__ = __add__

    def __neg__(self) -> "Ratio":
        return Ratio(-self.num, self.den)

    def __sub__(self, other: Any) -> "Ratio":
        return self + -_ratio(other)

    def __rsub__(self, other: Any) -> "Ratio":
        return _ratio(other) - self

    def __mul__(self, other: Any) -> "Ratio":
        right = _ratio(other)
        return _lowest(self.num * right.num, self.den * right.den)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> "Ratio":
        right = _ratio(other)
        return _lowest(self.num * right.den, self.den * right.num)

    def __rtruediv__(self, other: Any) -> "Ratio":
        return _ratio(other) / self

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, int | Fraction | Ratio):
            return NotImplemented
        right = _ratio(other)
        return bool(self.num == right.num and self.den == right.den)

    def __hash__(self) -> int:
        return hash((tuple(map(str, self.num.coeffs())), tuple(map(str, self.den.coeffs()))))

    def power(self, exponent: "Ratio") -> "Ratio":
        """An integer power."""
        count = int(exponent.rational or 0)
        return Ratio(self.num**count, self.den**count) if count >= 0 else 1 / self.power(constant(-count))

    def is_zero(self) -> bool:
        """Whether it is 0 identically."""
        return bool(self.num.is_zero())

    @property
    def rational(self) -> Fraction | None:
        """Its value where it is constant, None where not."""
        if self.num.degree() > 0 or self.den.degree() > 0:
            return None
        return to_fraction(self.num[0])

    def at(self, x: Fraction) -> "Ratio":
        """The constant that it is at a point which is no pole."""
        return constant(to_fraction(self.num(to_fmpq(x)) / self.den(to_fmpq(x))))

    def signs(self, on: Interval) -> set[int]:
        """The signs taken on an interval without poles."""
        return signs(self.num * self.den, on)

    def increases(self, on: Interval) -> bool:
        """Whether it increases strictly on an interval without poles."""
        slope = self.num.derivative() * self.den - self.num * self.den.derivative()
        return not slope.is_zero() and -1 not in signs(slope, on)

    def has_pole(self, on: Interval) -> bool:
        """Whether the denominator has a zero on the interval."""
        return 0 in signs(self.den, on)

    def json(self) -> Json:
        """As certificates write it, in integers without a common factor wherever there is a denominator."""
        if self.num.degree() <= 0 and self.den.degree() <= 0:
            return str(self.num[0])  # FLINT writes numbers of any length, Python does not
        top, bottom = ([to_fraction(c) for c in part.coeffs()] for part in (self.num, self.den))
        if len(bottom) == 1:
            return [str(to_fmpq(c)) for c in top]
        scale = Fraction(lcm(*(c.denominator for c in top + bottom)))
        scale /= gcd(*(int(c * scale) for c in top + bottom))
        if next(c for c in bottom if c) < 0:
            scale = -scale
        return {name: [str(to_fmpq(c * scale)) for c in part] for name, part in (("num", top), ("den", bottom))}


def constant(value: Fraction | int) -> Ratio:
    """A number as a rational function."""
    return Ratio(fmpq_poly([to_fmpq(value)]), fmpq_poly([1]))


ZERO, ONE = constant(0), constant(1)
X = Ratio(fmpq_poly([0, 1]), fmpq_poly([1]))
"""The variable."""


def polynomial(coefficients: fmpq_poly) -> Ratio:
    """A polynomial as a rational function."""
    return Ratio(coefficients, fmpq_poly([1]))


def of_expression(expression: Expression, parameters: dict[str, Ratio]) -> Ratio:
    """A weight of a family of policies, its parameters given."""
    found: Ratio = evaluate(expression, parameters.__getitem__, constant)
    return found


def _ratio(value: Any) -> Ratio:
    return value if isinstance(value, Ratio) else constant(value)


def _lowest(num: fmpq_poly, den: fmpq_poly) -> Ratio:
    if den.is_zero():
        raise ZeroDivisionError("division by the zero function")
    if den.degree() > 0:
        factor = num.gcd(den)
        num, den = num // factor, den // factor
    lead = den.leading_coefficient()
    return Ratio(num / lead, den / lead)
