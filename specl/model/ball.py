"""Rigorous values of log, exp and powers at rational points, by arb's ball arithmetic (Johansson 2017)."""

from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING

from specl.model.errors import Undefined

if TYPE_CHECKING:
    from flint import arb

WORKING_BITS = 192
LARGEST_EXPONENT = 1 << 20
"""Numbers beyond 2^(±this) are refused: their exact ends would not fit in memory."""

Bounds = tuple[Fraction, Fraction]


def ball(value: Fraction) -> "arb":
    """A ball around a rational number, at the current precision."""
    from flint import arb, fmpq

    return arb(fmpq(value.numerator, value.denominator))


def bounds(of: "arb") -> Bounds:
    """The exact ends of a ball.

    Raises:
        Undefined: the ball is not finite, or its exponent is too large to be written down.
    """
    if not of.is_finite():
        raise Undefined("the number is too large, or is not defined")
    middle, radius = _dyadic(of.mid()), _dyadic(of.rad())
    return middle - radius, middle + radius


def _dyadic(exact: "arb") -> Fraction:
    mantissa, exponent = (int(part) for part in exact.man_exp())
    if mantissa == 0:
        return Fraction(0)
    if exponent > LARGEST_EXPONENT or exponent < -LARGEST_EXPONENT:
        raise Undefined("the number is too large or too small to be written down")
    return Fraction(mantissa << exponent) if exponent >= 0 else Fraction(mantissa, 1 << -exponent)


def log_bounds(value: Fraction, bits: int = WORKING_BITS) -> Bounds:
    """Ends around log(value), for value > 0."""
    from flint import ctx

    with ctx.workprec(bits):
        return bounds(ball(value).log())


def exp_bounds(value: Fraction, bits: int = WORKING_BITS) -> Bounds:
    """Ends around e^value; the lower one is positive, or 0 where e^value is too small to be written down."""
    from flint import ctx

    if value < -LARGEST_EXPONENT // 2:
        return Fraction(0), Fraction(1, 1 << (LARGEST_EXPONENT // 2))
    with ctx.workprec(bits):
        low, high = bounds(ball(value).exp())
    return max(low, Fraction(0)), high


def power_bounds(base: Fraction, exponent: Fraction, bits: int = WORKING_BITS) -> Bounds:
    """Ends around base^exponent, for base > 0; both non-negative, and the lower one 0 where the power is too small to
    be written down."""
    from flint import ctx

    with ctx.workprec(bits):
        inside = ball(base).log() * ball(exponent)
        if inside < -LARGEST_EXPONENT // 2:
            return Fraction(0), Fraction(1, 1 << (LARGEST_EXPONENT // 2))
        low, high = bounds(inside.exp())
    return max(low, Fraction(0)), high


def outward(low: Fraction, high: Fraction, bits: int = 256, limit: int = 640) -> Bounds:
    """The same interval or a slightly larger one, whose ends are short: ends with more than ``limit`` bits are
    rounded outward to about ``bits`` significant bits."""
    return _rounded(low, bits, limit, up=False), _rounded(high, bits, limit, up=True)


def _rounded(value: Fraction, bits: int, limit: int, up: bool) -> Fraction:
    size = value.numerator.bit_length() - value.denominator.bit_length()
    if value.numerator.bit_length() + value.denominator.bit_length() <= limit:
        return value
    shift = bits - size
    scaled = value * (1 << shift) if shift >= 0 else value / (1 << -shift)
    whole = ceil(scaled) if up else floor(scaled)
    return Fraction(whole, 1 << shift) if shift >= 0 else Fraction(whole << -shift)
