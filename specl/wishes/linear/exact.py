"""Guesses made true: exact functionals and conflicts, where floating point says that there are some."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

import numpy as np

from specl.wishes.linear.differences import Differences, Row
from specl.wishes.linear.guess import Array, support
from specl.wishes.linear.null_space import column, completion, matrix
from specl.wishes.linear.outcome import Conflict, Functional

UNITS = (*range(1, 31), *(round(10 ** (k / 4)) for k in range(6, 61)))
"""Entries are rounded to multiples of the largest one divided by these."""


def functional(rows: Differences, near_above: Array, *guesses: Array) -> Functional | None:
    """A functional with the support of one of the guesses, in integers as small as rounding makes them.

    Args:
        near_above: the strict rows in floating point, each scaled as one likes.
    """
    above = matrix(rows.above, len(rows.columns))
    for entries in candidates(near_above, rows.level, guesses):
        if all(x > 0 for x in (above * column(entries)).entries()):
            return rows.functional(dict(enumerate(entries)))
    return None


def candidates(above: Array, level: Sequence[Row], guesses: Sequence[Array]) -> Iterator[list[int]]:
    """Integer vectors near multiples of the guesses, of the same support, which respect the ties, and the strict
    comparisons as far as floating point can see; small ones first.

    Where there are ties, some entries are rounded and decide the others: on the null space of the ties everything
    near a strict solution is one.
    """
    ties = matrix(level, above.shape[1])
    for places in dict.fromkeys(tuple(support(guess)) for guess in guesses):
        near = [guess[list(places)] for guess in guesses if tuple(support(guess)) == places]
        space = completion([[row[k] for k in places] for row in level], len(places))
        strict, approximate = above[:, places], space.approximately()
        doubt = 1e-9 * np.abs(strict)
        for entries in _rounded([guess[space.free] for guess in near]):
            whole = approximate @ np.array(entries, dtype=np.float64)
            if (strict @ whole > -(doubt @ np.abs(whole))).all():
                found = [0] * above.shape[1]
                for k, x in zip(places, space.member(entries), strict=True):
                    found[k] = x
                if not any((ties * column(found)).entries()):
                    yield found


def conflict(rows: Differences, above: Sequence[int], level: Sequence[int]) -> Conflict | None:
    """The weights with which these rows cancel, where they are unique up to a factor and positive on strict ones.

    Being unique they are irreducible: with fewer rows there would be others.
    """
    used = [rows.above[i] for i in above] + [rows.level[j] for j in level]
    found, dimension = matrix(used, len(rows.columns)).transpose().nullspace()
    if dimension != 1:
        return None
    weights = [Fraction(int(found[i, 0])) for i in range(len(used))]
    if any(x < 0 for x in weights[: len(above)]):
        weights = [-x for x in weights]
    over = {i: x for i, x in zip(above, weights, strict=False) if x}
    if not over or any(x < 0 for x in over.values()):
        return None
    return rows.conflict(over, {j: x for j, x in zip(level, weights[len(above) :], strict=True) if x})


def _rounded(near: Sequence[Array]) -> Iterator[list[int]]:
    """Integer vectors near multiples of the guesses, small ones first."""
    seen = set()
    for unit in UNITS:
        for guess in near:
            largest = np.abs(guess).max(initial=0)
            if largest > 0:
                entries = tuple(map(int, np.rint(guess / largest * unit)))
                if entries not in seen:
                    seen.add(entries)
                    yield list(entries)
