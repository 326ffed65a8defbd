"""Optimal values where every choice moves on, by policy iteration over the rationals: small models, however stiff.

Choices are looked at where they leave their state. The values of all models in which those probabilities, and what is
paid, differ by factors in [1 − η, 1 + η] are close to those of the floats: by the matrix tree theorem the probability
to leave the n states through one edge, and the expected number of visits to one of them, are quotients of sums over
forests, each term a product of at most n probabilities, so that they change by factors of at most ((1 + η)/(1 − η))^n
(O'Cinneide, Entrywise perturbation theory and error analysis for Markov chains, Numerische Mathematik 65, 1993). That
holds for every policy, and so for the optimum.
"""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from specl.chains.linear import Singular, solve
from specl.solvers.bellman import UNIT
from specl.solvers.sparse import Floats, SparseModel

ROUNDS = 100
"""At most so many policies are evaluated."""

Row = tuple[dict[int, Fraction], Fraction]
"""The distribution of a choice where it leaves its state, and what is paid until it does."""


@dataclass(frozen=True, eq=False)
class RationalValues:
    """low ≤ value ≤ high in each state; a policy that attains the values, numbered from 0 in each state; how many were
    evaluated."""

    low: Floats
    high: Floats
    best: NDArray[np.int32]
    rounds: int


def rational_values(
    model: SparseModel, order: NDArray[np.int32], values: Floats, reward: Floats, is_max: bool, best: NDArray[np.int32]
) -> RationalValues | None:
    """The values of the states ``order``; None if that does not come to an end.

    Args:
        values: float64 [n], exact outside of ``order`` (possibly infinite).
        reward: of each choice, ≥ 0; empty for none.
        best: a policy that surely leaves ``order``, as all do where nothing is paid.
    """
    if model.probabilities.min() < 2.0**-1000:  # the relative rounding of such floats is large
        return None
    asked = set(order.tolist())
    rows = {s: _rows(model, s, values, reward) for s in asked}
    policy = {s: rows[s].get(int(best[s])) for s in asked}
    for rounds in range(1, ROUNDS + 1):
        found = _evaluate(policy, values, asked)
        if found is None:
            return None
        is_final = True
        for s in asked:
            top = found[s]
            for row in rows[s].values():
                here = _mean(row, found, values)
                if here > top if is_max else here < top:
                    top, policy[s], is_final = here, row, False
        if is_final:
            return _rounded(model, values, found, rows, policy, best, rounds)
    return None


def _rows(model: SparseModel, s: int, values: Floats, reward: Floats) -> dict[int, Row]:
    """By their numbers in the state, the choices of s that leave it, and that lead nowhere worth ∞."""
    found = {}
    for k in range(int(model.choices[s]), int(model.choices[s + 1])):
        entries = slice(int(model.entries[k]), int(model.entries[k + 1]))
        row: dict[int, Fraction] = {}
        for t, p in zip(model.targets[entries].tolist(), model.probabilities[entries].tolist(), strict=True):
            if t != s:
                row[t] = row.get(t, Fraction(0)) + Fraction(p)
        leave = sum(row.values())
        if leave and not any(np.isinf(values[t]) for t in row):
            paid = Fraction(float(reward[k])) if len(reward) else Fraction(0)
            found[k - int(model.choices[s])] = {t: p / leave for t, p in row.items()}, paid / leave
    return found


def _evaluate(policy: dict[int, Row | None], values: Floats, asked: set[int]) -> dict[int, Fraction] | None:
    place = {s: i for i, s in enumerate(policy)}
    matrix, right = [], []
    for s, row in policy.items():
        if row is None:
            return None
        inner = {place[t]: -p for t, p in row[0].items() if t in asked}
        matrix.append({**inner, place[s]: Fraction(1)})
        right.append(row[1] + sum(p * Fraction(float(values[t])) for t, p in row[0].items() if t not in asked))
    try:
        return dict(zip(policy, solve(matrix, [right])[0], strict=True))
    except Singular:
        return None


def _mean(row: Row, found: dict[int, Fraction], values: Floats) -> Fraction:
    return row[1] + sum(p * (found[t] if t in found else Fraction(float(values[t]))) for t, p in row[0].items())


def _rounded(
    model: SparseModel, values: Floats, found: dict[int, Fraction], rows: dict[int, dict[int, Row]],
    policy: dict[int, Row | None], best: NDArray[np.int32], rounds: int,
) -> RationalValues:  # fmt: skip
    """The factor ((1 + η)/(1 − η))^(n + 1) is at most 1 + 4 (n + 1) η; η is 2 roundings a probability, as many for each
    in the sum of those that leave, and as many for the common factor of a choice, which payments do not have."""
    longest = int(np.diff(model.entries).max())
    slack = 4 * (len(found) + 1) * (4 * longest + 8) * Fraction(UNIT)
    low, high, chosen = values.copy(), values.copy(), best.copy()
    for s, value in found.items():
        low[s] = np.nextafter(float(value / (1 + slack)), -np.inf)
        high[s] = np.nextafter(float(value * (1 + slack)), np.inf)
        chosen[s] = next(a for a, row in rows[s].items() if row is policy[s])
    return RationalValues(low, high, chosen, rounds)
