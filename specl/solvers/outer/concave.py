"""The largest value of a concave function on the attainable polytope, under concave requirements.

Two approximations close in on each other. From inside: the hull of the attainable points found so far. From outside: f
≤ the tangents found so far (Kelley 1960). A linear program chooses the best point of the hull for the tangents; its
multipliers θ make one weighted sum of forms, θ·tangents, and the Markov reward with these weights gives both a proved
bound, f ≤ θ·tangents ≤ their support (weak duality: the gap of Frank and Wolfe 1956), and a new attainable point
(column generation: Dantzig and Wolfe 1960; fully corrective Frank–Wolfe: Holloway 1974). Where f is piecewise linear
its tangents are its pieces, and in exact arithmetic both run out after finitely many rounds: the optimum is exact.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import ceil

import numpy as np

from specl.model.enclosure import Enclosure, enclosure
from specl.model.errors import Undefined, Unsupported
from specl.model.expression import Expression, evaluate
from specl.solvers.hurry import is_over
from specl.solvers.outer.attainable import Attainable, Point, mean
from specl.solvers.outer.corrective import Floats, as_floats, corrected, is_smooth
from specl.solvers.outer.forms import affine, constant_of, is_transcendental
from specl.solvers.outer.hull import spanning
from specl.solvers.outer.linear_program import Infeasible, solve_exactly, solve_nearly
from specl.solvers.outer.slope import slope

_MOST_ROUNDS = 2000
_FINE = 1 << 100
"""Tangents are rounded up to fractions with this denominator."""

_UNIT = 1 << 40
"""Multipliers are rounded to fractions with this denominator; any nonnegative ones prove a bound."""


@dataclass(frozen=True)
class Cut:
    """f(y) ≤ weights·y + rest for all attainable y; ``is_bound`` if f is what is maximised, else f ≥ 0 is required."""

    weights: tuple[Fraction, ...]
    rest: Fraction
    is_bound: bool

    def at(self, y: Sequence[Fraction]) -> Fraction:
        """Its value."""
        return sum((w * x for w, x in zip(self.weights, y, strict=True)), self.rest)


@dataclass(eq=False)
class Program:
    """What is maximised and required, and the approximations, which a later program over the same polytope goes on
    with. Every function is concave; without an objective the smallest required function is maximised."""

    attainable: Attainable
    box: Sequence[Enclosure]
    points: list[Point]
    is_linear: bool
    rounds: int = 0
    tangents: dict[Expression, list[tuple[tuple[Fraction, ...], Fraction]]] = field(default_factory=dict)


@dataclass(frozen=True)
class Best:
    """The optimum lies in [low, high]; ``shares`` of ``points`` make a point of value ≥ low that meets the
    requirements; None where none was found (then low means nothing). ``high`` is None where there is certainly none.
    """

    low: Fraction
    high: Fraction | None
    points: tuple[Point, ...] = ()
    shares: tuple[Fraction, ...] | None = None

    @property
    def y(self) -> tuple[Fraction, ...]:
        """The point in the forms' space."""
        assert self.shares is not None
        return mean(self.points, self.shares)


def maximise(
    program: Program,
    bounds: Sequence[Expression],
    required: Sequence[Expression],
    precision: Fraction,
    deadline: float,
    inside: Best | None = None,
) -> Best:
    """The largest min of ``bounds`` where all ``required`` are ≥ 0.

    Args:
        inside: a point that meets the requirements strictly, to draw others towards.
    """
    is_exact = program.is_linear and program.attainable.is_exact
    is_smooth_alone = not program.is_linear and not required and len(bounds) == 1 and is_smooth(bounds[0])
    best = Best(Fraction(0), None)
    high: Fraction | None = None
    step: list[Fraction] | None = None
    start = _centre(program)
    for f in (*bounds, *required):
        if not program.tangents.get(f) and not _touch(program, f, start if inside is None else inside.y):
            for point in spanning(program.attainable) or ():  # the known points may all lie where f is not defined
                _add(program, point)
            _touch(program, f, _centre(program))
            if not program.tangents[f]:
                raise Unsupported("a function that may be defined nowhere")
    for _ in range(_MOST_ROUNDS):
        program.rounds += 1
        cuts = [Cut(w, r, is_bound) for is_bound, f in _marked(bounds, required) for w, r in program.tangents[f]]
        chosen = _choose(program, cuts, is_exact)
        if chosen is None:  # no mean of the known points meets the requirements
            return replace(best, high=high)
        shares, multipliers = chosen
        weights, rest = _weighted(cuts, multipliers)
        seen = program.attainable.support(weights)
        high = seen.high + rest if high is None else min(high, seen.high + rest)
        y = mean(program.points, shares)
        is_new = sum((w * x for w, x in zip(weights, seen.point.values, strict=True)), Fraction(0)) > sum(
            (w * x for w, x in zip(weights, y, strict=True)), Fraction(0)
        )
        points = tuple(program.points)
        if is_new:
            _add(program, seen.point)
        best = _better(program, best, _candidates(points, shares, inside, best), bounds, required)
        if is_smooth_alone:
            step = corrected(bounds[0], as_floats([point.values for point in points]), step)
        if step is not None:
            best = _better(program, best, iter([(points, tuple(step))]), bounds, required)
            if _touch(program, bounds[0], mean(points, step)):  # the step of Frank and Wolfe from there
                weights, rest = program.tangents[bounds[0]][-1]
                seen = program.attainable.support(weights)
                high = min(high, seen.high + rest)
                is_new = _add(program, seen.point) or is_new
        if best.shares is not None and (best.low >= high or (not is_exact and high - best.low <= precision)):
            break
        has_cut = [_touch(program, f, y) for _, f in _marked(bounds, required)]
        if step is None and best.shares is not None and not program.is_linear:
            middle = [(u + v) / 2 for u, v in zip(y, best.y, strict=True)]
            has_cut += [_touch(program, f, middle) for _, f in _marked(bounds, required)]
        if (not any(has_cut) and not is_new) or is_over(deadline):
            break
    return replace(best, high=high)


