"""What deterministic policies are worth on exact models: rational linear systems, one right side for each irrational.

A value is linear in the rewards. A reward is a rational combination of monomials (1, log 2, √3, …), so it suffices to
solve for the coefficients of each monomial, and to put the solutions together again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from specl.chains.linear import solve
from specl.evaluation.totals import total
from specl.model.errors import Unsupported
from specl.model.real import ONE, Real
from specl.solvers.exact.model import Distribution, ExactModel, Table
from specl.solvers.solved import Bounds

BITS = 192
"""How precisely irrational values are enclosed."""


@dataclass(frozen=True)
class Linear:
    """Σ_i coefficients[i]·monomials[i]: a number, in a form that is fast to add up."""

    monomials: tuple[Real, ...]
    coefficients: tuple[Fraction, ...]

    def real(self) -> Real:
        """The number."""
        if self.monomials == (ONE,):
            return Real.of(self.coefficients[0])
        found: Real = total(zip(self.coefficients, self.monomials, strict=True))
        return found


def monomials(table: Table) -> tuple[Real, ...]:
    """The monomials of a table's numbers; 1 at least."""
    return tuple(dict.fromkeys([ONE, *(m for row in table for paid in row for m in paid.parts())]))


def coefficient(table: Table, monomial: Real) -> tuple[tuple[Fraction, ...], ...]:
    """How often the numbers of a table hold a monomial."""
    zero = Fraction(0)
    if monomial == ONE:
        return tuple(tuple(_rational(paid) for paid in row) for row in table)
    return tuple(tuple(paid.parts().get(monomial, zero) for paid in row) for row in table)


def _rational(paid: Real) -> Fraction:
    if paid.rational is not None:
        return paid.rational
    return paid.parts().get(ONE, Fraction(0))


def is_larger(left: Sequence[Fraction], right: Sequence[Fraction], over: Sequence[Real]) -> bool:
    """Whether Σ left·monomial > Σ right·monomial.

    Raises:
        Unsupported: that is not decided.
    """
    if left[1:] == right[1:]:
        return left[0] > right[0]
    difference = tuple(x - y for x, y in zip(left, right, strict=True))
    found = Linear(tuple(over), difference).real().compare(">", Real.of(0))
    if found is None:
        raise Unsupported("which of two irrational values is larger is not decided")
    return bool(found)


def expected(targets: Distribution, column: Sequence[Fraction]) -> Fraction:
    """Σ_t p(t)·x(t)."""
    return sum((p * column[t] for t, p in targets), start=Fraction(0))


def discounted_columns(
    exact: ExactModel, parts: Sequence[Sequence[Sequence[Fraction]]], discount: Fraction, choice: Sequence[int]
) -> tuple[tuple[Fraction, ...], ...]:
    """For each part of the rewards, the expected discounted sum of it from each state: (I − γP) v = r."""
    rows: list[dict[int, Fraction]] = []
    for i, a in enumerate(choice):
        row = {i: Fraction(1)}
        for t, p in exact.transitions[i][a]:
            row[t] = row.get(t, Fraction(0)) - discount * p
        rows.append(row)
    return solve(rows, [[part[i][a] for i, a in enumerate(choice)] for part in parts])


def at_start(exact: ExactModel, values: Sequence[Real]) -> Real:
    """The expectation over the start distribution."""
    found: Real = total((p, values[i]) for i, p in exact.start)
    return found


def bounds(value: Real) -> Bounds:
    """A number as bounds; equal where it is rational."""
    if value.rational is not None:
        return Bounds(value.rational, value.rational)
    near = value.enclose(BITS)
    return Bounds(near.low, near.high)
