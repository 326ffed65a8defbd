"""The attainable polytope itself, in few dimensions, between two approximations that meet where they are refined.

Inside is the hull of the attainable points found so far. Each of its facets has a support: no attainable point is
further out. A facet whose support is not its own is refined by the point that attains it, which takes the place of the
facets that it sees (beneath-beyond; as an approximation of the attainable set of a vector optimisation problem: Benson
1998; Löhne 2011). In exact arithmetic refining ends with the polytope's own facets.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from flint import fmpq, fmpq_mat

from specl.model.flint_rational import to_fmpq, to_fraction
from specl.solvers.outer.attainable import Attainable, Point, Weighting, mean

Vector = tuple[Fraction, ...]


@dataclass(frozen=True, eq=False)
class Facet:
    """The points with these numbers lie on normal·x = offset, all others below; no attainable point is above
    ``high``, and ``beyond`` is above the facet, if there is such a point."""

    corners: tuple[int, ...]
    normal: Weighting
    offset: Fraction
    high: Fraction
    beyond: Point | None


class Hull:
    """The two approximations; ``points`` are attainable, ``centre`` is inside."""

    def __init__(self, attainable: Attainable, points: Sequence[Point]) -> None:
        self.attainable = attainable
        self.points = list(points)
        self.centre: Vector = mean(points, [Fraction(1, len(points))] * len(points))
        self.facets = [self._facet(corners) for corners in combinations(range(len(points)), len(points) - 1)]

    @property
    def corners(self) -> tuple[int, ...]:
        """The points that are corners of facets."""
        return tuple(sorted({i for facet in self.facets for i in facet.corners}))

    def excess(self, facet: Facet) -> Fraction:
        """How much further than the facet its support is from the centre."""
        return (facet.high - facet.offset) / (facet.offset - _dot(facet.normal, self.centre))

    def simplex(self, facet: Facet) -> tuple[Vector, ...]:
        """What covers all attainable points in the cone from the centre over the facet."""
        scale = 1 + self.excess(facet)
        outer = (
            tuple(c + scale * (x - c) for x, c in zip(self.points[i].values, self.centre, strict=True))
            for i in facet.corners
        )
        return (self.centre, *outer)

    def refine(self, facet: Facet) -> list[Facet]:
        """Add the point beyond the facet; the new facets, of which there are none if there is no such point."""
        return [] if facet.beyond is None else self.insert(facet.beyond)

    def insert(self, point: Point) -> list[Facet]:
        """Add an attainable point; the new facets, of which there are none if it is not outside."""
        visible = [f for f in self.facets if _dot(f.normal, point.values) > f.offset]
        if not visible:
            return []
        new = len(self.points)
        self.points.append(point)
        ridges = Counter(ridge for f in visible for ridge in combinations(sorted(f.corners), len(f.corners) - 1))
        gone = {id(f) for f in visible}
        added = [self._facet((*ridge, new)) for ridge, times in ridges.items() if times == 1]
        self.facets = [f for f in self.facets if id(f) not in gone] + added
        return added

    def shares(self, x: Sequence[Fraction]) -> tuple[tuple[Point, ...], tuple[Fraction, ...]]:
        """Points and shares whose mean is x, or, where x is outside of the inner approximation, where the segment from
        the centre to x leaves it."""
        away = [u - c for u, c in zip(x, self.centre, strict=True)]
        count = len(self.centre) + 1  # the centre is the mean of the first points
        total = [Fraction(int(i < count), count) for i in range(len(self.points))]
        ahead = [(_dot(f.normal, away) / (f.offset - _dot(f.normal, self.centre)), f) for f in self.facets]
        for reach, facet in sorted((one for one in ahead if one[0] > 0), key=lambda one: -one[0]):
            weights = self._weights(facet, away)  # the ray to x leaves at 1/reach of the way
            if weights is not None:
                part = min(reach, Fraction(1))
                total = [(1 - part) * share for share in total]
                for i, weight in zip(facet.corners, weights, strict=True):
                    total[i] += part * weight
                break
        kept = [(point, share) for point, share in zip(self.points, total, strict=True) if share]
        return tuple(point for point, _ in kept), tuple(share for _, share in kept)

    def _facet(self, corners: tuple[int, ...]) -> Facet:
        first = self.points[corners[0]].values
        away = [[to_fmpq(u - v) for u, v in zip(self.points[i].values, first, strict=True)] for i in corners[1:]]
        normal = _orthogonal(away, len(first))
        offset = _dot(normal, first)
        if _dot(normal, self.centre) > offset:
            normal, offset = tuple(-x for x in normal), -offset
        seen = self.attainable.support(normal)
        slack = 2 * sum(abs(x) for x in normal) * seen.point.error
        beyond = seen.point if _dot(normal, seen.point.values) > offset + slack else None
        return Facet(corners, normal, offset, max(seen.high, offset), beyond)

    def _weights(self, facet: Facet, away: Sequence[Fraction]) -> Vector | None:
        """The shares of the facet's corners where the ray from the centre meets it; None if it does not."""
        size = len(self.centre)
        corners = [self.points[i].values for i in facet.corners]
        matrix = fmpq_mat(size, size, [to_fmpq(v[k] - self.centre[k]) for k in range(size) for v in corners])
        found = matrix.solve(fmpq_mat(size, 1, [to_fmpq(x) for x in away]))
        weights = [to_fraction(found[i, 0]) for i in range(size)]
        whole = sum(weights, Fraction(0))
        return tuple(w / whole for w in weights) if whole > 0 and all(w >= 0 for w in weights) else None


