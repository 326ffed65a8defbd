"""Expectations of functions under a law on a grid, with all that is known of each grid point's share.

Of the return G with L = x it is known that 0 ≤ G − L ≤ W, and its conditional mean x + μ. So the conditional
expectation of f lies within f's range on [x, x+W]; within f(x+μ) ± radius(f')·E|G−L−μ|, as E[(G−L−μ)·g] =
E[(G−L−μ)·(g − middle)] for the slopes g of the mean value theorem, with E|G−L−μ| ≤ 2μ(W−μ)/W; and within
f(x+μ) + [f'']·[0, μ(W−μ)]/2 by Taylor's theorem, the variance being at most μ(W−μ) (Bhatia and Davis, Amer. Math.
Monthly 107, 2000). The three are intersected: smooth functions cost an error of the order W², kinks W² times the
density there, and jumps the probability of the grid points within W of them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from specl.chains.grid import ROUNDING, Cells, Grid
from specl.chains.interval_array import Floats, IntervalArray, intervals
from specl.chains.jets import Jet
from specl.model.enclosure import Enclosure

_BLOCK = 64

Evaluator = Callable[[Callable[[int], Any], Callable[[Any], Any]], Any]
"""Evaluates a function in a number type: (index of a return -> number, constant -> number) -> number."""


def integrate(
    grid: Grid,
    law: Cells,
    function: Evaluator,
    start: Sequence[Any],
    weights: Sequence[Fraction],
    limits: Sequence[Enclosure],
    hurry: bool = False,
) -> tuple[float, float]:
    """Ends of E[f(start + weights·G)·1(class)] for the law of G in this class.

    Args:
        limits: where start + weights·G certainly lies.
        hurry: use only the range of f on blocks of cells.
    """
    size = len(start)
    place = _Place(
        [intervals(s) for s in start],
        [intervals(w) for w in weights],
        [intervals(ends) for ends in limits],
        grid.spread,
    )
    sums = []
    if grid.lost > 0:
        sums.append(_product_sum(function(place.limits.__getitem__, intervals), np.zeros(1), grid.lost, 0.0))
    remaining = np.ones(law.mass.size, dtype=bool)
    if law.mass.size > 4 * _BLOCK:
        begins = np.arange(0, law.mass.size, _BLOCK)
        blocks = [
            place.box(a, np.minimum.reduceat(law.points[a], begins), np.maximum.reduceat(law.points[a], begins))
            for a in range(size)
        ]
        found = function(blocks.__getitem__, intervals)
        low = np.broadcast_to(found.low, begins.shape)
        high = np.broadcast_to(found.high, begins.shape)
        flat = (low == high) | hurry
        if flat.any():
            mass = np.add.reduceat(law.mass, begins)[flat]
            sums.append(_product_sum(IntervalArray(low[flat], high[flat]), mass, 0.0, grid.relative + 80 * ROUNDING))
            remaining = ~np.repeat(flat, _BLOCK)[: law.mass.size]
    if remaining.any():
        value = _cell_means(grid, law, remaining, function, place)
        sums.append(_product_sum(value, law.mass[remaining], 0.0, grid.relative))
    total = sums[0]
    for part in sums[1:]:
        total = total + part
    return float(total.low), float(total.high)


@dataclass(frozen=True)
class _Place:
    """The map from a state's return to the whole one, and where that certainly lies."""

    origin: list[IntervalArray]
    scale: list[IntervalArray]
    limits: list[IntervalArray]
    spread: list[float]

    def box(self, a: int, low: Floats, high: Floats) -> IntervalArray:
        """Where the whole return lies if L is between low and high."""
        found = self.origin[a] + self.scale[a] * IntervalArray(low, np.nextafter(high + self.spread[a], np.inf))
        return found.intersect(self.limits[a])


def _product_sum(value: IntervalArray, mass: Floats, lost: float, relative: float) -> IntervalArray:
    """Σ mass·value, masses having this relative error, or being anything in [0, lost].

    A sum of n doubles in any order is within n·2^(−53)·Σ|x| of the true one (Higham, §4.2), to first order.
    """
    room = relative * (1 + 1e-9) + 4 * ROUNDING
    # underflow in the masses stays below 1e−300
    masses = IntervalArray(np.maximum(mass * (1 - room) - 1e-300, 0.0), mass * (1 + room) + (lost + 1e-300))
    found = value * masses
    low, high = (np.broadcast_to(end, mass.shape) for end in (found.low, found.high))
    with np.errstate(all="ignore"):
        error = (mass.size + 2) * 2 * ROUNDING * np.maximum(np.abs(low), np.abs(high)).sum()
        ends = low.sum() - error, high.sum() + error
    if not np.isfinite(ends).all():
        return IntervalArray(np.asarray(-np.inf), np.asarray(np.inf))
    return IntervalArray(np.asarray(ends[0]), np.asarray(ends[1]))


def _cell_means(
    grid: Grid,
    law: Cells,
    chosen: Any,
    function: Evaluator,
    place: _Place,
) -> IntervalArray:
    """For each chosen cell an enclosure of the conditional expectation of f."""
    size, origin, scale = len(place.origin), place.origin, place.scale
    boxes = [place.box(a, law.points[a][chosen], law.points[a][chosen]) for a in range(size)]
    mass = law.mass[chosen]
    jets = [Jet.of_variable(size, a, boxes[a]) for a in range(size)]
    jet: Jet = function(jets.__getitem__, lambda value: Jet.of_constant(size, value))
    means, variances, deviations = [], [], []
    room = 3 * grid.relative + 8 * ROUNDING
    for a in range(size):
        spread = grid.spread[a]
        with np.errstate(all="ignore"):
            mu = np.where(mass > 0, law.excess[a][chosen] / mass, 0.0)
        slack = grid.slack[a]
        offset = IntervalArray(
            np.clip(mu * (1 - room) - slack, 0.0, spread), np.clip(mu * (1 + room) + slack, 0.0, spread)
        )
        lost = mass < 1e-280
        offset = IntervalArray(np.where(lost, 0.0, offset.low), np.where(lost, spread, offset.high))
        x = law.points[a][chosen]
        means.append((origin[a] + scale[a] * (IntervalArray(x, x) + offset)).intersect(boxes[a]))
        left = IntervalArray(np.maximum(spread - offset.high, 0.0), spread - offset.low + spread * 2 * ROUNDING)
        variance = (offset * left * scale[a].square()).high
        variances.append(variance)
        whole = IntervalArray(np.asarray(spread), np.asarray(spread))
        deviations.append((scale[a].absolute() * offset * left / whole * 2).high)
    at_mean: IntervalArray = function(means.__getitem__, intervals)
    best = jet.value
    first = at_mean
    second = at_mean
    zero = np.zeros(mass.shape)
    for a in range(size):
        part = jet.gradient[a]
        if part is not None:
            with np.errstate(all="ignore"):
                radius = np.nextafter((part.high - part.low) / 2, np.inf)
            radius = np.where(np.isfinite(radius), radius, np.inf)
            reach = (IntervalArray(radius, radius) * IntervalArray(zero, deviations[a])).high
            first = first + IntervalArray(-reach, reach)
        for b in range(size):
            entry = jet.hessian[a][b]
            if entry is None:
                continue
            if a == b:
                second = second + entry * IntervalArray(zero, variances[a]) * Fraction(1, 2)
            else:
                both = IntervalArray(zero, variances[a]) * IntervalArray(zero, variances[b])
                covariance = both.root().high
                second = second + entry * IntervalArray(-covariance, covariance) * Fraction(1, 2)
    return best.intersect(first).intersect(second)
