"""The largest long-run average over the rationals, by policy iteration for any chain structure (Howard 1960).

A policy is worth its gain g, the limit of the expected averages, and then its bias h, what is earned beyond the gain:
g = P g, g + h = r + P h, and h has mean 0 in the limit. States first take choices with a larger expected gain of the
next state; where none has one, choices that keep it and have a larger r + P h; the old ones where nothing is gained.
The pair (g, h) then rises lexicographically, so that no policy comes back, and a policy that nothing improves has the
largest gain from every state, among all policies (Veinott 1966; Puterman, Markov Decision Processes, 1994, §9.2).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from specl.chains.components import components
from specl.chains.linear import solve
from specl.model.real import Real
from specl.solvers.exact.model import ExactModel, Table
from specl.solvers.exact.values import Linear, coefficient, expected, is_larger, monomials

Column = tuple[Fraction, ...]
"""A number for each state."""


@dataclass(frozen=True)
class Optimum:
    """A policy with the largest gain from every state, its gains, and how many policies were evaluated."""

    choice: tuple[int, ...]
    gains: tuple[Real, ...]
    evaluations: int


def optimum(exact: ExactModel, table: Table, choice: Sequence[int]) -> Optimum:
    """The optimum, from a first policy.

    Raises:
        Unsupported: rewards are irrational, and which of two values is larger is not decided.
    """
    over = monomials(table)
    parts = [coefficient(table, monomial) for monomial in over]
    now, evaluations = tuple(choice), 0
    while True:
        gains, biases = evaluate(exact, parts, now)
        evaluations += 1
        better = _larger_gain(exact, over, gains, now)
        if better == now:
            better = _larger_bias(exact, parts, over, gains, biases, now)
        if better == now:
            return Optimum(now, tuple(Linear(over, row).real() for row in zip(*gains, strict=True)), evaluations)
        now = better


def evaluate(
    exact: ExactModel, parts: Sequence[Sequence[Sequence[Fraction]]], choice: Sequence[int]
) -> tuple[list[Column], list[Column]]:
    """The gain and the bias of a policy, for each part of the rewards.

    Within a recurrent class the gain is one number, and the bias is determined up to a constant; elsewhere both follow
    from where the chain goes. The constants are those that make the mean of the bias in the limit 0.
    """
    rows = [exact.transitions[i][a] for i, a in enumerate(choice)]
    right = [[part[i][a] for i, a in enumerate(choice)] for part in parts]
    successors = [{t for t, _ in row} for row in rows]
    classes = [c for c in components(successors) if all(successors[i].issubset(c) for i in c)]
    home = {i: k for k, c in enumerate(classes) for i in c}
    gain_of, bias_at, mean_of = [], [], []
    for members in classes:
        place = {i: k for k, i in enumerate(members)}
        # unknowns: the gain in place of the first state's bias, which is set to 0, and the others' biases
        system: list[dict[int, Fraction]] = []
        for i in members:
            row = {0: Fraction(1)}
            if place[i]:
                row[place[i]] = Fraction(1)
            for t, p in rows[i]:
                if place[t]:
                    row[place[t]] = row.get(place[t], Fraction(0)) - p
            system.append(row)
        found = solve(system, [[column[i] for i in members] for column in right])
        gain_of.append([x[0] for x in found])
        biases = [[Fraction(0), *x[1:]] for x in found]
        bias_at.append({i: [column[k] for column in biases] for i, k in place.items()})
        # the mean of a bias in the class is the gain of a chain that is paid the bias
        mean_of.append([x[0] for x in solve(system, biases)])
    transient = [i for i in range(len(rows)) if i not in home]
    number = {i: k for k, i in enumerate(transient)}
    zero = [Fraction(0)] * len(parts)
    gains = [gain_of[home[i]] if i in home else zero for i in range(len(rows))]
    means = [mean_of[home[i]] if i in home else zero for i in range(len(rows))]
    biases_of = [bias_at[home[i]][i] if i in home else zero for i in range(len(rows))]
    if transient:
        system = []
        for i in transient:
            row = {number[i]: Fraction(1)}
            for t, p in rows[i]:
                if t in number:
                    row[number[t]] = row.get(number[t], Fraction(0)) - p
            system.append(row)
        known = [
            [sum((p * given[t][k] for t, p in rows[i] if t in home), start=Fraction(0)) for i in transient]
            for given in (gains, means)
            for k in range(len(parts))
        ]
        solved = solve(system, known)
        for i in transient:
            gains[i] = [column[number[i]] for column in solved[: len(parts)]]
            means[i] = [column[number[i]] for column in solved[len(parts) :]]
        solved = solve(
            system,
            [
                [
                    right[k][i] - gains[i][k]
                    + sum((p * biases_of[t][k] for t, p in rows[i] if t in home), start=Fraction(0))
                    for i in transient
                ]
                for k in range(len(parts))
            ],
        )  # fmt: skip
        for i in transient:
            biases_of[i] = [column[number[i]] for column in solved]
    return (
        [tuple(gain[k] for gain in gains) for k in range(len(parts))],
        [
            tuple(bias[k] - mean[k] for bias, mean in zip(biases_of, means, strict=True))
            for k in range(len(parts))
        ],
    )  # fmt: skip


def _larger_gain(
    exact: ExactModel, over: Sequence[Real], gains: Sequence[Column], now: tuple[int, ...]
) -> tuple[int, ...]:
    """For each state a choice after which the gain is largest; the present one where it is."""
    better = []
    for i, kept in enumerate(now):
        best, top = kept, tuple(column[i] for column in gains)
        for a in range(exact.width):
            found = tuple(expected(exact.transitions[i][a], column) for column in gains)
            if a != kept and is_larger(found, top, over):
                best, top = a, found
        better.append(best)
    return tuple(better)


def _larger_bias(
    exact: ExactModel,
    parts: Sequence[Sequence[Sequence[Fraction]]],
    over: Sequence[Real],
    gains: Sequence[Column],
    biases: Sequence[Column],
    now: tuple[int, ...],
) -> tuple[int, ...]:
    """For each state a choice that keeps the gain and has the largest r + P h; the present one where it is."""
    better = []
    for i, kept in enumerate(now):
        gain = tuple(column[i] for column in gains)
        best, top = kept, tuple(g + column[i] for g, column in zip(gain, biases, strict=True))
        for a in range(exact.width):
            targets = exact.transitions[i][a]
            after = tuple(expected(targets, column) for column in gains)
            if a == kept or after != gain:  # nobody has a larger one, and equal numbers have equal coefficients
                continue
            found = tuple(part[i][a] + expected(targets, column) for part, column in zip(parts, biases, strict=True))
            if is_larger(found, top, over):
                best, top = a, found
        better.append(best)
    return tuple(better)
