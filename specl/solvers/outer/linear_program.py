"""Small linear programs: floating point (HiGHS) proposes a basis, the simplex method over ℚ starts from it.

The largest c·x with A x = b, x ≥ 0. Bland's rule (1977) ends after finitely many pivots; the multipliers of the last
basis prove the optimum.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import fmpq, fmpq_mat
from numpy.typing import NDArray
from scipy.optimize import linprog

from specl.model.flint_rational import to_fmpq, to_fraction

Matrix = Sequence[Sequence[Fraction]]


@dataclass(frozen=True)
class Optimal:
    """``values`` is optimal, and so are the ``multipliers`` of the equations: value = multipliers·b, A'·multipliers ≥
    c."""

    value: Fraction
    values: tuple[Fraction, ...]
    multipliers: tuple[Fraction, ...]


class Infeasible(ValueError):
    """There is no x ≥ 0 with A x = b."""


class Unbounded(ValueError):
    """There are x ≥ 0 with A x = b and arbitrarily large c·x."""


def solve_exactly(matrix: Matrix, right: Sequence[Fraction], cost: Sequence[Fraction]) -> Optimal:
    """The optimum over the rationals.

    Raises:
        Infeasible, Unbounded: there is none.
    """
    size = len(cost)
    table = [[to_fmpq(x) for x in (*row, b)] for row, b in zip(matrix, right, strict=True)]
    rows, basis = _start(table, _order(matrix, right, cost))
    if rows is None:
        rows, basis = _feasible(table, size)
    objective = [to_fmpq(c) for c in cost]
    _climb(rows, basis, objective, size)
    values = [Fraction(0)] * size
    for row, j in zip(rows, basis, strict=True):
        values[j] = to_fraction(row[-1])
    multipliers = _multipliers(table, basis, objective)
    return Optimal(sum((c * x for c, x in zip(cost, values, strict=True)), Fraction(0)), tuple(values), multipliers)


def solve_nearly(
    matrix: NDArray[np.float64], right: NDArray[np.float64], cost: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """(x, multipliers) up to rounding, by HiGHS; None where it gives up."""
    found = linprog(-cost, A_eq=matrix, b_eq=right, bounds=(0, None), method="highs-ds")
    if found.x is None or found.status != 0:
        return None
    return found.x, -found.eqlin.marginals


def _order(matrix: Matrix, right: Sequence[Fraction], cost: Sequence[Fraction]) -> list[int]:
    """The columns, those first that are likely to be in an optimal basis."""
    near = np.array([[float(x) for x in row] for row in matrix]), np.array([float(b) for b in right])
    prices = np.array([float(c) for c in cost])
    found = solve_nearly(*near, prices)
    if found is None:
        return list(range(len(cost)))
    x, multipliers = found
    slack = np.abs(near[0].T @ multipliers - prices)
    return [int(j) for j in np.lexsort((slack, -x * (x > 1e-9)))]


def _start(table: list[list[fmpq]], order: list[int]) -> tuple[list[list[fmpq]] | None, list[int]]:
    """The table for the basis of the first independent columns; None where that basis is not feasible."""
    width = len(order)
    permuted = [row[j] for row in table for j in (*order, width)]
    reduced, rank = fmpq_mat(len(table), width + 1, permuted).rref()
    rows = reduced.tolist()[:rank]
    basis = [next(j for j in range(width + 1) if row[j] != 0) for row in rows]
    if width in basis:
        raise Infeasible
    if any(row[-1] < 0 for row in rows):
        return None, []
    back = {j: k for k, j in enumerate(order)}
    return [[row[back[j]] for j in range(width)] + [row[-1]] for row in rows], [order[k] for k in basis]


def _feasible(table: list[list[fmpq]], size: int) -> tuple[list[list[fmpq]], list[int]]:
    """The first phase: artificial variables are driven out."""
    zero, one = fmpq(0), fmpq(1)
    count = len(table)
    rows = []
    for i, row in enumerate(table):
        signed = [-x for x in row] if row[-1] < 0 else list(row)
        rows.append([*signed[:-1], *(one if k == i else zero for k in range(count)), signed[-1]])
    basis = [size + i for i in range(count)]
    _climb(rows, basis, [zero] * size + [-one] * count, size + count)
    if any(row[-1] != 0 for row, j in zip(rows, basis, strict=True) if j >= size):
        raise Infeasible
    for i in range(count - 1, -1, -1):  # artificial variables that are basic at 0
        if basis[i] >= size:
            j = next((j for j in range(size) if rows[i][j] != 0), None)
            if j is None:
                del rows[i], basis[i]
            else:
                _pivot(rows, i, j)
                basis[i] = j
    return [[*row[:size], row[-1]] for row in rows], basis


def _climb(rows: list[list[fmpq]], basis: list[int], cost: list[fmpq], size: int) -> None:
    while True:
        entering = None
        for j in range(size):
            if j not in basis:
                gain = cost[j] - sum((cost[b] * row[j] for b, row in zip(basis, rows, strict=True) if row[j] != 0),
                                     fmpq(0))  # fmt: skip
                if gain > 0:
                    entering = j
                    break
        if entering is None:
            return
        ratios = [(row[-1] / row[entering], basis[i], i) for i, row in enumerate(rows) if row[entering] > 0]
        if not ratios:
            raise Unbounded
        leaving = min(ratios, key=lambda ratio: (ratio[0], ratio[1]))[2]
        _pivot(rows, leaving, entering)
        basis[leaving] = entering


def _pivot(rows: list[list[fmpq]], i: int, j: int) -> None:
    pivot = rows[i][j]
    rows[i] = [x / pivot for x in rows[i]]
    for k, row in enumerate(rows):
        if k != i and row[j] != 0:
            factor = row[j]
            rows[k] = [x - factor * y for x, y in zip(row, rows[i], strict=True)]


def _multipliers(table: list[list[fmpq]], basis: list[int], cost: list[fmpq]) -> tuple[Fraction, ...]:
    """y with y·A_j = c_j for the basis; rows that depend on others get 0."""
    entries = [x for j in basis for x in (*(row[j] for row in table), cost[j])]
    reduced, rank = fmpq_mat(len(basis), len(table) + 1, entries).rref()
    found = [Fraction(0)] * len(table)
    for row in reduced.tolist()[:rank]:
        found[next(k for k in range(len(table)) if row[k] != 0)] = to_fraction(row[-1])
    return tuple(found)
