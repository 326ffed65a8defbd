"""The Pareto front of two or three expected returns: attainable trade-offs, and half-spaces that nothing passes.

The inner approximation is the hull of the points of deterministic policies, the outer one what lies below all
supporting half-spaces (`hull`: Benson's algorithm). A face is on the front, no attainable point being at least as large
in every coordinate and larger in one, iff it is best for some positive weights: decided by exact linear programs.
"""

import heapq
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, count
from typing import Any

from flint import fmpq_mat

from specl.model.digits import written
from specl.model.environment import Environment
from specl.model.errors import Unsupported
from specl.model.expression import variable
from specl.model.flint_rational import to_fmpq, to_fraction
from specl.model.machine import Reward
from specl.model.policy import Policy
from specl.model.quantities import RewardReturn
from specl.solvers.hurry import is_over, stoppable
from specl.solvers.outer.answer import attainable_of
from specl.solvers.outer.attainable import Attainable, Point, Support
from specl.solvers.outer.forms import affine, coordinates
from specl.solvers.outer.hull import Facet, Hull, hull
from specl.solvers.outer.linear_program import solve_exactly
from specl.solvers.outer.quantities import of_returns
from specl.solvers.policies import Weights, as_policy
from specl.solvers.task import Task

_MOST_POINTS = 2000

Vector = tuple[Fraction, ...]


@dataclass(frozen=True)
class Corner:
    """A vertex of the front: a policy and its expected returns (up to `Front.error`)."""

    returns: Vector
    policy: Policy


@dataclass(frozen=True)
class HalfSpace:
    """weights·returns ≤ bound for all policies."""

    weights: Vector
    bound: Fraction


@dataclass(frozen=True)
class Front:
    """What can be traded off against what.

    Attributes:
        rewards: their names, in the order of the coordinates.
        corners: attainable and undominated among what was found.
        faces: indices of corners whose mixtures are on the front of the inner approximation too: points, segments and
            (for three rewards) triangles that are not part of larger ones; or all corners, if no policy dominates
            another.
        half_spaces: the outer approximation, those with weights ≥ 0.
        error: each corner's returns are known up to this; 0 where they are exact.
        gap: no half-space is further from the best corner in its direction than if each of that corner's returns
            were larger by this; 0 where the front is exact.
    """

    rewards: tuple[str, ...]
    corners: tuple[Corner, ...]
    faces: tuple[tuple[int, ...], ...]
    half_spaces: tuple[HalfSpace, ...]
    error: Fraction
    gap: Fraction

    @property
    def is_exact(self) -> bool:
        """Whether inner and outer approximation agree."""
        return self.gap == 0 and self.error == 0

    def as_json(self, environment: Environment) -> dict[str, Any]:
        """Plain data; exact numbers as text."""
        return {
            "rewards": list(self.rewards),
            "corners": [
                {
                    "returns": {name: written(x) for name, x in zip(self.rewards, corner.returns, strict=True)},
                    "policy": {
                        state: {
                            environment.actions[a]: written(weight)
                            for a, weight in enumerate(corner.policy.rows[s])
                            if weight
                        }
                        for s, state in enumerate(environment.states)
                    },
                }
                for corner in self.corners
            ],
            "faces": [list(face) for face in self.faces],
            "half_spaces": [
                {
                    "weights": {name: written(w) for name, w in zip(self.rewards, half.weights, strict=True)},
                    "bound": written(half.bound),
                }
                for half in self.half_spaces
            ],
            "exact": self.is_exact,
            "error": written(self.error),
            "gap": written(self.gap),
        }


