"""The simplest number between two others: of the smallest denominator, and of those the smallest (Stern 1858)."""

from fractions import Fraction
from math import floor


def simplest(low: Fraction | None, high: Fraction | None) -> Fraction:
    """The simplest rational strictly between; None is −∞ or ∞.

    The continued fractions of the two are followed as long as they agree.

    Raises:
        ValueError: there is nothing between.
    """
    if low is not None and high is not None and low >= high:
        raise ValueError(f"nothing lies between {low} and {high}")
    if (low is None or low < 0) and (high is None or high > 0):
        return Fraction(0)
    if low is None or low < 0:
        return -simplest(None if high is None else -high, None if low is None else -low)
    whole: list[int] = []
    while True:
        part = floor(low)
        if high is None or part + 1 < high:
            found = Fraction(part + 1)
            break
        whole.append(part)
        low, high = 1 / (high - part), None if low == part else 1 / (low - part)
    for part in reversed(whole):
        found = part + 1 / found
    return found


def simpler(numbers: list[Fraction]) -> Fraction:
    """The one of smallest denominator, and of those the one nearest to 0."""
    return min(numbers, key=lambda x: (x.denominator, abs(x), -x))


def in_half_open(low: Fraction, high: Fraction) -> Fraction:
    """The simplest rational in (low, high]."""
    return simpler([simplest(low, high), high])