def hull(attainable: Attainable) -> Hull | None:
    """A first approximation, by as many points as span the polytope; None where floating point cannot tell whether
    some are in general position. The forms are independent on the polytope, so that it has an interior."""
    points = spanning(attainable)
    return None if points is None else Hull(attainable, points)


def spanning(attainable: Attainable) -> list[Point] | None:
    """As many affinely independent attainable points as span the polytope."""
    size = attainable.dimension
    first = attainable.support(tuple(Fraction(int(i == 0)) for i in range(size))).point
    points = [first]
    while len(points) <= size:
        away = [[to_fmpq(u - v) for u, v in zip(point.values, first.values, strict=True)] for point in points[1:]]
        direction = _orthogonal(away, size)
        best = None
        for sign in (1, -1):
            seen = attainable.support(tuple(sign * x for x in direction)).point
            distance = abs(_dot(direction, seen.values) - _dot(direction, first.values))
            slack = 4 * sum(abs(x) for x in direction) * max(seen.error, first.error)
            if distance > slack and (best is None or distance > best[0]):
                best = distance, seen
        if best is None:
            return None
        points.append(best[1])
    return points


def _orthogonal(rows: Sequence[Sequence[fmpq]], size: int) -> Vector:
    """Coprime integers that are orthogonal to independent rows, fewer than the size."""
    if not rows:
        return tuple(Fraction(int(i == 0)) for i in range(size))
    reduced, rank = fmpq_mat(len(rows), size, [x for row in rows for x in row]).rref()
    pivots = [next(j for j in range(size) if reduced[i, j] != 0) for i in range(rank)]
    free = next(j for j in range(size) if j not in pivots)
    found = [Fraction(0)] * size
    found[free] = Fraction(1)
    for i, j in enumerate(pivots):
        found[j] = -to_fraction(reduced[i, free])
    scale = math.lcm(*(x.denominator for x in found))
    whole = [int(x * scale) for x in found]
    divisor = math.gcd(*whole)
    return tuple(Fraction(x // divisor) for x in whole)


def _dot(left: Sequence[Fraction], right: Sequence[Fraction]) -> Fraction:
    return sum((u * v for u, v in zip(left, right, strict=True)), Fraction(0))
