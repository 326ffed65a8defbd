"""Weighted sums of rewards, with a fast path where everything is rational."""

from collections.abc import Iterable
from fractions import Fraction

from specl.chains.linear import Scalar
from specl.evaluation.context import Value
from specl.model.real import Real


def total(terms: Iterable[tuple[Scalar, Real]]) -> Value:
    """Σ weight·amount: a Real, or a RationalFunction where weights are.

    Rational amounts are summed as Fractions, and equal irrational amounts share one multiplication.
    """
    rational: Scalar = Fraction(0)
    others: dict[Real, Scalar] = {}
    for weight, amount in terms:
        number = amount.rational
        if number is None:
            others[amount] = others.get(amount, Fraction(0)) + weight
        elif number:
            rational = rational + weight * number
    value = as_value(rational)
    for amount, weight in others.items():
        value = value + weight * amount
    return value


def as_value(scalar: Scalar) -> Value:
    """A probability or an occupancy as a number for expressions: Fractions become exact reals."""
    return Real.of(scalar) if isinstance(scalar, Fraction | int) else scalar
