"""What shows that a wish is granted, or cannot be, at a discount, and at which other discounts it shows the same.

At a sample γ₀ the polyhedron {w : w·d ≥ 1 for strict differences d, w·e = 0 for ties e} has a vertex, or weights that
cancel the differences have a smallest support. The vertex solves as many of these equations as there are unknowns, and
the weights span the relations of the differences in their support; so both extend to coprime polynomials in γ, and the
signs of polynomials tell where they go on doing what they do at γ₀. There are finitely many such systems of equations,
so finitely many samples leave no more than isolated discounts open (parametric programming; Gal 1995).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cmp_to_key
from math import lcm
from typing import Literal

from flint import fmpq_mat, fmpq_poly, fmpz_poly

from specl.model.flint_rational import to_fmpq, to_fraction
from specl.wishes.discounts.algebraic import Algebraic, Point, between, compare, roots
from specl.wishes.discounts.differences import Difference, Differences
from specl.wishes.discounts.null_vector import null_vector, primitive
from specl.wishes.discounts.number_field import number_field
from specl.wishes.discounts.segment import ONE, ZERO, Segment
from specl.wishes.linear.order import order
from specl.wishes.linear.outcome import Conflict, Functional


@dataclass(frozen=True, eq=False)
class Evidence:
    """A functional w(γ), or weights on comparisons under which their differences cancel for every γ.

    Attributes:
        grants: which of the two it is.
        signed: w·d for each strict difference d: it grants where they are all positive or all negative; or the weights
            of strict comparisons: they refute where all are ≥ 0, or all ≤ 0, and not all are 0.
        weights: of weights, all of them, those of strict comparisons first, as they cancel the unscaled differences.
    """

    grants: bool
    signed: tuple[fmpz_poly, ...]
    weights: tuple[tuple[Difference, fmpz_poly], ...] = ()

    def holds(self, signs: Sequence[int]) -> bool:
        """Whether it shows what it shows where `signed` have these signs."""
        least = 1 if self.grants else 0
        return any(signs) and (all(sign >= least for sign in signs) or all(-sign >= least for sign in signs))


def segments(evidence: Evidence) -> list[Segment]:
    """Where in [0,1) it holds, as disjoint segments that do not touch, in order."""
    vanishing: dict[Point, set[int]] = {}
    for i, polynomial in enumerate(evidence.signed):
        for factor, _ in polynomial.factor()[1]:
            for root in roots(factor):
                vanishing.setdefault(root, set()).add(i)
    found: list[Segment] = []

    def hold(segment: Segment, signs: Sequence[int]) -> None:
        if not evidence.holds(signs):
            return
        if found and found[-1].high == segment.low and (found[-1].closed_high or segment.closed_low):
            segment = Segment(found[-1].low, segment.high, found.pop().closed_low, segment.closed_high)
        found.append(segment)

    hold(Segment(ZERO, ZERO), signs_at(evidence, ZERO))
    low: Point = ZERO
    for high in (*sorted(vanishing, key=cmp_to_key(compare)), ONE):
        inside = signs_at(evidence, between(low, high))
        hold(Segment(low, high, False, False), inside)
        if high != ONE:
            hold(Segment(high, high), [0 if i in vanishing[high] else sign for i, sign in enumerate(inside)])
        low = high
    return found


def signs_at(evidence: Evidence, at: Point) -> list[int]:
    """The signs of `signed` at a discount."""
    if isinstance(at, Algebraic):
        field = number_field(at)
        return [field.sign_of(polynomial) for polynomial in evidence.signed]
    values = [polynomial(to_fmpq(at)) for polynomial in evidence.signed]
    return [int(value > 0) - int(value < 0) for value in values]


Reach = Literal["far", "near", "none"]


def sampled(found: Differences, discount: Fraction, reach: Reach = "far") -> tuple[bool, Evidence | None]:
    """Whether the wish is granted at a discount, and the evidence; None where it would not extend to other ones.

    Args:
        reach: of a functional: "far" takes one at a vertex, of which there are finitely many; "near" one that is not at
            its limits, so that it extends at least a little; "none" does not ask to which discounts it extends.
    """
    rows = [each.at(discount) for each in found.all]
    columns = _independent_columns(rows)
    rows = [[row[k] for k in columns] for row in rows]
    outcome = ordered(found, rows, readable=False)
    if isinstance(outcome, Conflict):
        of = {each.pair: each for each in found.all}
        return False, refuting(*([of[one, other] for one, other, _ in side] for side in (outcome.strict, outcome.ties)))
    count = len(found.strict)
    if reach == "none":
        return True, None
    if reach == "far":
        return True, _at_vertex(found, columns, *_vertex(rows[:count], rows[count:], outcome.coefficients))
    return True, _inside(found, columns, rows[count:], outcome.coefficients)


def ordered(found: Differences, rows: "Rows", readable: bool = True) -> Functional | Conflict:
    """A functional that orders the policies as wished, or a conflict, if these were their differences.

    Args:
        rows: one for each difference, the strict ones first.
        readable: as for `order`.
    """
    nothing = ""
    vectors = {str(i): row for i, row in enumerate(rows)}
    pairs = [(i, nothing) for i in vectors]
    count = len(found.strict)
    outcome = order(pairs[:count], pairs[count:], vectors | {nothing: [ZERO] * len(rows[0])}, readable)
    if isinstance(outcome, Functional):
        return outcome
    return Conflict(
        *(tuple((*found.all[int(i)].pair, x) for i, _, x in side) for side in (outcome.strict, outcome.ties))
    )


def refuting(strict: Sequence[Difference], ties: Sequence[Difference]) -> Evidence | None:
    """The weights that cancel these differences for every γ; None unless they are unique up to a factor."""
    support = (*strict, *ties)
    solution = null_vector([[each.row[k] for each in support] for k in range(len(support[0].row))], len(support))
    if solution is None:
        return None
    scaled = [fmpq_poly(weight) * each.scale for weight, each in zip(solution, support, strict=True)]
    bottom = lcm(*(int(weight.denom()) for weight in scaled))
    weights = primitive([(weight * bottom).numer() for weight in scaled])
    return Evidence(False, tuple(weights[: len(strict)]), tuple(zip(support, weights, strict=True)))


def _at_vertex(
    found: Differences, columns: Sequence[int], above: Sequence[int], level: Sequence[int]
) -> Evidence | None:
    """The functional whose value is the same on these strict differences and 0 on these ties; it uses these columns."""
    zero, one = fmpz_poly([0]), fmpz_poly([1])
    rows = [[*(found.strict[i].row[k] for k in columns), -one] for i in above]
    rows += [[*(found.ties[i].row[k] for k in columns), zero] for i in level]
    solution = null_vector(rows, len(columns) + 1)
    return None if solution is None else _granting(found, dict(zip(columns, solution, strict=False)))


def _inside(
    found: Differences, columns: Sequence[int], level: "Rows", functional: Sequence[Fraction]
) -> Evidence | None:
    """The functional with the same ratios, at all discounts, of those of its entries that the ties leave free."""
    bound = _independent_columns(level)
    kept = _independent_columns(list(zip(*level, strict=True)))
    scale = lcm(*(x.denominator for x in functional))
    free = {columns[i]: fmpz_poly([int(x * scale)]) for i, x in enumerate(functional) if i not in bound}
    rows = []
    for i in kept:
        row = found.ties[i].row
        rows.append([*(row[columns[j]] for j in bound), sum((row[k] * x for k, x in free.items()), fmpz_poly([0]))])
    solution = null_vector(rows, len(bound) + 1)
    if solution is None:
        return None
    entries = {columns[j]: x for j, x in zip(bound, solution, strict=False)}
    return _granting(found, entries | {k: x * solution[-1] for k, x in free.items()})


def _granting(found: Differences, functional: Mapping[int, fmpz_poly]) -> Evidence | None:
    """The functional with these entries; None where it does not respect the ties for all discounts."""

    def value(each: Difference) -> fmpz_poly:
        return sum((each.row[k] * x for k, x in functional.items()), fmpz_poly([0]))

    if any(not value(each).is_zero() for each in found.ties):
        return None
    return Evidence(True, tuple(map(value, found.strict)))


Rows = Sequence[Sequence[Fraction]]


def _vertex(above: Rows, level: Rows, functional: Sequence[Fraction]) -> tuple[list[int], list[int]]:
    """From a functional that is positive on `above` and 0 on `level` to a vertex of those that are ≥ 1 on `above`:
    which of `above`, and which of `level`, determine it. The columns are independent."""
    if not functional:
        return [], []
    least = min(_dot(row, functional) for row in above)
    values = [_dot(row, functional) / least for row in above]
    while True:
        tight = [i for i, value in enumerate(values) if value == 1]
        rows = [*level, *(above[i] for i in tight)]
        direction = _orthogonal(rows, len(functional))
        if direction is None:
            chosen = _independent_columns(list(zip(*rows, strict=True)))
            count = len(level)
            return [tight[i - count] for i in chosen if i >= count], [i for i in chosen if i < count]
        slopes = [_dot(row, direction) for row in above]
        if not any(slope < 0 for slope in slopes):
            slopes = [-slope for slope in slopes]
        step = min((value - 1) / -slope for value, slope in zip(values, slopes, strict=True) if slope < 0)
        values = [value + step * slope for value, slope in zip(values, slopes, strict=True)]


def _dot(row: Sequence[Fraction], other: Sequence[Fraction]) -> Fraction:
    return sum((x * y for x, y in zip(row, other, strict=True)), ZERO)


def _orthogonal(rows: Rows, width: int) -> list[Fraction] | None:
    """A vector that is not 0 and orthogonal to all rows, None where there is none."""
    reduced, pivots = _echelon(rows, width)
    free = next((k for k in range(width) if k not in pivots), None)
    if free is None:
        return None
    found = [ZERO] * width
    found[free] = ONE
    for i, k in enumerate(pivots):
        found[k] = -to_fraction(reduced[i, free])
    return found


def _independent_columns(rows: Rows) -> list[int]:
    """The first columns that are a basis of all."""
    return _echelon(rows, len(rows[0]) if rows else 0)[1]


def _echelon(rows: Rows, width: int) -> tuple[fmpq_mat, list[int]]:
    """The reduced row echelon form, and the columns of its pivots."""
    reduced, rank = fmpq_mat(len(rows), width, [to_fmpq(x) for row in rows for x in row]).rref()
    pivots: list[int] = []
    for i in range(rank):
        pivots.append(next(k for k in range(pivots[-1] + 1 if pivots else 0, width) if reduced[i, k] != 0))
    return reduced, pivots
