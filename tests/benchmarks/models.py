"""Large models for measurements: a slippery grid, the same with traps, and random sparse models that mix fast."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from specl.solvers.sparse import SparseModel

SLIP = (0.8, 0.1, 0.1)
"""Ahead, and to either side."""


def grid(side: int, is_merged: bool = False) -> SparseModel:
    """side × side cells, four directions, walls that keep; a cell pays 0, 0.1, … or 0.9 whatever is done there.

    Args:
        is_merged: whether entries of a choice with the same target are one; otherwise all choices have three.
    """
    n = side * side
    row, column = np.divmod(np.arange(n), side)
    aheads = []
    for down, right in ((-1, 0), (0, 1), (1, 0), (0, -1)):
        aheads.append(np.clip(row + down, 0, side - 1) * side + np.clip(column + right, 0, side - 1))
    targets = np.stack([np.stack((aheads[a], aheads[(a + 1) % 4], aheads[(a + 3) % 4]), axis=1) for a in range(4)], 1)
    paid = np.random.default_rng(1).integers(0, 10, n) / 10.0
    return _fixed(targets.reshape(-1, 3), np.tile(SLIP, (4 * n, 1)), np.repeat(paid, 4), 4, is_merged)


def hazard(side: int) -> SparseModel:
    """The grid with traps in 18 % of its cells, which are never left, and 1 paid for each step in the last cell."""
    model = grid(side)
    n = side * side
    traps = np.random.default_rng(3).random(n) < 0.18
    traps[0], traps[-1] = False, True
    targets = model.targets.reshape(n, 4, 3).copy()
    targets[traps] = np.flatnonzero(traps)[:, None, None]
    paid = np.zeros(4 * n)
    paid[-4:] = 1.0
    return _fixed(targets.reshape(-1, 3), model.probabilities.reshape(-1, 3), paid, 4, False)


def garnet(n: int, actions: int = 4, branches: int = 3, seed: int = 0, is_merged: bool = False) -> SparseModel:
    """Random targets, random probabilities, rewards in [0, 1) (Archibald, McKinnon and Thomas 1995)."""
    draw = np.random.default_rng(seed)
    targets = draw.integers(0, n, (n * actions, branches))
    weights = draw.dirichlet(np.ones(branches), n * actions)
    return _fixed(targets, weights, draw.random(n * actions), actions, is_merged)


def _fixed(
    targets: NDArray[Any], weights: NDArray[np.float64], paid: NDArray[np.float64], actions: int, is_merged: bool
) -> SparseModel:
    m, wide = targets.shape
    choices = np.arange(0, m + 1, actions)
    if not is_merged:
        ends = np.arange(0, m * wide + 1, wide)
        return SparseModel.from_arrays(choices, ends, targets.ravel(), weights.ravel(), rewards=paid)
    order = np.argsort(targets, axis=1, kind="stable")
    targets, weights = np.take_along_axis(targets, order, 1), np.take_along_axis(weights, order, 1).copy()
    for j in range(wide - 1, 0, -1):
        same = targets[:, j] == targets[:, j - 1]
        weights[same, j - 1] += weights[same, j]
        weights[same, j] = 0
    kept = weights > 0
    ends = np.concatenate(([0], np.cumsum(kept.sum(axis=1))))
    return SparseModel.from_arrays(choices, ends, targets[kept], weights[kept], rewards=paid)
