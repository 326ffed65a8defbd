"""Guesses made true: exact functionals and conflicts, where floating point says that there are some."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import fmpz_mat

from specl.wishes.linear.differences import Differences, Row, coprime
from specl.wishes.linear.guess import Array, support
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
        if all(x > 0 for x in (above * fmpz_mat(len(entries), 1, entries)).entries()):
            return rows.functional(dict(enumerate(entries)))
    return None


def candidates(above: Array, level: Sequence[Row], guesses: Sequence[Array]) -> Iterator[list[int]]:
    """Integer vectors near multiples of the guesses, of the same support, which respect the ties, and the strict
    comparisons as far as floating point can see; small ones first.

    Where there are ties, some entries are rounded and decide the others: on the null space of the ties everything
    near a strict solution is one.
    """
    for places in dict.fromkeys(tuple(support(guess)) for guess in guesses):
        near = [guess[list(places)] for guess in guesses if tuple(support(guess)) == places]
        space = null_space([[row[k] for k in places] for row in level], len(places))
        strict, approximate = above[:, places], space.approximately()
        doubt = 1e-9 * np.abs(strict)
        for entries in _rounded([guess[space.free] for guess in near]):
            whole = approximate @ np.array(entries, dtype=np.float64)
            if (strict @ whole > -(doubt @ np.abs(whole))).all():
                found = [0] * above.shape[1]
                for k, x in zip(places, space.member(entries), strict=True):
                    found[k] = x
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


@dataclass(frozen=True)
class NullSpace:
    """{w : rows·w = 0}, by the entries that are free: at the pivots w is `scale`⁻¹·(dependence·free entries).

    Attributes:
        dependence: pivots × free.
        scale: positive.
    """

    free: list[int]
    pivots: list[int]
    dependence: fmpz_mat
    scale: int

    def member(self, entries: Sequence[int]) -> Row:
        """The smallest positive integer multiple of the one with these free entries."""
        found = [0] * (len(self.free) + len(self.pivots))
        for k, x in zip(self.free, entries, strict=True):
            found[k] = self.scale * x
        if self.pivots:
            dependent = (self.dependence * fmpz_mat(len(self.free), 1, entries)).entries()
            for k, y in zip(self.pivots, dependent, strict=True):
                found[k] = int(y)
        return coprime(map(Fraction, found))

    def approximately(self) -> Array:
        """The matrix that takes free entries to the whole of w, rounded."""
        found = np.zeros((len(self.free) + len(self.pivots), len(self.free)))
        found[self.free, range(len(self.free))] = 1
        for k, row in zip(self.pivots, self.dependence.tolist(), strict=True):
            found[k] = [int(x) / self.scale for x in row]
        return found

    def seen(self, rows: Sequence[Row]) -> fmpz_mat:
        """The rows as functions of the free entries: row·w, times `scale`."""
        direct = matrix([[row[k] for k in self.free] for row in rows], len(self.free)) * self.scale
        if not self.pivots:
            return direct
        return direct + matrix([[row[k] for k in self.pivots] for row in rows], len(self.pivots)) * self.dependence


def null_space(rows: Sequence[Row], width: int) -> NullSpace:
    """The null space of integer rows."""
    if not rows:
        return NullSpace(list(range(width)), [], fmpz_mat(0, width), 1)
    reduced, denominator, rank = matrix(rows, width).rref()
    sign = 1 if denominator > 0 else -1
    pivots = [next(k for k in range(width) if reduced[i, k] != 0) for i in range(rank)]
    taken = set(pivots)
    free = [k for k in range(width) if k not in taken]
    dependence = fmpz_mat(rank, len(free), [-sign * int(reduced[i, k]) for i in range(rank) for k in free])
    return NullSpace(free, pivots, dependence, abs(int(denominator)))


def independent(rows: Sequence[Row], width: int) -> list[int]:
    """The first rows of which the others are combinations."""
    if not rows:
        return []
    reduced, _, rank = matrix(rows, width).transpose().rref()
    return [next(j for j in range(len(rows)) if reduced[i, j] != 0) for i in range(rank)]


def matrix(rows: Sequence[Row], width: int) -> fmpz_mat:
    """Integer rows as FLINT has them."""
    return fmpz_mat(len(rows), width, [x for row in rows for x in row])


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
