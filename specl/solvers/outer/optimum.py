"""What is known of an optimum, and of the polytope over which it is taken."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from specl.model.enclosure import Enclosure, enclosure
from specl.model.errors import Undefined
from specl.model.expression import Expression, decide, evaluate
from specl.solvers.outer.attainable import Attainable, Point, Projection, mean, projected
from specl.solvers.outer.forms import constant_of, is_transcendental
from specl.solvers.outer.hull import Hull


@dataclass(frozen=True)
class Optimum:
    """The supremum of a function, where a condition holds, is in [low, high].

    Attributes:
        points, shares: a mean of attainable points where the condition holds; its value is at least low, up to the
            precision if the supremum is not attained; None where none was found.
        high: None where no policy meets the condition.
        is_attained: False where the supremum is certainly approached only.
        method: in words.
        rounds: how many, of the kind that the method says.
        note: what stood in the way.
    """

    low: Fraction
    high: Fraction | None
    points: tuple[Point, ...]
    shares: tuple[Fraction, ...] | None
    is_attained: bool
    method: str
    rounds: int
    note: str = ""


@dataclass(eq=False)
class Search:
    """A polytope with what has been found out about it, shared by all optima that are asked for.

    ``box`` encloses each form.
    """

    attainable: Attainable
    precision: Fraction
    is_exact: bool
    deadline: float
    tell: Callable[[str], None]
    box: list[Enclosure]
    points: list[Point]
    hull: Hull | None = None
    projections: dict[tuple[int, ...], "Search"] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """The number of forms."""
        return self.attainable.dimension


def search_of(
    attainable: Attainable, precision: Fraction, is_exact: bool, deadline: float, tell: Callable[[str], None]
) -> Search:
    """The polytope with its extent in each form."""
    box: list[Enclosure] = []
    points: list[Point] = []
    for k in range(attainable.dimension):
        ends = [attainable.support(tuple(Fraction(sign * int(i == k)) for i in range(attainable.dimension)))
                for sign in (-1, 1)]  # fmt: skip
        box.append(Enclosure(-ends[0].high, ends[1].high))
        points += [end.point for end in ends if all(end.point.values != point.values for point in points)]
    if not points:
        points = [attainable.support(()).point]
    return Search(attainable, precision, is_exact, deadline, tell, box, points)


def projection(search: Search, kept: tuple[int, ...]) -> Search:
    """The polytope in some of its coordinates."""
    if kept not in search.projections:
        search.projections[kept] = replace(
            search,
            attainable=Projection(search.attainable, kept),
            box=[search.box[k] for k in kept],
            points=[projected(point, kept) for point in search.points],
            hull=None,
            projections={},
        )
    return search.projections[kept]


def value_near(
    function: Expression, condition: Expression | None, points: Sequence[Point], shares: Sequence[Fraction]
) -> Fraction | None:
    """A lower bound at a point; None where the condition may fail there."""
    error = max(point.error for point in points)
    at = [Enclosure(x - error, x + error) for x in mean(points, shares)]
    try:
        y = [x.low for x in at]
        if error == 0 and condition is not None and is_transcendental(function):
            if decide(condition, lambda i: constant_of(y[i]), constant_of) is not True:
                return None
            condition = None  # met; the function's own value is then enclosed, which is faster
        if error == 0 and not is_transcendental(function):
            if condition is not None and decide(condition, lambda i: constant_of(y[i]), constant_of) is not True:
                return None
            return enclosure(evaluate(function, lambda i: constant_of(y[i]), constant_of)).low
        if condition is not None and decide(condition, lambda i: at[i], enclosure) is not True:
            return None
        return enclosure(evaluate(function, lambda i: at[i], enclosure)).low
    except Undefined:
        return None