@stoppable
def pareto(rewards: Mapping[str, Reward], discount: Fraction, environment: Environment, task: Task) -> Front:
    """The front of the expected returns of two or three rewards: exact for small models and with `Task.is_exact`,
    else as close as the precision asks for, if time allows.

    Raises:
        Unsupported: another number of rewards, rewards with irrational ratios, or a set that is too thin.
    """
    if len(rewards) not in (2, 3):
        raise Unsupported(f"the Pareto front of {len(rewards)} rewards; it takes two or three")
    names = tuple(rewards)
    found = coordinates(
        environment, discount, [variable(RewardReturn(name)) for name in names], of_returns(environment, rewards)
    )
    attainable = attainable_of(environment, discount, found, task)
    image = [affine(expression, attainable.dimension) for expression in found.expressions]
    linear = [(part[0], part[1].rational) for part in image if part is not None and part[1].rational is not None]
    if len(linear) < len(names):
        raise Unsupported("the Pareto front of rewards with irrational ratios")
    shape = _approximated(attainable, linear, task) if attainable.dimension else None
    corners = shape.corners if shape is not None else (0,)
    points = shape.points if shape is not None else [attainable.support(()).point]
    returns = {
        i: tuple(sum((w * x for w, x in zip(weights, points[i].values, strict=True)), rest) for weights, rest in linear)
        for i in corners
    }
    facets = shape.facets if shape is not None else []
    faces = _faces(shape, _normals(linear, facets, attainable.dimension))
    kept = sorted({i for face in faces for i in face}, key=lambda i: returns[i])
    half_spaces = [
        _half_space(attainable, linear, weights) for weights in dict.fromkeys((*_units(len(names)), *faces.values()))
    ]
    gap = max(
        (half.bound - max(_dot(half.weights, returns[i]) for i in kept)) / sum(half.weights) for half in half_spaces
    )
    number = {i: k for k, i in enumerate(kept)}
    return Front(
        names,
        tuple(Corner(returns[i], _policy(environment, attainable, points[i])) for i in kept),
        tuple(sorted(tuple(sorted(number[i] for i in face)) for face in faces)),
        tuple(half_spaces),
        max(points[i].error for i in kept),
        gap,
    )


def _policy(environment: Environment, attainable: Attainable, point: Point) -> Policy:
    return as_policy(environment, attainable.mixture((point,), (Fraction(1),))[0])


def _approximated(attainable: Attainable, linear: Sequence[tuple[Vector, Fraction]], task: Task) -> Hull:
    """The polytope, refined where it is furthest from its outer approximation and may be on the front.

    If the returns are coordinates of their own, what lies below the front is bounded by facets with normals ≥ 0, and by
    such facets of the projections to fewer returns: where all of these are exact, so is the front.
    """
    shape = hull(attainable)
    if shape is None:
        raise Unsupported("an attainable set that is too thin for floating point")
    size = attainable.dimension
    is_full = size == len(linear)
    if is_full:
        rows = [row for row, _ in linear]
        for unit in _units(size):
            shape.insert(attainable.support(tuple(_dot(unit, [row[k] for row in rows]) for k in range(size))).point)
        if size == 3:
            for pair in combinations(range(size), 2):
                less = _approximated(_Seen(attainable, [rows[i] for i in pair]), _identity(2), task)
                for point in less.points:
                    shape.insert(point.occupancy)
    tolerance = Fraction(0) if attainable.is_exact else task.precision
    deadline, number = task.deadline(), count()

    def waiting(facets: Sequence[Facet]) -> list[tuple[Fraction, int, Facet]]:
        """Facets that may be on the front, those first that are furthest from what they are approximated by, as
        `Front.gap` measures it."""
        normals = _normals(linear, facets, size)
        return [
            (-(facet.high - facet.offset) / sum(map(abs, weights)), next(number), facet)
            for facet, weights in ((facet, normals.of[id(facet)]) for facet in facets)
            if not is_full or all(x >= 0 for x in weights)
        ]

    queue = waiting(shape.facets)
    heapq.heapify(queue)
    while queue and len(shape.points) < _MOST_POINTS and not is_over(deadline):
        gap, _, facet = heapq.heappop(queue)
        if -gap <= tolerance:
            break
        if facet in shape.facets:
            for one in waiting(shape.refine(facet)):
                heapq.heappush(queue, one)
    return shape


@dataclass(frozen=True, eq=False)
class _Seen:
    """Linear images of the forms as coordinates; a point's ``occupancy`` is the point of the whole polytope."""

    whole: Attainable
    rows: Sequence[Vector]

    @property
    def dimension(self) -> int:
        return len(self.rows)

    @property
    def is_exact(self) -> bool:
        return self.whole.is_exact

    @property
    def solves(self) -> int:
        return self.whole.solves

    def support(self, weights: Vector) -> Support:
        columns = range(self.whole.dimension)
        found = self.whole.support(tuple(_dot(weights, [row[k] for row in self.rows]) for k in columns))
        values = tuple(_dot(row, found.point.values) for row in self.rows)
        error = max(sum(map(abs, row)) for row in self.rows) * found.point.error
        return Support(found.high, Point(values, found.point, error))

    def mixture(self, points: Sequence[Point], shares: Sequence[Fraction]) -> tuple[Weights, Point]:
        return self.whole.mixture([point.occupancy for point in points], shares)


def _identity(size: int) -> list[tuple[Vector, Fraction]]:
    return [(unit, Fraction(0)) for unit in _units(size)]


