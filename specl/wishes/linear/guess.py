"""Where to look for functionals and conflicts: linear programs in floating point (HiGHS). Nothing here is believed.

Rows of `above` (m×n) are strict differences, rows of `level` (k×n) ties, scaled to largest entries of about 1.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

NEGLIGIBLE = 1e-9
"""Entries that are smaller, compared with the largest, are taken for 0."""
MOST_REFINED = 2_500
"""Entries of a program that is small enough to be solved again and again for a sparser solution."""
FEW = 400
"""Comparisons that a program starts with; those that its solution violates are added."""


def scaled(rows: Sequence[Sequence[int]], width: int) -> Array:
    """Integer rows, each divided by its largest entry."""
    found = np.zeros((len(rows), width))
    for i, row in enumerate(rows):
        largest = max(map(abs, row), default=0) or 1
        found[i] = [x / largest for x in row]  # one correctly rounded division, however long the integers
    return found


def functional(above: Array, level: Array, sparse: bool = True) -> Array | None:
    """w with above·w ≥ 1 and level·w = 0, of small weighted l1 norm; None where there seems to be none.

    Args:
        sparse: weigh small entries more and more, so that they vanish (Candès, Wakin, Boyd, "Enhancing sparsity by
            reweighted l1 minimization", 2008), then try to do without each entry.
    """
    sizes = _sizes(above, level)
    upper, even = above / sizes, level / sizes
    found = _least(upper, even, 1 / sizes)
    if found is not None and sparse:
        for _ in range(2):
            again = _least(upper, even, 1 / (np.abs(found) + 0.1 * np.abs(found).max()))
            if again is not None and len(support(again)) < len(support(found)):
                found = again
        if above.size + level.size <= MOST_REFINED:
            found = _pruned(upper, even, 1 / sizes, found)
    return None if found is None else found / sizes


def centre(above: Array, level: Array, places: Sequence[int]) -> Array | None:
    """w with level·w = 0 that is 0 outside these places and as far inside above·w > 0 as possible, so that it stands
    rounding."""
    sizes = _sizes(above, level)[places]
    upper, even = above[:, places] / sizes, level[:, places] / sizes
    (count, width), ties = upper.shape, len(level)
    solved = _solve(
        np.append(np.zeros(width), -1.0),
        A_ub=np.hstack([-upper, np.ones((count, 1))]),
        b_ub=np.zeros(count),
        A_eq=np.hstack([even, np.zeros((ties, 1))]) if ties else None,
        b_eq=np.zeros(ties) if ties else None,
        bounds=[(-1, 1)] * width + [(None, 1)],
    )
    if solved is None or solved[-1] <= 0:
        return None
    found = np.zeros(above.shape[1])
    found[places] = solved[:-1] / sizes
    return found


def conflict(above: Array, level: Array) -> tuple[list[int], list[int]] | None:
    """Rows λ ≥ 0 with Σ λ = 1, and rows μ, that seem to cancel: the support of a basic solution, sparse."""
    count, ties = len(above), len(level)
    sizes = _sizes(above, level)[:, None]
    columns = np.hstack([above.T, level.T, -level.T]) / sizes
    matrix = np.vstack([columns, np.append(np.ones(count), np.zeros(2 * ties))])
    right = np.append(np.zeros(above.shape[1]), 1.0)
    best: Array | None = None
    costs = np.append(np.ones(count), np.full(2 * ties, 0.5))
    for _ in range(3):
        solved = _solve(costs, A_eq=matrix, b_eq=right, bounds=(0, None))
        if solved is None:
            break
        weights = np.append(solved[:count], solved[count : count + ties] - solved[count + ties :])
        if best is None or len(support(weights)) < len(support(best)):
            best = weights
        if matrix.size > MOST_REFINED:
            break
        amounts = np.abs(weights)
        costs = 1 / (np.append(amounts, amounts[count:]) + 0.05 * amounts.max())
    if best is None:
        return None
    used = support(best)
    return [i for i in used if i < count], [i - count for i in used if i >= count]


def support(values: Array) -> list[int]:
    """Where the entries are not 0."""
    found: list[int] = np.flatnonzero(values).tolist()
    return found


def _sizes(above: Array, level: Array) -> Array:
    """The largest entries of the columns: programs are solved in units of these."""
    sizes = np.maximum(np.abs(above).max(axis=0, initial=0), np.abs(level).max(axis=0, initial=0))
    found: Array = np.where(sizes > 0, sizes, 1)
    return found


def _pruned(above: Array, level: Array, costs: Array, found: Array) -> Array:
    """Entries set to 0 as long as a solution is left, the smallest first."""
    kept = support(found)
    for k in sorted(kept, key=lambda k: abs(found[k])):
        fewer = [j for j in kept if j != k]
        if k in kept and fewer:
            again = _least(above[:, fewer], level[:, fewer], costs[fewer])
            if again is not None:
                kept = [fewer[i] for i in support(again)]
                found = np.zeros_like(found)
                found[fewer] = again
    return found


def _least(above: Array, level: Array, costs: Array) -> Array | None:
    """The solution of least Σ costs·|w|, by generation of the constraints where they are many."""
    count, width = above.shape
    used = np.unique(np.linspace(0, count - 1, FEW).astype(int)) if count > FEW else np.arange(count)
    while True:
        chosen = above[used]
        solved = _solve(
            np.append(costs, costs),
            A_ub=np.hstack([-chosen, chosen]),
            b_ub=-np.ones(len(used)),
            A_eq=np.hstack([level, -level]) if len(level) else None,
            b_eq=np.zeros(len(level)) if len(level) else None,
            bounds=(0, None),
        )
        if solved is None:
            return None
        found: Array = solved[:width] - solved[width:]
        values = above @ found
        violated = np.flatnonzero(values < 0.5)
        fresh = np.setdiff1d(violated, used)
        if not len(fresh):
            return found
        used = np.append(used, fresh[np.argsort(values[fresh])][:FEW])


def _solve(cost: Array, **program: Any) -> Array | None:
    """An optimal vertex; None where the program is not solved to optimality."""
    from scipy.optimize import linprog

    solved = linprog(cost, **program, method="highs")
    if solved.status != 0 or solved.x is None:
        return None
    found = np.asarray(solved.x, dtype=np.float64)
    found[np.abs(found) < NEGLIGIBLE * np.abs(found).max(initial=0)] = 0
    return found
