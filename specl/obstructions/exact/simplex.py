"""Nonnegative solutions of rational linear systems, exactly: the first phase of the simplex method, by Bland's rule."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import fmpq, fmpq_mat

from specl.model.flint_rational import to_fmpq, to_fraction


@dataclass(frozen=True)
class Vertex:
    """A solution whose columns with positive entries, and further ones up to a basis, are linearly independent."""

    values: tuple[Fraction, ...]
    basis: tuple[int, ...]


def vertex(matrix: Sequence[Sequence[Fraction]], right: Sequence[Fraction]) -> Vertex | None:
    """A vertex of {x ≥ 0 : A x = b}, or None where there is no solution. Bland's rule (1977) does not cycle."""
    rows = _independent(matrix, right)
    if rows is None:
        return None
    width = len(matrix[0])
    for row in rows:
        if row[-1] < 0:
            row[:] = [-x for x in row]
    basis = [width + i for i in range(len(rows))]  # artificial variables, one for each row
    cost = [-sum((row[j] for row in rows), Fraction(0)) for j in range(width + 1)]
    while True:
        entering = next((j for j in range(width) if cost[j] < 0 and j not in basis), None)
        if entering is None:
            break
        bounds = [(row[-1] / row[entering], basis[i], i) for i, row in enumerate(rows) if row[entering] > 0]
        *_, leaving = min(bounds)  # the total of the artificial variables is bounded, so there is one
        pivot = rows[leaving]
        pivot[:] = [x / pivot[entering] for x in pivot]
        for row in (*rows, cost):
            if row is not pivot and row[entering]:
                factor = row[entering]
                row[:] = [x - factor * y for x, y in zip(row, pivot, strict=True)]
        basis[leaving] = entering
    if cost[-1] != 0:
        return None
    values = [Fraction(0)] * width
    for i, j in enumerate(basis):
        if j < width:
            values[j] = rows[i][-1]
    return Vertex(tuple(values), tuple(sorted(j for j in basis if j < width)))


def _independent(matrix: Sequence[Sequence[Fraction]], right: Sequence[Fraction]) -> list[list[Fraction]] | None:
    """Independent rows of (A | b) with the same solutions; None where there are none."""
    width = len(matrix[0])
    entries: list[fmpq] = [
        to_fmpq(x) for row, b in zip(matrix, right, strict=True) for x in (*row, b)
    ]
    reduced, rank = fmpq_mat(len(matrix), width + 1, entries).rref()
    rows = [[to_fraction(x) for x in row] for row in reduced.tolist()[:rank]]
    if rows and not any(rows[-1][:width]):
        return None
    return rows
