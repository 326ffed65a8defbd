"""What is attainable: the linear images of occupancy measures, a polytope, seen through its support function.

The occupancy measures of all policies are those of the stationary randomised ones, and form a polytope whose vertices
are those of deterministic stationary policies (Derman 1970; Altman, Constrained
Markov Decision Processes, 1999, ch. 3). So the largest value of a weighted sum of forms is that of a Markov reward.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Protocol

from specl.solvers.policies import Weights

Weighting = tuple[Fraction, ...]
"""A weight for each form."""


@dataclass(frozen=True, eq=False)
class Point:
    """Where a policy's forms are: exactly, or up to `error` in each coordinate.

    ``occupancy`` is what the engine that made it knows of its occupancy measure.
    """

    values: tuple[Fraction, ...]
    occupancy: Any
    error: Fraction = Fraction(0)


@dataclass(frozen=True, eq=False)
class Support:
    """weights·x ≤ high on the polytope, with equality at ``point`` (nearly, where the engine is not exact)."""

    high: Fraction
    point: Point


class Attainable(Protocol):
    """A polytope that a solver of Markov rewards describes."""

    @property
    def dimension(self) -> int:
        """The number of forms."""
        ...

    @property
    def is_exact(self) -> bool:
        """Whether supports are attained exactly at their points."""
        ...

    @property
    def solves(self) -> int:
        """How many Markov rewards have been solved."""
        ...

    def support(self, weights: Weighting) -> Support:
        """The best for the weighted sum of the forms."""
        ...

    def mixture(self, points: Sequence[Point], shares: Sequence[Fraction]) -> tuple[Weights, Point]:
        """A stationary policy whose occupancy measure is the mean of those of the points, and where it is itself."""
        ...


@dataclass(frozen=True, eq=False)
class Projection:
    """Some of the forms of a polytope."""

    whole: Attainable
    kept: tuple[int, ...]

    @property
    def dimension(self) -> int:
        """The number of forms."""
        return len(self.kept)

    @property
    def is_exact(self) -> bool:
        """Whether supports are attained exactly at their points."""
        return self.whole.is_exact

    @property
    def solves(self) -> int:
        """How many Markov rewards have been solved."""
        return self.whole.solves

    def support(self, weights: Weighting) -> Support:
        """The best for the weighted sum of the kept forms."""
        place = dict(zip(self.kept, weights, strict=True))
        found = self.whole.support(tuple(place.get(k, Fraction(0)) for k in range(self.whole.dimension)))
        return Support(found.high, projected(found.point, self.kept))

    def mixture(self, points: Sequence[Point], shares: Sequence[Fraction]) -> tuple[Weights, Point]:
        """As of the whole."""
        return self.whole.mixture(points, shares)


def projected(point: Point, kept: Sequence[int]) -> Point:
    """The point in some of the coordinates."""
    return replace(point, values=tuple(point.values[k] for k in kept))


def mean(points: Sequence[Point], shares: Sequence[Fraction]) -> tuple[Fraction, ...]:
    """Σ share·point."""
    return tuple(
        sum((share * point.values[k] for point, share in zip(points, shares, strict=True)), Fraction(0))
        for k in range(len(points[0].values))
    )


def normalised(row: Mapping[int, Fraction]) -> dict[int, Fraction]:
    """A row of a policy, from what is proportional to it."""
    whole = sum(row.values(), Fraction(0))
    return {a: weight / whole for a, weight in row.items() if weight}
