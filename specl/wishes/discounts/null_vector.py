"""Linear algebra over ℚ(γ) with integer polynomials: the vector that a matrix sends to 0, unique up to a factor."""

from collections.abc import Sequence
from functools import reduce

from flint import fmpz_poly

Row = Sequence[fmpz_poly]


def null_vector(rows: Sequence[Row], width: int) -> list[fmpz_poly] | None:
    """x ≠ 0 with Σ_j row_j x_j = 0 for all rows, in coprime polynomials; None unless x is unique up to a factor.

    Gauss–Jordan elimination without fractions; every row is kept coprime, which keeps degrees as low as they can be.

    Args:
        width: the length of the rows and of x.
    """
    waiting = [primitive(row) for row in rows if any(not entry.is_zero() for entry in row)]
    done: dict[int, list[fmpz_poly]] = {}  # column -> the row that determines its unknown
    while waiting:
        entries = ((i, j, entry) for i, row in enumerate(waiting) for j, entry in enumerate(row))
        _, i, column = min((entry.degree(), i, j) for i, j, entry in entries if not entry.is_zero())
        pivot = waiting.pop(i)
        done = {j: _reduced(row, pivot, column) for j, row in done.items()} | {column: pivot}
        reduced = [_reduced(row, pivot, column) for row in waiting]
        waiting = [row for row in reduced if any(not entry.is_zero() for entry in row)]
    free = [j for j in range(width) if j not in done]
    if len(free) != 1:
        return None
    common = reduce(_multiple, (row[j] for j, row in done.items()), fmpz_poly([1]))
    found = [fmpz_poly([0])] * width
    found[free[0]] = common
    for j, row in done.items():
        found[j] = -row[free[0]] * (common // row[j])
    return primitive(found)


def primitive(row: Row) -> list[fmpz_poly]:
    """The row without the greatest common divisor of its entries, which are not all 0."""
    shared = reduce(lambda p, q: p.gcd(q), row)
    return list(row) if shared.is_one() else [entry // shared for entry in row]


def _reduced(row: Row, pivot: Row, column: int) -> list[fmpz_poly]:
    factor = row[column]
    if factor.is_zero():
        return list(row)
    changed = [a * pivot[column] - factor * b for a, b in zip(row, pivot, strict=True)]
    return changed if all(entry.is_zero() for entry in changed) else primitive(changed)


def _multiple(p: fmpz_poly, q: fmpz_poly) -> fmpz_poly:
    return p * (q // p.gcd(q))
