"""Discounted returns on a grid: for each state a law of (L, G − L) with L on grid points and 0 ≤ G − L ≤ W.

The return from state i satisfies G_i = r + γ·G_target. If G_target = x + d with x a grid point and d ∈ [0, W], then
G_i = x' + d' with x' the grid point at or below r + γx and d' = (r + γx − x') + γd ∈ [0, w + γW], for the grid's
width w. Beginning with L the least value and W the whole range, W contracts to w/(1−γ). Along with the probability
m of each grid point the expectations e = E[(G − L)·1(L = x)] are carried, beginning with exact means, so that for
each grid point the conditional mean of G is known; a function's expectation there is then enclosed by its range,
by the mean value theorem with E|G − mean| ≤ 2μ(W−μ)/W, and by Taylor's theorem with the variance, at most μ(W−μ)
(Bhatia and Davis, Amer. Math. Monthly 107, 2000): smooth functions cost an error of the order W², jumps cost the
probability of the grid points within W of them.

All masses and means are sums of products of non-negative doubles, so each has a relative error of at most the number
of operations on the way times 2^(−53) (Higham, Accuracy and Stability, 2002, §3.1); positions are interval arithmetic.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from time import monotonic
from typing import Any

import numpy as np

from specl.chains.chain import Chain
from specl.chains.interval_array import Floats, IntervalArray, float_below, intervals
from specl.chains.jets import Jet
from specl.chains.law import DiscountedReturn
from specl.chains.linear import solve
from specl.model.enclosure import Enclosure, enclosure
from specl.model.real import Real

_U = 2.0**-53
_BLOCK = 64
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
        certain: for each state whether its ranges are points.
        lost: a bound on each state's probability that is in no cell: cells with less than 1e−36 are dropped.
    """

    cells: list[list[Cells | None]]
    spread: list[float]
    relative: float
    slack: list[float]
    certain: list[bool]
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
    spread = [
        max(1e-300, *(-float_below(-(e.high - Fraction(low))) for e, low in zip(column, one.low, strict=True)))
        for column, one in zip(ranges, axes, strict=True)
    ]
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
        float(max((_imprecision(one), Fraction(0)))) * 2 + 4 * _U * s for one, s in zip(returns, spread, strict=True)
    ]
    certain = [all(column[i].width * (1 << 40) <= 1 for column in ranges) for i in range(len(chain.moves))]
    grid = Grid(cells, spread, 4 * _U, slack, certain, 0.0)
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
        top = float(axis.discount.high) * grid.spread[a] * (1 + 4 * _U) + offset[a]
        spread.append(top * (1 + 4 * _U))
        slack.append((axis.gamma * grid.slack[a] + blur[a]) * (1 + 8 * _U))
    relative = (grid.relative + (terms + 8) * _U) * (1 + 1e-9)
    return Grid(cells, spread, relative, slack, grid.certain, (grid.lost + lost) * (1 + 1e-9))


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
    sums = [_product_sum(function(place.limits.__getitem__, intervals), np.zeros(1), grid.lost, 0.0)]
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
            sums.append(_product_sum(IntervalArray(low[flat], high[flat]), mass, 0.0, grid.relative + 80 * _U))
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
    room = relative * (1 + 1e-9) + 4 * _U
    # underflow in the masses stays below 1e−300
    masses = IntervalArray(np.maximum(mass * (1 - room) - 1e-300, 0.0), mass * (1 + room) + (lost + 1e-300))
    found = value * masses
    low, high = (np.broadcast_to(end, mass.shape) for end in (found.low, found.high))
    with np.errstate(all="ignore"):
        error = (mass.size + 2) * 2 * _U * np.maximum(np.abs(low), np.abs(high)).sum()
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
    room = 3 * grid.relative + 8 * _U
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
        left = IntervalArray(np.maximum(spread - offset.high, 0.0), spread - offset.low + spread * 2 * _U)
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