@dataclass(frozen=True)
class _Normals:
    """Weights of the returns that are outer normals: one of each facet, and a basis of those that are constant on the
    polytope. Those for which a face is best are the cone over those of the facets through it, plus any of the basis."""

    of: Mapping[int, Vector]
    constant: Sequence[Vector]

    def positive(self, facets: Sequence[Facet]) -> Vector | None:
        """Coprime positive integers for which the facets' common face is best; None if there are none.

        The largest t with Σ c·normal ≥ t in every coordinate, where Σ c = 1; a face is on the front iff t > 0.
        """
        signed = [tuple(sign * x for x in basis) for basis in self.constant for sign in (1, -1)]
        rays = [self.of[id(facet)] for facet in facets] + signed
        if not rays:
            return None
        size, number = len(rays[0]), len(rays)
        scaled = [tuple(x / max(map(abs, ray)) for x in ray) for ray in rays]
        rows = [[Fraction(1)] * number + [Fraction(0)] * (size + 2)]
        for k in range(size):
            slack = [Fraction(-int(j == k)) for j in range(size)]
            rows.append([ray[k] for ray in scaled] + [Fraction(-1), Fraction(1), *slack])
        cost = [Fraction(0)] * number + [Fraction(1), Fraction(-1)] + [Fraction(0)] * size
        found = solve_exactly(rows, [Fraction(1)] + [Fraction(0)] * size, cost)
        if found.value <= 0:
            return None
        total = [sum((c * ray[k] for c, ray in zip(found.values, scaled, strict=False)), Fraction(0))
                 for k in range(size)]  # fmt: skip
        scale = math.lcm(*(x.denominator for x in total))
        divisor = math.gcd(*(int(x * scale) for x in total))
        return tuple(x * scale / divisor for x in total)


def _normals(linear: Sequence[tuple[Vector, Fraction]], facets: Sequence[Facet], dimension: int) -> _Normals:
    """Weights w of the returns with Aᵀ w = normal, where the returns are A·forms + constants."""
    size = len(linear)
    matrix = [[to_fmpq(linear[i][0][k]) for i in range(size)] for k in range(dimension)]
    entries = [x for k, row in enumerate(matrix) for x in (*row, *(to_fmpq(facet.normal[k]) for facet in facets))]
    reduced, rank = fmpq_mat(dimension, size + len(facets), entries).rref()
    pivots = [next(j for j in range(size) if reduced[i, j] != 0) for i in range(rank)]
    of = {}
    for n, facet in enumerate(facets):
        weights = [Fraction(0)] * size
        for i, j in enumerate(pivots):
            weights[j] = to_fraction(reduced[i, size + n])
        of[id(facet)] = tuple(weights)
    constant = []
    for free in (j for j in range(size) if j not in pivots):
        basis = [Fraction(int(j == free)) for j in range(size)]
        for i, j in enumerate(pivots):
            basis[j] = -to_fraction(reduced[i, free])
        constant.append(tuple(basis))
    return _Normals(of, constant)


def _faces(shape: Hull | None, normals: _Normals) -> dict[tuple[int, ...], Vector]:
    """Faces of facets that are on the front, with weights for which they are best; none is part of another."""
    everywhere = normals.positive(())
    if shape is None or everywhere is not None:
        assert everywhere is not None
        return {shape.corners if shape is not None else (0,): everywhere}
    listed: dict[tuple[int, ...], Vector] = {}
    covered: set[tuple[int, ...]] = set()
    for size in range(len(shape.centre), 0, -1):
        for part in sorted({part for facet in shape.facets for part in combinations(sorted(facet.corners), size)}):
            if part not in covered:
                weights = normals.positive([facet for facet in shape.facets if set(part) <= set(facet.corners)])
                if weights is None:
                    continue
                listed[part] = weights
            covered.update(less for k in range(1, size) for less in combinations(part, k))
    return listed


def _units(size: int) -> list[Vector]:
    return [tuple(Fraction(int(i == k)) for i in range(size)) for k in range(size)]


def _half_space(attainable: Attainable, linear: Sequence[tuple[Vector, Fraction]], weights: Vector) -> HalfSpace:
    """These weights of the returns, which are affine in the forms."""
    of_forms = tuple(
        sum((w * row[k] for w, (row, _) in zip(weights, linear, strict=True)), Fraction(0))
        for k in range(attainable.dimension)
    )
    rest = sum((w * b for w, (_, b) in zip(weights, linear, strict=True)), Fraction(0))
    return HalfSpace(weights, attainable.support(of_forms).high + rest)


def _dot(left: Sequence[Fraction], right: Sequence[Fraction]) -> Fraction:
    return sum((u * v for u, v in zip(left, right, strict=True)), Fraction(0))
