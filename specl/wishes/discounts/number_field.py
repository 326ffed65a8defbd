"""The ordered field ℚ(α) of a real algebraic number α, and conflicts of a wish at the discount α."""

from collections.abc import Sequence
from dataclasses import dataclass

from flint import ctx, fmpq_poly, fmpz_poly

from specl.model.ball import ball
from specl.wishes.discounts.algebraic import DIGITS, Algebraic, enclosure
from specl.wishes.discounts.differences import Difference, Differences

Element = fmpq_poly
"""A polynomial in α, of lower degree than its minimal polynomial."""


@dataclass(frozen=True)
class NumberField:
    """Arithmetic modulo the minimal polynomial; signs by enclosures of α that are refined until they decide."""

    root: Algebraic
    minimal: fmpq_poly

    def element(self, polynomial: fmpz_poly) -> Element:
        """The value of a polynomial at α."""
        return fmpq_poly(polynomial) % self.minimal

    def product(self, x: Element, y: Element) -> Element:
        """x·y."""
        return x * y % self.minimal

    def inverse(self, x: Element) -> Element:
        """1/x for x ≠ 0; the minimal polynomial is irreducible."""
        shared, factor, _ = x.xgcd(self.minimal)
        return factor / shared[0] % self.minimal

    def sign(self, x: Element) -> int:
        """−1, 0 or 1."""
        return 0 if x.is_zero() else self._sign(x.numer())

    def sign_of(self, polynomial: fmpz_poly) -> int:
        """The sign of the value of a polynomial at α."""
        return 0 if self.element(polynomial).is_zero() else self._sign(polynomial)

    def _sign(self, polynomial: fmpz_poly) -> int:
        """The sign of a value that is not 0."""
        bits = 4 * DIGITS
        while True:
            low, high = enclosure(self.root, bits)
            with ctx.workprec(2 * bits):
                value = polynomial(ball(low).union(ball(high)))
                if value > 0:
                    return 1
                if value < 0:
                    return -1
            bits *= 2


def number_field(root: Algebraic) -> NumberField:
    """ℚ(α)."""
    return NumberField(root, fmpq_poly(list(root.polynomial)))


def conflict_at(found: Differences, field: NumberField) -> tuple[list[Difference], list[Difference]] | None:
    """The strict differences and the ties of a smallest conflict at the discount α; None where the wish is granted.

    A functional grants it unless there are weights y ≥ 0 on strict differences, and any on ties, that cancel them, with
    Σ y = 1; the first phase of the simplex method with Bland's rule (1977) over ℚ(α) finds them if there are any.
    """
    zero, one = fmpq_poly(), fmpq_poly([1])
    sides = (found.strict, found.ties)
    above, level = ([[field.element(entry) for entry in each.row] for each in side] for side in sides)
    rows = []
    for k in range(found.width):
        tied = [row[k] for row in level]
        rows.append([*(row[k] for row in above), *tied, *(-x for x in tied), zero])
    rows.append([*(one for _ in above), *(zero for _ in range(2 * len(level))), one])
    positive = _positive(field, rows)
    if positive is None:
        return None
    count = len(level)
    strict = [each for j, each in enumerate(found.strict) if j in positive]
    ties = [each for j, each in enumerate(found.ties, len(above)) if {j, j + count} & positive]
    return strict, ties


def _positive(field: NumberField, rows: list[list[Element]]) -> set[int] | None:
    """The variables that are positive at a vertex of {x ≥ 0 : A x = b}, None where it is empty; rows are (A | b)."""
    width = len(rows[0]) - 1
    basis = [width + i for i in range(len(rows))]  # artificial variables, one for each row
    cost = [-sum(column, fmpq_poly()) for column in zip(*rows, strict=True)]
    while True:
        entering = next((j for j in range(width) if j not in basis and field.sign(cost[j]) < 0), None)
        if entering is None:
            positive = {j for j, row in zip(basis, rows, strict=True) if not row[-1].is_zero()}
            return positive if cost[-1].is_zero() else None
        leaving = _leaving(field, rows, basis, entering)
        scale = field.inverse(rows[leaving][entering])
        pivot = rows[leaving] = [field.product(scale, x) for x in rows[leaving]]
        for row in (*(row for row in rows if row is not pivot), cost):
            factor = row[entering]
            if not factor.is_zero():
                row[:] = [x - field.product(factor, y) for x, y in zip(row, pivot, strict=True)]
        basis[leaving] = entering


def _leaving(field: NumberField, rows: Sequence[Sequence[Element]], basis: Sequence[int], entering: int) -> int:
    """The row with the smallest ratio b/a, a > 0; of several the one whose variable comes first. The total of the
    artificial variables is bounded, so there is one."""
    best: int | None = None
    for i, row in enumerate(rows):
        if field.sign(row[entering]) <= 0:
            continue
        if best is None:
            best = i
            continue
        left, right = field.product(row[-1], rows[best][entering]), field.product(rows[best][-1], row[entering])
        sign = field.sign(left - right)
        if sign < 0 or (sign == 0 and basis[i] < basis[best]):
            best = i
    assert best is not None
    return best
