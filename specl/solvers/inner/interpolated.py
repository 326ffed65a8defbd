"""An upper bound on the best E[f(G)] for one return G, by interpolation on a grid of what the return may come to.

What a history is worth depends on its state, the time and the return so far, x. In z, the least that the return may
still come to, W(z) = sup E[f(z + …)] is made of f by moving it, means and suprema. Let no chord of f between points at
most δ apart lie further than ω below f. All three keep that, so that linear interpolation between points of a grid of
width δ, plus ω, bounds W from above, each time step; ω is at most −f″·δ²/8 where f is smooth, and in any case
(the change of f′)·δ/4. The grid's own arithmetic is in doubles, with its rounding added.
"""

from fractions import Fraction
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from specl.chains.interval_array import IntervalArray
from specl.chains.jets import Jet
from specl.model.errors import Undefined, Unsupported
from specl.model.expression import Expression, evaluate
from specl.solvers.hurry import is_over
from specl.solvers.inner.augmented import Process

Floats = NDArray[np.float64]

MOST_CELLS = 200_000
MOST_STEPS = 3000
_WORK = 3e9
"""Interpolations in all: some seconds."""

_UNIT = 2.0**-52


def upper_bound(process: Process, function: Expression, precision: Fraction, deadline: float) -> Fraction | None:
    """A bound on the largest E[f(G)] among all policies; None where there is none, as f is not smooth enough.

    Args:
        process: with one return.
    """
    gamma = float(process.discounts[0])
    low = np.array([float(each.low) for each in process.onward[0]])
    spread = np.array([float(each.high) for each in process.onward[0]]) - low
    if not (0 < gamma < 1) or not spread.max() > 0 or not np.isfinite(spread).all():
        return None
    begin = min(float(low[i]) for i, _ in process.start)
    end = max(float(low[i] + spread[i]) for i, _ in process.start) + float(spread.max())
    moves = [
        [[(float(o.probability), o.target, _float(o.paid[0])) for o in outcomes] for outcomes in row]
        for row in process.outcomes
    ]
    branches = sum(len(outcomes) for row in moves for outcomes in row)
    best: float | None = None
    for cells in (1_000, 8_000, 40_000, MOST_CELLS):
        grid = _grid(function, begin, end, cells)
        if grid is None:
            return best if best is None else Fraction(best)
        values, omega, slope = grid
        wanted = max(slope * float(spread.max()) / (float(precision) / 4), 1.0)
        steps = int(min(MOST_STEPS, np.ceil(np.log(wanted) / -np.log(gamma)) + 1))
        if branches * cells * steps > _WORK or is_over(deadline):
            break
        found = _induction(process, moves, (begin, end, values), omega, slope, gamma, low, spread, steps, deadline)
        if found is None or not isfinite(found):
            break
        gained = None if best is None else best - found
        best = found if best is None else min(best, found)
        if gained is not None and gained <= float(precision) / 4:
            break
    return None if best is None else Fraction(best)


def _float(paid: object) -> float:
    near = paid if isinstance(paid, Fraction) else paid.enclose()  # type: ignore[attr-defined]
    return float(near) if isinstance(near, Fraction) else float((near.low + near.high) / 2)


def _grid(function: Expression, begin: float, end: float, cells: int) -> tuple[Floats, float, float] | None:
    """(upper bounds on f at cells + 1 points, ω, the largest |f′|); None where one of them is not finite."""
    points = np.linspace(begin, end, cells + 1)
    width = (end - begin) / cells
    box = IntervalArray(points[:-1] - 1e-9 * width, points[1:] + 1e-9 * width)
    try:
        at = evaluate(function, lambda _: Jet.of_variable(1, 0, IntervalArray(points, points)), _constant).value
        jet = evaluate(function, lambda _: Jet.of_variable(1, 0, box), _constant)
    except (Undefined, Unsupported):
        return None
    blank = np.zeros(cells)
    first, second = jet.gradient[0], jet.hessian[0][0]
    steep_low, steep_high = (blank, blank) if first is None else (blank + first.low, blank + first.high)
    bent = blank if second is None else np.maximum(0.0, -(blank + second.low))
    values = np.zeros(cells + 1) + at.high
    slope = float(max(np.abs(steep_low).max(), np.abs(steep_high).max()))
    smooth = np.maximum(bent[:-1], bent[1:]) * width * width / 8
    rough = (np.maximum(steep_high[:-1], steep_high[1:]) - np.minimum(steep_low[:-1], steep_low[1:])) * width / 4
    omega = float(np.minimum(smooth, rough).max()) * (1 + 1e-9)
    if not np.isfinite(values).all() or not isfinite(slope) or not isfinite(omega):
        return None
    return values, omega, slope


def _constant(number: object) -> Jet:
    return Jet.of_constant(1, number)


def _induction(
    process: Process,
    moves: list[list[list[tuple[float, int, float]]]],
    grid: tuple[float, float, Floats],
    omega: float,
    slope: float,
    gamma: float,
    low: Floats,
    spread: Floats,
    steps: int,
    deadline: float,
) -> float | None:
    """Backward induction over the steps; beyond the grid's end the last value is continued, where no history is."""
    begin, end, values = grid
    width = (end - begin) / (len(values) - 1)
    largest = max(len(outcomes) for row in moves for outcomes in row)
    size = abs(begin) + abs(end) + 1
    noise = (4 * largest + 64) * _UNIT * (float(np.abs(values).max()) + slope * size)
    count = len(moves)
    now = [values + slope * gamma**steps * float(spread[i]) for i in range(count)]
    for t in range(steps - 1, -1, -1):
        weight = gamma**t
        if is_over(deadline):
            return None
        before = []
        for i, row in enumerate(moves):
            best: Floats | None = None
            for outcomes in row:
                total = np.zeros(len(values))
                for p, j, paid in outcomes:
                    total += p * _moved(now[j], weight * (paid + gamma * low[j] - low[i]) / width)
                best = total if best is None else np.maximum(best, total)
            assert best is not None
            before.append(best + (omega + noise))
        now = before
    found = 0.0
    for i, share in process.start:
        found += float(share) * float(_moved(now[i], (low[i] - begin) / width)[0])
    return found + omega + noise


def _moved(values: Floats, cells: float) -> Floats:
    """Interpolated that many cells further on; what lies beyond the end is continued."""
    whole = int(np.floor(max(cells, 0.0)))
    share = max(cells, 0.0) - whole
    padded = np.concatenate((values[whole:], np.full(min(whole, len(values)) + 1, values[-1])))[: len(values) + 1]
    return padded[:-1] * (1 - share) + padded[1:] * share