def _centre(program: Program) -> tuple[Fraction, ...]:
    return mean(program.points, [Fraction(1, len(program.points))] * len(program.points))


def _add(program: Program, point: Point) -> bool:
    """Whether the point is new."""
    if any(point.values == known.values for known in program.points):
        return False
    program.points.append(point)
    return True


def _marked(bounds: Sequence[Expression], required: Sequence[Expression]) -> Iterator[tuple[bool, Expression]]:
    yield from ((True, f) for f in bounds)
    yield from ((False, f) for f in required)


def _choose(program: Program, cuts: Sequence[Cut], is_exact: bool) -> tuple[list[Fraction], list[Fraction]] | None:
    """The shares of the points and multipliers of the cuts that solve the linear program over the hull."""
    points, count = program.points, len(program.points)
    cost = [Fraction(0)] * count + [Fraction(1), Fraction(-1)] + [Fraction(0)] * len(cuts)
    if is_exact:
        rows = [[Fraction(1)] * count + [Fraction(0)] * (2 + len(cuts))]
        for k, cut in enumerate(cuts):
            slacks = [Fraction(int(i == k)) for i in range(len(cuts))]
            t = Fraction(int(cut.is_bound))
            rows.append([cut.rest - cut.at(point.values) for point in points] + [t, -t, *slacks])
        right = [Fraction(1), *(cut.rest for cut in cuts)]
        try:
            found = solve_exactly(rows, right, cost)
        except Infeasible:
            return None
        return list(found.values[:count]), list(found.multipliers[1:])
    near = solve_nearly(*_near_program(points, cuts), np.array(cost, dtype=float))
    if near is None:
        return None
    shares = [Fraction(round(x * _UNIT), _UNIT) for x in np.maximum(near[0][:count], 0)]
    multipliers = [Fraction(round(x * _UNIT), _UNIT) for x in np.maximum(near[1][1:], 0)]
    whole, total = sum(shares), sum(m for m, cut in zip(multipliers, cuts, strict=True) if cut.is_bound)
    if not whole or not total:
        return None
    return [x / whole for x in shares], [m / total for m in multipliers]


def _near_program(points: Sequence[Point], cuts: Sequence[Cut]) -> tuple[Floats, Floats]:
    """The equations of the linear program in floating point."""
    count = len(points)
    matrix = np.zeros((1 + len(cuts), count + 2 + len(cuts)))
    matrix[0, :count] = 1
    weights = as_floats([cut.weights for cut in cuts])
    matrix[1:, :count] = -weights @ as_floats([point.values for point in points]).T
    marks = np.array([float(cut.is_bound) for cut in cuts])
    matrix[1:, count], matrix[1:, count + 1] = marks, -marks
    matrix[1:, count + 2 :] = np.eye(len(cuts))
    return matrix, np.array([1.0, *(float(cut.rest) for cut in cuts)])


def _weighted(cuts: Sequence[Cut], multipliers: Sequence[Fraction]) -> tuple[tuple[Fraction, ...], Fraction]:
    size = len(cuts[0].weights)
    used = [(m, cut) for m, cut in zip(multipliers, cuts, strict=True) if m]
    weights = tuple(sum((m * cut.weights[k] for m, cut in used), Fraction(0)) for k in range(size))
    return weights, sum((m * cut.rest for m, cut in used), Fraction(0))


