"""The largest value of any function of a few forms, by branch and bound over the attainable polytope.

The polytope is covered by simplices from a centre over the facets of its approximation (`hull`). On each of them the
function is bounded (`branch`); the one with the largest bound is refined, where the approximation is not exact, or
searched more closely. So the polytope is found out only where the function is large.
"""

import heapq
from fractions import Fraction
from itertools import count

import numpy as np

from specl.model.enclosure import enclosure
from specl.model.errors import Undefined, Unsupported
from specl.model.expression import Expression, evaluate
from specl.solvers.hurry import is_over
from specl.solvers.outer.attainable import Point
from specl.solvers.outer.branch import Piece
from specl.solvers.outer.branch import search as search_simplices
from specl.solvers.outer.forms import constant_of
from specl.solvers.outer.hull import Facet, Hull, Vector, hull
from specl.solvers.outer.optimum import Optimum, Search, value_near
from specl.solvers.outer.pieces import pieces
from specl.solvers.outer.shape import is_largest_at_corners

_MOST_DIMENSIONS = 5
"""Polytopes of more dimensions are not written down with their facets."""

_FIRST_CELLS = 24
"""How closely a simplex is searched at first; later four times as closely each time."""

_Tried = tuple[Fraction, tuple[Point, ...], tuple[Fraction, ...]]


def on_polytope(search: Search, function: Expression, condition: Expression | None) -> Optimum:
    """The supremum where the condition holds.

    Raises:
        Unsupported: no bound is known.
    """
    if search.size > _MOST_DIMENSIONS:
        return _on_box(search, function, condition)
    if search.hull is None:
        search.hull = hull(search.attainable)
    if search.hull is None:
        raise Unsupported("an attainable set that is too thin for floating point")
    climb = _Climb(search, search.hull, function, condition)
    climb.run()
    return climb.optimum()


def _on_box(search: Search, function: Expression, condition: Expression | None) -> Optimum:
    """A bound that holds wherever each form is in its range, and the best of the points that are known."""
    sides = [Fraction(float(end)) for side in search.box for end in (side.low, side.high)]
    corners = [[float(low) for low in sides[::2]], [float(high) for high in sides[1::2]]]
    whole = np.array([[corners[0], corners[1], *[corners[1]] * (search.size - 1)]])
    found = search_simplices([Piece(function, condition, whole)], 0.0, 0.0)
    tried = [(low, point) for point in search.points
             if (low := value_near(function, condition, (point,), (Fraction(1),))) is not None]  # fmt: skip
    if found.high == float("inf") or not tried:
        raise Unsupported(f"a function that is not visibly concave, of {search.size} independent linear forms")
    low, point = max(tried, key=lambda one: one[0])
    note = f"not visibly concave, and of {search.size} independent linear forms; more than {_MOST_DIMENSIONS} are not "
    high = max(low, Fraction(found.high))
    return Optimum(low, high, (point,), (Fraction(1),), True, "ranges of the linear forms", 1, note + "searched")


class _Climb:
    """Facets by their bounds, and the best point so far."""

    def __init__(self, search: Search, shape: Hull, function: Expression, condition: Expression | None) -> None:
        self.search, self.shape, self.function, self.condition = search, shape, function, condition
        self.at_corners = condition is None and is_largest_at_corners(function, search.box)
        self.best: _Tried | None = None
        self.high: float | Fraction = -float("inf")
        self.cells = 0
        self.known = 0
        self._queue: list[tuple[float | Fraction, int, Facet, int]] = []
        self._number = count()

    def run(self) -> None:
        """Until the bound is as near to the best point as is asked for, or time is up."""
        self._try_points()
        for facet in self.shape.facets:
            self._push(facet, _FIRST_CELLS)
        alive = {id(facet) for facet in self.shape.facets}
        while self._queue:
            bound, _, facet, cells = heapq.heappop(self._queue)
            if id(facet) not in alive:
                continue
            low = self.best[0] if self.best is not None else None
            is_near = low is not None and -bound <= low + (0 if self.at_corners else self.search.precision / 2)
            if is_near or is_over(self.search.deadline) or (-bound == float("inf") and cells > 10**6):
                self.high = -bound
                return
            added = self.shape.refine(facet)
            if added:
                alive = {id(one) for one in self.shape.facets}
                self._try_points()
                for one in added:
                    self._push(one, _FIRST_CELLS)
            elif self.at_corners:
                self.high = -bound
                return
            else:
                self._push(facet, 4 * cells, -bound)

    def optimum(self) -> Optimum:
        """What was found."""
        name = "branch and bound on the attainable polytope"
        if self.at_corners:
            name = "the vertices of the attainable polytope, where convex functions are largest"
        if self.high == float("inf"):
            raise Unsupported("a function that is not bounded above, or of which no bound is known")
        if self.best is None:
            if self.high == -float("inf"):
                return Optimum(Fraction(0), None, (), None, False, name, self.cells)
            bound = Fraction(self.high)
            note = "no policy was found that certainly meets the constraints"
            return Optimum(bound, bound, (), None, False, name, self.cells, note)
        value, points, shares = self.best
        high = max(value, Fraction(self.high)) if self.high > -float("inf") else value
        return Optimum(value, high, points, shares, True, name, self.cells)

    def _try_points(self) -> None:
        for point in self.shape.points[self.known :]:
            self._try((point,), (Fraction(1),))
        self.known = len(self.shape.points)

    def _try(self, points: tuple[Point, ...], shares: tuple[Fraction, ...]) -> None:
        low = value_near(self.function, self.condition, points, shares)
        if low is not None and (self.best is None or low > self.best[0]):
            self.best = low, points, shares

    def _push(self, facet: Facet, cells: int, known: float | Fraction = float("inf")) -> None:
        """Bound the function on the facet's simplex."""
        simplex = self.shape.simplex(facet)
        if self.at_corners:
            bound: float | Fraction = max(map(self._value, simplex))
        else:
            floor = float(self.best[0]) - 1e-9 * abs(float(self.best[0])) if self.best is not None else -float("inf")
            found = search_simplices(
                pieces(self.function, self.condition, [simplex]),
                float(self.search.precision) / 2,
                self.search.deadline,
                floor,
                cells,
            )
            self.cells += found.cells
            bound = min(found.high, known)
            if found.y is not None:
                self._try(*self.shape.shares([Fraction(x) for x in found.y]))
            if bound == -float("inf"):
                return
        heapq.heappush(self._queue, (-bound, next(self._number), facet, cells))

    def _value(self, x: Vector) -> float | Fraction:
        try:
            return enclosure(evaluate(self.function, lambda i: constant_of(x[i]), constant_of)).high
        except Undefined:
            return float("inf")
