"""Order vectors by a linear functional as wished, or find the weights that show that none does; exact.

w with w·d > 0 on the strict differences d and = 0 on the ties e exists, or else weights λ ≥ 0, not all 0, on the strict
ones and μ of any sign on the ties do with Σ λ d + Σ μ e = 0, never both (Motzkin 1936). Floating point guesses where to
look, exact arithmetic decides, and does so without guesses where these are of no use.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from specl.wishes.linear import exact, guess, nearest
from specl.wishes.linear.differences import Differences, differences
from specl.wishes.linear.outcome import Conflict, Functional
from specl.wishes.wish import Pair

FEW = 600
"""Entries of differences that exact arithmetic decides before a program in floating point is set up."""


def order(
    strict: Sequence[Pair],
    ties: Sequence[Pair],
    vectors: Mapping[str, Sequence[Fraction]],
    readable: bool = True,
) -> Functional | Conflict:
    """The functional that orders the vectors so, in coprime integers, or a conflict, irreducible, likewise.

    Args:
        strict: pairs (better, worse).
        ties: pairs that are to be equal.
        vectors: name -> its vector, all of one length.
        readable: look for few entries other than 0 and for few comparisons; takes longer.
    """
    rows = differences(strict, ties, vectors)
    if not strict:
        return rows.functional({})
    equal = next((i for i, row in enumerate(rows.above) if not any(row)), None)
    if equal is not None:
        return rows.conflict({equal: Fraction(1)}, {})
    if not readable and len(rows.columns) * (len(strict) + len(ties)) <= FEW:
        return nearest.order(rows)
    return guessed(rows, readable) or nearest.order(rows)


def guessed(rows: Differences, readable: bool = True) -> Functional | Conflict | None:
    """The outcome where floating point shows the way to it, None where it does not."""
    width = len(rows.columns)
    above, level = guess.scaled(rows.above, width), guess.scaled(rows.level, width)
    near = guess.functional(above, level, sparse=readable)
    if near is None:
        support = guess.conflict(above, level)
        return None if support is None else exact.conflict(rows, *support)
    middle = guess.centre(above, level, guess.support(near))
    return exact.functional(rows, above, near) if middle is None else exact.functional(rows, above, near, middle)
