"""Asking for more precision inside until the whole is narrow enough."""

from collections.abc import Callable
from fractions import Fraction

from specl.evaluation.context import Rank
from specl.model.enclosure import Enclosure

ROUNDS = 4
"""How often the inner precision is raised."""

LEAST_STEP, MOST_STEP = Fraction(16), Fraction(4096)
"""By which factors it is raised at a time."""


def refined(compute: Callable[[Fraction], Rank], precision: Fraction) -> Rank:
    """A rank computed with finer and finer inner precision until every enclosure in it is at most `precision` wide.

    Stops early where more precision does not help (work limits were hit, or a condition cannot be decided);
    what is returned is the intersection of all that was computed, so it is never wider than any of it.

    Args:
        compute: inner precision -> the rank, which is always the same kind of rank.
    """
    inner = precision
    best = compute(inner)
    for _ in range(ROUNDS):
        before = width(best)
        if before <= precision:
            break
        step = max(4 * before / precision, LEAST_STEP)
        inner = inner / min(step, MOST_STEP)
        best = _meet(best, compute(inner))
        if width(best) * 10 > before * 9:
            break
    return best


def width(rank: Rank) -> Fraction:
    """The width of the widest enclosure in a rank; 0 where all is exact."""
    if isinstance(rank, tuple):
        return max((width(value) for value in rank), default=Fraction(0))
    return rank.width if isinstance(rank, Enclosure) else Fraction(0)


def _meet(left: Rank, right: Rank) -> Rank:
    if isinstance(left, tuple):
        return tuple(_meet(a, b) for a, b in zip(left, right, strict=True))
    if isinstance(left, Enclosure) and isinstance(right, Enclosure):
        return Enclosure(max(left.low, right.low), min(left.high, right.high))
    return left if isinstance(right, Enclosure) else right
