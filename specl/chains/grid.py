"""Discounted returns on a grid: for each state a law of (L, G − L) with L on grid points and 0 ≤ G − L ≤ W.

The return from state i satisfies G_i = r + γ·G_target. If G_target = x + d with x a grid point and d ∈ [0, W], then
G_i = x' + d' with x' the grid point at or below r + γx and d' = (r + γx − x') + γd ∈ [0, w + γW], for the grid's
width w. Beginning with L the least value and W the whole range, W contracts to w/(1−γ). Along with the probability
m of each grid point the expectations e = E[(G − L)·1(L = x)] are carried, beginning with exact means, so that for
each grid point the conditional mean of G is known, which `specl.chains.grid_integral` makes use of.

All masses and means are sums of products of non-negative doubles, so each has a relative error of at most the number
of operations on the way times 2^(−53) (Higham, Accuracy and Stability, 2002, §3.1); positions are interval arithmetic.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from time import monotonic
from typing import Any

import numpy as np

from specl.chains.chain import Chain
from specl.chains.interval_array import Floats, IntervalArray, float_below, intervals
from specl.chains.law import DiscountedReturn
from specl.chains.linear import solve
from specl.model.enclosure import Enclosure, enclosure
from specl.model.real import Real

ROUNDING = 2.0**-53
"""The relative error of one operation on doubles."""

_SMALLEST = 1e-36


@dataclass
class Cells:
    """The law of one state's returns, restricted to one class: only grid points with mass.

    Attributes:
        points: shape (axes, n), grid points, exact doubles.
        mass: shape (n,).
        excess: shape (axes, n), E[(G_a − L_a)·1(cell)].
    """

    points: Floats
    mass: Floats
    excess: Floats


@dataclass
class Grid:
    """The laws of all states.

    Attributes:
        cells: ``cells[i][c]``, None where class c is not reached from state i.
        spread: W for each axis: 0 ≤ G − L ≤ W.
        relative: a bound on the relative error of masses and excesses.
        slack: for each axis a bound on the further error of excess/mass.
        certain: for each state whether its ranges are points, or nearly.
        least: for each axis the largest G − L in certain states, below which W does not sink.
        lost: a bound on each state's probability that is in no cell: cells with less than 1e−36 are dropped.
    """

    cells: list[list[Cells | None]]
    spread: list[float]
    relative: float
    slack: list[float]
    certain: list[bool]
    least: list[float]
    lost: float


@dataclass(frozen=True)
class _Axis:
    discount: IntervalArray
    gamma: float
    rewards: list[list[IntervalArray]]
    low: list[float]  # lower end of each state's range


def build(
    chain: Chain,
    returns: Sequence[DiscountedReturn],
    ranges: Sequence[Sequence[Enclosure]],
    absorbed: Sequence[Sequence[Fraction]],
    points: int,
    seconds: float,
) -> Grid:
    """The laws, on a final grid of about ``points`` points for each state.

    Args:
        ranges: ``ranges[a][i]`` contains return a from state i.
        absorbed: ``absorbed[i][c]``: the probability of class c from state i.
        seconds: stop refining after so long; the laws are valid, with a larger W, whenever it stops.
    """
    axes = [
        _Axis(
            intervals(one.discount),
            float(one.discount),
            [[intervals(reward) for reward in row] for row in one.rewards],
            [float_below(ends.low) for ends in column],
        )
        for one, column in zip(returns, ranges, strict=True)
    ]
    spread = []
    for column, one in zip(ranges, axes, strict=True):
        largest = max(-float_below(Fraction(low) - ends.high) for ends, low in zip(column, one.low, strict=True))
        size = max(max(abs(float(ends.low)), abs(float(ends.high))) for ends in column)
        spread.append(max(largest, (1 + size) * 2.0**-40))  # not so narrow that grid points would have no integers
    per_axis = max(2.0, points ** (1 / len(axes)))
    final = [_power_of_two(s / per_axis) for s in spread]
    means = [_means(chain, one, absorbed) for one in returns]
    cells: list[list[Cells | None]] = []
    for i, row in enumerate(absorbed):
        cells.append([])
        for c, p in enumerate(row):
            if p == 0:
                cells[i].append(None)
                continue
            at = np.array([[one.low[i]] for one in axes])
            excess = [[max(float(means[a][i][c] - p * Fraction(one.low[i])), 0.0)] for a, one in enumerate(axes)]
            cells[i].append(Cells(at, np.array([float(p)]), np.array(excess)))
    slack = [
        float(_imprecision(one)) * 2 + 4 * ROUNDING * s for one, s in zip(returns, spread, strict=True)
    ]
    certain = [all(column[i].width * (1 << 40) <= 1 for column in ranges) for i in range(len(chain.moves))]
    least = []
    for column, one in zip(ranges, axes, strict=True):
        fixed = [(ends, low) for ends, low, ok in zip(column, one.low, certain, strict=True) if ok]
        least.append(max((-float_below(Fraction(low) - ends.high) for ends, low in fixed), default=0.0))
    grid = Grid(cells, spread, 4 * ROUNDING, slack, certain, least, 0.0)
    begun = monotonic()
    for _ in range(20000):
        widths = [
            max(w, _power_of_two(s * (1 - one.gamma) / 4)) if one.gamma > 0 else w
            for w, s, one in zip(final, grid.spread, axes, strict=True)
        ]
        done = all(
            s <= 1.02 * w / max(1 - one.gamma, 1e-9) for w, s, one in zip(final, grid.spread, axes, strict=True)
        )
        if done or monotonic() - begun > seconds:
            break
        following = _advance(chain, axes, grid, widths)
        if any(new >= old for new, old in zip(following.spread, grid.spread, strict=True)) and all(
            w <= f for w, f in zip(widths, final, strict=True)
        ):
            break
        grid = following
    return grid


def _power_of_two(x: float) -> float:
    return float(2.0 ** math.floor(math.log2(x)))


def _imprecision(of: DiscountedReturn) -> Fraction:
    widest = max(enclosure(reward).width for row in of.rewards for reward in row)
    return widest / (1 - of.discount)


def _means(chain: Chain, of: DiscountedReturn, absorbed: Sequence[Sequence[Fraction]]) -> list[list[Fraction]]:
    """E_i[G·1(class c)] for rewards at the lower ends of their enclosures: y = Σ p·(r·h_c(target) + γ·y(target))."""
    rewards = [[_low(reward) for reward in row] for row in of.rewards]
    rows: list[dict[int, Fraction]] = []
    right: list[list[Fraction]] = [[] for _ in absorbed[0]]
    for i, row in enumerate(chain.moves):
        entries = {i: Fraction(1)}
        for move in row:
            entries[move.target] = entries.get(move.target, Fraction(0)) - of.discount * move.probability
        rows.append(entries)
        for c, column in enumerate(right):
            column.append(
                sum(
                    (m.probability * r * absorbed[m.target][c] for m, r in zip(row, rewards[i], strict=True)),
                    start=Fraction(0),
                )
            )
    columns = solve(rows, right)
    return [[column[i] for column in columns] for i in range(len(chain.moves))]


def _low(reward: Any) -> Fraction:
    return reward.enclose().low if isinstance(reward, Real) else Fraction(reward)


def _advance(chain: Chain, axes: Sequence[_Axis], grid: Grid, widths: Sequence[float]) -> Grid:
    """One step of the recursion, onto grids of these widths (powers of two)."""
    cells: list[list[Cells | None]] = []
    offset = [0.0] * len(axes)  # the largest r + γx − x'
    blur = [0.0] * len(axes)  # the largest width of its enclosure
    terms, lost = 1, 0.0
    for i, row in enumerate(chain.moves):
        if grid.certain[i]:  # a single point, at which it stays
            cells.append(grid.cells[i])
            continue
        new: list[Cells | None] = []
        for c in range(len(grid.cells[i])):
            places, masses, excesses = [], [], []
            for index, move in enumerate(row):
                old = grid.cells[move.target][c]
                if old is None:
                    continue
                place, shift = [], []
                for a, axis in enumerate(axes):
                    x = IntervalArray(old.points[a], old.points[a])
                    image = axis.rewards[i][index] + axis.discount * x
                    k = np.floor(image.low / widths[a])  # the division is exact: the grid point is not above the image
                    gap = image - IntervalArray(k * widths[a], k * widths[a])
                    offset[a] = max(offset[a], float(gap.high.max()))
                    blur[a] = max(blur[a], float((gap.high - gap.low).max()))
                    place.append(k.astype(np.int64))
                    shift.append(np.maximum(gap.low, 0.0))
                probability = float(move.probability)
                places.append(np.array(place))
                masses.append(probability * old.mass)
                excesses.append(
                    np.array(
                        [
                            probability * (shift[a] * old.mass + axis.gamma * old.excess[a])
                            for a, axis in enumerate(axes)
                        ]
                    )
                )
            if not places:
                new.append(None)
                continue
            place_of, mass, excess, most = _merge(
                np.concatenate(places, axis=1), np.concatenate(masses), np.concatenate(excesses, axis=1)
            )
            terms = max(terms, most)
            kept = mass >= _SMALLEST
            if not kept.all():
                lost = max(lost, float(mass[~kept].sum()) * len(grid.cells[i]) * (1 + 1e-6) + 1e-300)
                place_of, mass, excess = place_of[:, kept], mass[kept], excess[:, kept]
            new.append(Cells(place_of * np.array(widths)[:, None], mass, excess))
        cells.append(new)
    spread, slack = [], []
    for a, axis in enumerate(axes):
        top = float(axis.discount.high) * grid.spread[a] * (1 + 4 * ROUNDING) + offset[a]
        spread.append(max(top * (1 + 4 * ROUNDING), grid.least[a]))
        slack.append((axis.gamma * grid.slack[a] + blur[a]) * (1 + 8 * ROUNDING))
    relative = (grid.relative + (terms + 8) * ROUNDING) * (1 + 1e-9)
    return Grid(cells, spread, relative, slack, grid.certain, grid.least, (grid.lost + lost) * (1 + 1e-9))


def _merge(places: Any, mass: Floats, excess: Floats) -> tuple[Any, Floats, Floats, int]:
    """Cells with equal places added up: (places, masses, excesses, the largest number of terms in a sum)."""
    least = places.min(axis=1, keepdims=True)
    shape = [int(n) for n in (places - least).max(axis=1) + 1]
    flat = np.ravel_multi_index(tuple(places - least), shape)
    size = math.prod(shape)
    if size <= 16 * flat.size + 4096:
        index, count = flat, np.bincount(flat, minlength=size)
        used = np.flatnonzero(count)
    else:
        used, index, count = np.unique(flat, return_inverse=True, return_counts=True)
        size = used.size
    total: Floats = np.asarray(np.bincount(index, weights=mass, minlength=size), dtype=np.float64)
    parts: Floats = np.array([np.bincount(index, weights=part, minlength=size) for part in excess])
    if size != used.size:
        total, parts = total[used], parts[:, used]
    return np.array(np.unravel_index(used, shape)) + least, total, parts, int(count.max())
