"""Linear systems over an exact field: the rationals (by FLINT), or any type with field operations."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from flint import fmpq, fmpq_mat

from specl.chains.components import components
from specl.model.flint_rational import to_fmpq, to_fraction
from specl.model.rational_function import RationalFunction

Scalar = Any
"""An element of the field: a Fraction, or a RationalFunction where a policy is symbolic."""

Rows = Sequence[Mapping[int, Scalar]]
Columns = Sequence[Sequence[Scalar]]


class Singular(ArithmeticError):
    """The system has no solution, or more than one."""


def quotient(dividend: Scalar, divisor: Scalar) -> Scalar:
    """The quotient in the field, also of functions: poles that cancel later do not matter."""
    return dividend * divisor.inverse() if isinstance(divisor, RationalFunction) else dividend / divisor


def solve(rows: Rows, right: Columns) -> tuple[tuple[Scalar, ...], ...]:
    """Solve A x = b for a square sparse A and several b at once.

    A is first brought to block-triangular form (the strongly connected components of its graph i → j, A_ij ≠ 0);
    the diagonal blocks are then solved one after the other, so that long acyclic parts cost only substitution.

    Args:
        rows: ``rows[i][j]`` = A_ij, zeros may be left out; n rows.
        right: the vectors b, each of length n.

    Returns:
        For each b its x, a tuple of length n. Fractions where every entry is one; FLINT rationals where every
        entry is one of those; otherwise what the field's operations give.

    Raises:
        Singular: A is not invertible (not noticed where there is no b).
        ValueError: sizes do not fit.
    """
    size = len(rows)
    if any(len(column) != size for column in right) or any(not 0 <= j < size for row in rows for j in row):
        raise ValueError(f"a system of {size} equations needs {size} columns and right sides of length {size}")
    if not right:
        return ()
    entries = [entry for row in rows for entry in row.values()] + [entry for column in right for entry in column]
    if all(isinstance(entry, fmpq) for entry in entries):
        return _by_blocks(rows, right, _flint_block)
    if all(isinstance(entry, Fraction | int) for entry in entries):
        found = _by_blocks(
            [{j: to_fmpq(a) for j, a in row.items()} for row in rows],
            [[to_fmpq(b) for b in column] for column in right],
            _flint_block,
        )
        return tuple(tuple(to_fraction(x) for x in column) for column in found)
    return _by_blocks(
        [{j: _field(a) for j, a in row.items()} for row in rows],
        [[_field(b) for b in column] for column in right],
        _eliminate,
    )


def _field(value: Scalar) -> Scalar:
    """An int divides inexactly; everything else is left as it is."""
    return Fraction(value) if isinstance(value, int) else value


Block = Callable[[list[dict[int, Scalar]], list[list[Scalar]]], list[list[Scalar]]]
"""Solves one block: sparse rows, ``constants[i][r]`` -> ``x[i][r]`` for right side r."""


def _by_blocks(rows: Rows, right: Columns, block_solver: Block) -> tuple[tuple[Scalar, ...], ...]:
    sparse = [{j: a for j, a in row.items() if a != 0} for row in rows]
    found: list[list[Scalar]] = [[] for _ in rows]
    for block in components(sparse):
        place = {j: i for i, j in enumerate(block)}
        inner, constants = [], []
        for i in block:
            known = [column[i] for column in right]
            inside = {}
            for j, a in sparse[i].items():
                if j in place:
                    inside[place[j]] = a
                else:
                    known = [b - a * x if x != 0 else b for b, x in zip(known, found[j], strict=True)]
            inner.append(inside)
            constants.append(known)
        for i, values in zip(block, _one(inner, constants) or block_solver(inner, constants), strict=True):
            found[i] = values
    return tuple(tuple(values[r] for values in found) for r in range(len(right)))


def _one(rows: list[dict[int, Scalar]], constants: list[list[Scalar]]) -> list[list[Scalar]] | None:
    """The solution of a block of one unknown, the commonest; None if the block is larger."""
    if len(rows) > 1:
        return None
    if not rows[0]:
        raise Singular("the matrix is singular")
    pivot = rows[0][0]
    return [[quotient(b, pivot) if b != 0 else b for b in constants[0]]]


def _flint_block(rows: list[dict[int, fmpq]], constants: list[list[fmpq]]) -> list[list[fmpq]]:
    size, width = len(rows), len(constants[0])
    zero = fmpq(0)
    matrix = fmpq_mat(size, size, [row.get(j, zero) for row in rows for j in range(size)])
    try:
        found: list[list[fmpq]] = matrix.solve(fmpq_mat(size, width, [b for row in constants for b in row])).tolist()
    except ZeroDivisionError:
        raise Singular("the matrix is singular") from None
    return found


def _eliminate(rows: list[dict[int, Scalar]], constants: list[list[Scalar]]) -> list[list[Scalar]]:
    """Gauss–Jordan elimination; pivots are simple entries in sparse rows and columns (Markowitz 1957)."""
    waiting = set(range(len(rows)))
    pivot_row: dict[int, int] = {}  # column -> the row that determines it
    while waiting:
        counts: dict[int, int] = {}
        for i in waiting:
            for j in rows[i]:
                counts[j] = counts.get(j, 0) + 1
        candidates = [
            (_complexity(a), (len(rows[i]) - 1) * (counts[j] - 1), i, j) for i in waiting for j, a in rows[i].items()
        ]
        if not candidates:
            raise Singular("the matrix is singular")
        *_, pivot, column = min(candidates)
        waiting.remove(pivot)
        pivot_row[column] = pivot
        divisor = rows[pivot].pop(column)
        rows[pivot] = {j: quotient(a, divisor) for j, a in rows[pivot].items()}
        constants[pivot] = [quotient(b, divisor) for b in constants[pivot]]
        for i, row in enumerate(rows):
            factor = row.pop(column, None)
            if factor is None:
                continue
            for j, a in rows[pivot].items():
                entry = row[j] - factor * a if j in row else -(factor * a)
                if entry != 0:
                    row[j] = entry
                else:
                    del row[j]
            constants[i] = [b - factor * c for b, c in zip(constants[i], constants[pivot], strict=True)]
    return [constants[pivot_row[j]] for j in range(len(rows))]


def _complexity(value: Scalar) -> int:
    """0 for a constant; otherwise the length of the element as text, a fair measure of the work that it makes."""
    return 0 if isinstance(value, Fraction) else len(str(value))
