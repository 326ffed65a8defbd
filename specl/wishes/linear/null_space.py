"""The functionals that respect ties: the null space of integer rows, as a whole or one member at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import fmpz_mat, nmod_mat

from specl.wishes.linear.differences import Row, coprime
from specl.wishes.linear.guess import Array, scaled

PRIME = 2**61 - 1


@dataclass(frozen=True)
class NullSpace:
    """{w : rows·w = 0}: at the pivots w is `dependence`·w(free)/`scale`.

    Attributes:
        dependence: shape pivots × free.
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
        for k, y in zip(self.pivots, (self.dependence * column(entries)).entries(), strict=True):
            found[k] = int(y)
        return coprime(map(Fraction, found))

    def seen(self, rows: Sequence[Row]) -> fmpz_mat:
        """The rows as functions of the free entries: row·w, times `scale`."""
        direct = matrix([[row[k] for k in self.free] for row in rows], len(self.free)) * self.scale
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


@dataclass(frozen=True)
class Completion:
    """Free entries complete to a member of the null space by one linear system, cheaper than the whole null space
    where numbers are long.

    Attributes:
        rows: independent ones, as many as pivots.
    """

    free: list[int]
    pivots: list[int]
    rows: list[Row]

    def member(self, entries: Sequence[int]) -> Row:
        """The smallest positive integer multiple of the one with these free entries."""
        found = [Fraction(0)] * (len(self.free) + len(self.pivots))
        for k, x in zip(self.free, entries, strict=True):
            found[k] = Fraction(x)
        if self.pivots:
            right = matrix([[-row[k] for k in self.free] for row in self.rows], len(self.free)) * column(entries)
            square = matrix([[row[k] for k in self.pivots] for row in self.rows], len(self.pivots))
            for k, y in zip(self.pivots, square.solve(right).entries(), strict=True):
                found[k] = Fraction(int(y.p), int(y.q))
        return coprime(found)

    def approximately(self) -> Array:
        """The matrix that takes free entries to the whole of w, rounded."""
        found = np.zeros((len(self.free) + len(self.pivots), len(self.free)))
        found[self.free, range(len(self.free))] = 1
        if self.pivots:
            near = scaled(self.rows, len(found))
            found[self.pivots] = np.linalg.lstsq(near[:, self.pivots], -near[:, self.free], rcond=None)[0]
        return found


def completion(rows: Sequence[Row], width: int) -> Completion:
    """Pivots among columns that stand well apart, for as many independent rows as can be told modulo a prime."""
    if not rows or not width:
        return Completion(list(range(width)), [], [])
    from scipy.linalg import qr

    favoured = [int(k) for k in qr(scaled(rows, width), mode="r", pivoting=True)[1]]
    residues = nmod_mat(len(rows), width, [row[k] % PRIME for row in rows for k in favoured], PRIME)
    pivots = [favoured[k] for k in _leading(residues)]
    kept = [rows[i] for i in _leading(residues.transpose())]
    taken = set(pivots)
    return Completion([k for k in range(width) if k not in taken], pivots, kept)


def independent(rows: Sequence[Row], width: int) -> list[int]:
    """The first rows of which the others are combinations."""
    if not rows:
        return []
    reduced, _, rank = matrix(rows, width).transpose().rref()
    return [next(j for j in range(len(rows)) if reduced[i, j] != 0) for i in range(rank)]


def matrix(rows: Sequence[Row], width: int) -> fmpz_mat:
    """Integer rows as FLINT has them."""
    return fmpz_mat(len(rows), width, [x for row in rows for x in row])


def column(entries: Sequence[int]) -> fmpz_mat:
    """Integers as a column."""
    return fmpz_mat(len(entries), 1, list(entries))


def _leading(residues: nmod_mat) -> list[int]:
    """The columns with the pivots of the reduced row echelon form."""
    reduced, rank = residues.rref()
    return [next(k for k in range(residues.ncols()) if int(reduced[i, k])) for i in range(rank)]
