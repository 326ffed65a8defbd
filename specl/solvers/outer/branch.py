"""The largest value of any function on simplices, by branch and bound with intervals.

On each simplex f is bounded by its natural range, and by f(c) + max over the corners v and gradients g of g·(v − c)
(mean value form: Moore 1966; on a simplex the corners are enough, since that is convex in v), which is nearly exact
for small simplices, also at the polytope's border. The longest edge is halved (Kearfott 1978). All arithmetic is in
intervals with outward rounding; corners are known up to `SLACK`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from specl.chains.interval_array import IntervalArray, intervals
from specl.chains.jets import Jet
from specl.model.errors import Undefined
from specl.model.expression import Expression, evaluate
from specl.solvers.hurry import is_over
from specl.solvers.outer.ranges import Range

Floats = NDArray[np.float64]

SLACK = 2.0**-44
"""Relative to the largest coordinate: how far a corner may be from where it should be."""

BATCH = 4096
MOST_CELLS = 2_000_000


@dataclass(frozen=True)
class Piece:
    """A function and a condition on some simplices, corners float64 [count, d + 1, d]."""

    function: Expression
    condition: Expression | None
    simplices: Floats


@dataclass(frozen=True)
class Found:
    """The supremum is at most ``high``; at ``y`` the function is at least ``low``; y None if no point was found where
    the condition certainly holds. ``high`` is −∞ where there certainly is none, ``is_done`` if the search ended by
    itself."""

    low: float
    high: float
    y: tuple[float, ...] | None
    cells: int
    is_done: bool


def search(pieces: Sequence[Piece], precision: float, deadline: float, floor: float = -np.inf, most: int = MOST_CELLS
           ) -> Found:  # fmt: skip
    """The largest of the suprema of the pieces, up to the precision where time allows.

    Args:
        floor: what is not above this does not matter.
        most: the number of cells after which the search ends.
    """
    low, y, covered, cells = floor, None, -np.inf, 0
    waiting = [(piece, piece.simplices) for piece in pieces]
    queue: list[tuple[Piece, Floats, Floats]] = []
    is_done = True
    while waiting or queue:
        while waiting:
            piece, simplices = waiting.pop()
            cells += len(simplices)
            bounds, values, centres = _bounds(piece, simplices)
            best = int(values.argmax())
            if values[best] > low:
                low, y = float(values[best]), tuple(float(x) for x in centres[best])
            alive = bounds > -np.inf
            if alive.any():
                queue.append((piece, simplices[alive], bounds[alive]))
        if not queue:
            break
        piece, simplices, highs = queue.pop(max(range(len(queue)), key=lambda k: queue[k][2].max()))
        keep = highs > low + precision / 2
        covered = max(covered, float(highs[~keep].max(initial=-np.inf)))
        simplices, highs = simplices[keep], highs[keep]
        if not len(simplices):
            continue
        if cells > most or is_over(deadline):
            covered, is_done = max(covered, float(highs.max())), False
            continue
        if len(simplices) > BATCH:
            order = np.argsort(-highs)
            queue.append((piece, simplices[order[BATCH:]], highs[order[BATCH:]]))
            simplices = simplices[order[:BATCH]]
        waiting.append((piece, _halved(simplices)))
    return Found(low, covered if y is None else max(covered, low), y, cells, is_done)


def _bounds(piece: Piece, simplices: Floats) -> tuple[Floats, Floats, Floats]:
    """Upper bounds on the simplices, lower bounds at their centres (−∞ where the condition may fail), the centres."""
    count, _, size = simplices.shape
    slack = SLACK * max(1.0, float(np.abs(simplices).max()))
    low, high = simplices.min(axis=1) - slack, simplices.max(axis=1) + slack
    boxes = [IntervalArray(low[:, k], high[:, k]) for k in range(size)]
    centres = simplices.mean(axis=1)
    places = [IntervalArray(centres[:, k], centres[:, k]) for k in range(size)]
    whole = np.zeros(count)
    natural = _range(piece.function, boxes)
    at_centre = _range(piece.function, places)
    top, values = whole + natural.high, whole + at_centre.low
    values = np.where(np.isfinite(whole + at_centre.high) & np.isfinite(values), values, -np.inf)
    try:
        jet = evaluate(piece.function, lambda k: Jet.of_variable(size, k, boxes[k]), lambda q: Jet.of_constant(size, q))
        steps = []
        for i in range(size + 1):
            step = intervals(Fraction(0))
            for k in range(size):
                if jet.gradient[k] is not None:
                    away = simplices[:, i, k] - centres[:, k]
                    step = step + jet.gradient[k] * IntervalArray(away - 2 * slack, away + 2 * slack)
            steps.append(whole + step.high)
        mean_value = (at_centre + IntervalArray(whole, np.max(steps, axis=0))).high
        top = np.minimum(top, np.where(np.isnan(mean_value), np.inf, mean_value))
    except Undefined:
        pass
    if piece.condition is not None:
        top = np.where(_truth(piece.condition, boxes, count) == 0, -np.inf, top)
        values = np.where(_truth(piece.condition, places, count) == 1, values, -np.inf)
    return top, values, centres


def _range(function: Expression, boxes: Sequence[IntervalArray]) -> IntervalArray:
    found: Range = evaluate(function, lambda k: Range(boxes[k]), Range.of)
    return found.values


def _truth(condition: Expression, boxes: Sequence[IntervalArray], count: int) -> Any:
    """1, 0 or −1 for each box."""
    one, zero = Expression("number", key=Fraction(1)), Expression("number", key=Fraction(0))
    found = _range(Expression("if", (condition, one, zero)), boxes)
    blank = np.zeros(count)
    low, high = blank + found.low, blank + found.high
    return np.where(low >= 0.5, 1, np.where(high <= 0.5, 0, -1))


def _halved(simplices: Floats) -> Floats:
    """Each simplex as two, by its longest edge: the first halves, then the second."""
    count, corners, _ = simplices.shape
    edges = list(combinations(range(corners), 2))
    lengths = np.stack([((simplices[:, i] - simplices[:, j]) ** 2).sum(axis=1) for i, j in edges])
    longest = np.array(edges)[lengths.argmax(axis=0)]
    rows = np.arange(count)
    middle = (simplices[rows, longest[:, 0]] + simplices[rows, longest[:, 1]]) / 2
    left, right = simplices.copy(), simplices.copy()
    left[rows, longest[:, 0]] = middle
    right[rows, longest[:, 1]] = middle
    return np.concatenate((left, right))