def _candidates(
    points: tuple[Point, ...], shares: Sequence[Fraction], inside: Best | None, best: Best
) -> Iterator[tuple[tuple[Point, ...], tuple[Fraction, ...]]]:
    """The chosen point, and others on the way from it to points that are known to be good."""
    yield points, tuple(shares)
    for good in (inside, best):
        if good is not None and good.shares is not None:
            for k in (40, 30, 20, 12, 6, 3, 1):
                part = Fraction(1, 1 << k)
                yield _blend(points, shares, good, part)


def _blend(
    points: tuple[Point, ...], shares: Sequence[Fraction], other: Best, part: Fraction
) -> tuple[tuple[Point, ...], tuple[Fraction, ...]]:
    assert other.shares is not None
    total: dict[int, Fraction] = {}
    known: dict[int, Point] = {}
    for found, amounts, scale in ((points, shares, 1 - part), (other.points, other.shares, part)):
        for point, amount in zip(found, amounts, strict=True):
            known[id(point)] = point
            total[id(point)] = total.get(id(point), Fraction(0)) + scale * amount
    used = [key for key, amount in total.items() if amount]
    return tuple(known[key] for key in used), tuple(total[key] for key in used)


def _better(
    program: Program,
    best: Best,
    candidates: Iterator[tuple[tuple[Point, ...], tuple[Fraction, ...]]],
    bounds: Sequence[Expression],
    required: Sequence[Expression],
) -> Best:
    for points, shares in candidates:
        used = [(p, x) for p, x in zip(points, shares, strict=True) if x]
        points, shares = tuple(p for p, _ in used), tuple(x for _, x in used)
        error = max(point.error for point in points)
        at = [Enclosure(x - error, x + error) for x in mean(points, shares)]
        try:
            if any(_low(f, at) < 0 for f in required):
                continue
            low = min(_low(f, at) for f in bounds)
        except Undefined:
            continue
        if best.shares is None or low > best.low:
            best = Best(low, None, points, shares)
        break  # the later ones are further away
    return best


def _low(f: Expression, at: Sequence[Enclosure]) -> Fraction:
    if all(x.rational is not None for x in at) and not is_transcendental(f):
        found = evaluate(f, lambda i: constant_of(at[i].low), constant_of)
        return enclosure(found).low
    return enclosure(evaluate(f, lambda i: at[i], enclosure)).low


def _touch(program: Program, f: Expression, y: Sequence[Fraction]) -> bool:
    """Add f's tangent at y, or near it where there is none at y; whether it is new."""
    known = program.tangents.setdefault(f, [])
    if not program.is_linear:
        y = [_short(x) for x in y]
    found = _tangent(f, y, program.box)
    if found is None:
        centre = _centre(program)
        for k in (30, 20, 12, 6, 3, 1, 0):
            part = Fraction(1, 1 << k)
            found = _tangent(f, [(1 - part) * u + part * v for u, v in zip(y, centre, strict=True)], program.box)
            if found is not None:
                break
    if found is None or found in known:
        return False
    known.append(found)
    return True


def _tangent(
    f: Expression, y: Sequence[Fraction], box: Sequence[Enclosure]
) -> tuple[tuple[Fraction, ...], Fraction] | None:
    """(g, r) with f ≤ g·x + r on the box, with equality at y up to the rounding of irrational numbers."""
    try:
        branch = active(f, y)
        linear = affine(branch, len(y))
        if linear is not None:
            return linear[0], enclosure(linear[1]).high
        value, gradient = slope(branch, y)
    except Undefined:
        return None
    weights = tuple(_short((g.low + g.high) / 2) for g in gradient)
    rest = value.high - sum((w * x for w, x in zip(weights, y, strict=True)), Fraction(0))
    for w, g, x, side in zip(weights, gradient, y, box, strict=True):
        rest += max(g.high - w, w - g.low) * max(side.high - x, x - side.low)
    return weights, Fraction(ceil(rest * _FINE), _FINE)


def _short(value: Fraction) -> Fraction:
    """A float near it: short numbers keep the exact solver fast."""
    return Fraction(float(value))


def active(node: Expression, y: Sequence[Fraction]) -> Expression:
    """The function with each minimum and maximum replaced by the argument that it is at y: a concave function's tangent
    at y is that of this branch.

    Raises:
        Undefined: an argument has no value at y.
    """
    args = tuple(active(part, y) for part in node.args)
    if node.op not in ("min", "max"):
        return replace(node, args=args) if args else node
    worth = [enclosure(evaluate(part, lambda i: constant_of(y[i]), constant_of)) for part in args]
    pick = min if node.op == "min" else max
    return args[pick(range(len(args)), key=lambda k: worth[k].low + worth[k].high)]
