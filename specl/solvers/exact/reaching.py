"""The largest probability to reach a set over the rationals, by policy iteration.

A policy from which the states in question are surely left is evaluated exactly; each state then takes a choice that is
better by one step, if there is one. The next policy is as good everywhere, and again surely leaves: on an end component
that it never left, values would be constant and no choice better, so that the policy before had never left it either. A
policy without a better choice attains the optimum, which is the least x ≥ 0 with T x ≤ x (Puterman, Markov Decision
Processes, 1994, Theorem 7.2.3).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from specl.chains.linear import solve
from specl.solvers.exact.model import ExactModel

ZERO, ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True)
class Optimum:
    """An optimal policy, its values from every state, and how many policies were evaluated."""

    choice: tuple[int, ...]
    values: tuple[Fraction, ...]
    evaluations: int


def optimum(exact: ExactModel, known: Sequence[Fraction | None], choice: Sequence[int]) -> Optimum:
    """The optimum, from a first policy.

    Args:
        known: the values of states where they are known, 0 and 1; None for those in question.
        choice: a policy that surely leaves the states in question.
    """
    now, evaluations = tuple(choice), 0
    while True:
        values = evaluate(exact, known, now)
        evaluations += 1
        better = tuple(a if known[i] is not None else _best(exact, values, i, a) for i, a in enumerate(now))
        if better == now:
            return Optimum(now, values, evaluations)
        now = better


def evaluate(exact: ExactModel, known: Sequence[Fraction | None], choice: Sequence[int]) -> tuple[Fraction, ...]:
    """What a policy is worth from each state."""
    place = {i: k for k, i in enumerate(i for i, value in enumerate(known) if value is None)}
    rows, right = [], []
    for i in place:
        row, constant = {place[i]: ONE}, ZERO
        for t, p in exact.transitions[i][choice[i]]:
            value = known[t]
            if value is None:
                row[place[t]] = row.get(place[t], ZERO) - p
            else:
                constant += p * value
        rows.append(row)
        right.append(constant)
    found = solve(rows, [right])[0] if rows else ()
    return tuple(found[place[i]] if value is None else value for i, value in enumerate(known))


def _best(exact: ExactModel, values: Sequence[Fraction], i: int, kept: int) -> int:
    best, top = kept, values[i]
    for a, targets in enumerate(exact.transitions[i]):
        found = sum((p * values[t] for t, p in targets), start=ZERO)
        if found > top:
            best, top = a, found
    return best
