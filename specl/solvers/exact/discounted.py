"""The largest expected discounted reward over the rationals, by policy iteration (Howard 1960).

Each policy is evaluated exactly, and each state then takes a choice that is better by one step, if there is one;
values never fall, one of them rises, and so no policy comes back. A policy without a better choice anywhere attains the
optimum from every state, among all policies (Puterman, Markov Decision Processes, 1994, Theorems 6.2.7 and 6.4.2).
Started from a policy that was found in floating point, it mostly needs to be evaluated once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from specl.model.real import Real
from specl.solvers.exact.model import ExactModel, Table
from specl.solvers.exact.values import Linear, coefficient, discounted_columns, expected, is_larger, monomials


@dataclass(frozen=True)
class Optimum:
    """A policy that is optimal from every state, its values, and how many policies were evaluated."""

    choice: tuple[int, ...]
    values: tuple[Real, ...]
    evaluations: int


def optimum(exact: ExactModel, table: Table, discount: Fraction, choice: Sequence[int]) -> Optimum:
    """The optimum, from a first policy.

    Raises:
        Unsupported: rewards are irrational, and which of two values is larger is not decided.
    """
    over = monomials(table)
    parts = [coefficient(table, monomial) for monomial in over]
    now, evaluations = tuple(choice), 0
    while True:
        columns = discounted_columns(exact, parts, discount, now)
        evaluations += 1
        better = tuple(_best(exact, parts, over, discount, columns, i, a) for i, a in enumerate(now))
        if better == now:
            values = tuple(Linear(over, row).real() for row in zip(*columns, strict=True))
            return Optimum(now, values, evaluations)
        now = better


def values(exact: ExactModel, table: Table, discount: Fraction, choice: Sequence[int]) -> tuple[Real, ...]:
    """What a policy is worth from each state."""
    over = monomials(table)
    columns = discounted_columns(exact, [coefficient(table, monomial) for monomial in over], discount, choice)
    return tuple(Linear(over, row).real() for row in zip(*columns, strict=True))


def _best(
    exact: ExactModel,
    parts: Sequence[Sequence[Sequence[Fraction]]],
    over: Sequence[Real],
    discount: Fraction,
    columns: Sequence[Sequence[Fraction]],
    i: int,
    kept: int,
) -> int:
    """The best action of a state for these values; the present one where no other is better."""

    def worth(a: int) -> tuple[Fraction, ...]:
        targets = exact.transitions[i][a]
        return tuple(
            part[i][a] + discount * expected(targets, column) for part, column in zip(parts, columns, strict=True)
        )

    best, top = kept, tuple(column[i] for column in columns)
    for a in range(exact.width):
        if a != kept and is_larger(found := worth(a), top, over):
            best, top = a, found
    return best
