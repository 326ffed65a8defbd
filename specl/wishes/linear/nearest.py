"""The outcome by exact arithmetic alone: the point of a polytope that is nearest to the origin.

The strict differences, seen by functionals that respect the ties, span a polytope. If the origin is not in it, the
nearest point x has x·d ≥ x·x > 0 for all of them; otherwise the origin is a convex combination of affinely independent
ones. P. Wolfe, "Finding the nearest point in a polytope", Mathematical Programming 11 (1976): the distance falls at
every step, so there is a last one.
"""

from collections.abc import Sequence
from fractions import Fraction

from flint import fmpq, fmpz_mat

from specl.model.flint_rational import to_fraction
from specl.wishes.linear.differences import Differences, coprime
from specl.wishes.linear.exact import conflict
from specl.wishes.linear.null_space import independent, null_space
from specl.wishes.linear.outcome import Conflict, Functional


def order(rows: Differences) -> Functional | Conflict:
    """The functional, or an irreducible conflict. There is at least one strict row."""
    width = len(rows.columns)
    space = null_space(rows.level, width)
    points = space.seen(rows.above)
    sizes = [max(map(abs, row), default=0) or 1 for row in points.tolist()]
    corral, weights = [0], [Fraction(1)]
    while True:
        whole = coprime(weights)
        chosen = fmpz_mat(1, len(sizes), [whole[corral.index(i)] if i in corral else 0 for i in range(len(sizes))])
        nearest = (chosen * points).transpose()
        if not any(nearest.entries()):
            found = conflict(rows, corral, independent(rows.level, width))
            if found is None:
                raise AssertionError("affinely independent points that cancel do so in one way")
            return found
        values = (points * nearest).entries()
        if all(value > 0 for value in values):
            return rows.functional(dict(enumerate(space.member(list(map(int, nearest.entries()))))))
        farthest = min(range(len(values)), key=lambda i: fmpq(values[i], sizes[i]))
        corral, weights = _nearer(points, [*corral, farthest], [*weights, Fraction(0)])


def _nearer(points: fmpz_mat, corral: list[int], weights: list[Fraction]) -> tuple[list[int], list[Fraction]]:
    """The points among these, with their weights, whose affine hull's nearest point to the origin is inside them."""
    while True:
        hull = _affine(points, corral)
        if all(y > 0 for y in hull):
            return corral, hull
        step = min(x / (x - y) for x, y in zip(weights, hull, strict=True) if y <= 0)
        moved = [x + step * (y - x) for x, y in zip(weights, hull, strict=True)]
        corral, weights = [i for i, x in zip(corral, moved, strict=True) if x], [x for x in moved if x]


def _affine(points: fmpz_mat, corral: Sequence[int]) -> list[Fraction]:
    """The weights, of sum 1, of the point nearest to the origin in the affine hull of affinely independent points."""
    rows = points.tolist()
    count = len(corral)
    chosen = fmpz_mat([rows[i] for i in corral])
    gram = (chosen * chosen.transpose()).tolist()
    system = [0, *[1] * count]
    for row in gram:
        system += [1, *map(int, row)]
    right = fmpz_mat(count + 1, 1, [1, *[0] * count])
    return [to_fraction(x) for x in fmpz_mat(count + 1, count + 1, system).solve(right).entries()[1:]]
