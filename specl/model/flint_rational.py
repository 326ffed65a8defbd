"""Rationals to FLINT and back."""

from fractions import Fraction

from flint import fmpq


def to_fmpq(value: Fraction | int) -> fmpq:
    """A rational as FLINT has it."""
    return fmpq(value.numerator, value.denominator)


def to_fraction(value: fmpq) -> Fraction:
    """A FLINT rational as a Fraction."""
    return Fraction(int(value.p), int(value.q))
