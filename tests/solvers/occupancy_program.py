"""Programs over occupancy measures, written down for Z3 and HiGHS: another way to what the outer solvers find.

The measures of all policies are the m ≥ 0 with Σ_a m(t,a) = I(t) + γ Σ m(s,a)·T(t|s,a) for each t (Altman 1999, ch. 3).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, product
from typing import Any

import numpy as np
import z3
from scipy.optimize import linprog

from specl.chains.linear import solve
from specl.model.environment import Environment
from specl.model.machine import Reward

Table = tuple[tuple[Fraction, ...], ...]
"""What each state and action pays, on average."""


@dataclass(frozen=True, eq=False)
class Measures:
    """m(s,a) as variables of Z3, and what they have to satisfy."""

    m: dict[tuple[int, int], Any]
    rules: list[Any]

    def total(self, table: Table) -> Any:
        """Σ m(s,a)·table(s,a)."""
        return z3.Sum([rational(table[s][a]) * x for (s, a), x in self.m.items()])

    def largest(self, goal: Any, *where: Any) -> Fraction | None:
        """The largest value of a linear expression, exactly; None where the conditions cannot be met."""
        found = z3.Optimize()
        found.add(*self.rules, *where)
        top = found.maximize(goal)
        if found.check() != z3.sat:
            return None
        value = found.upper(top)
        return Fraction(value.as_string())


def measures(environment: Environment, discount: Fraction) -> Measures:
    """The variables, one for each state and action."""
    width = range(len(environment.actions))
    m = {(s, a): z3.Real(f"m_{s}_{a}") for s in range(len(environment.states)) for a in width}
    rules: list[Any] = [x >= 0 for x in m.values()]
    start = dict(environment.start)
    for t in range(len(environment.states)):
        inflow = [
            rational(discount * p) * m[s, a]
            for s, row in enumerate(environment.transitions)
            for a, targets in enumerate(row)
            for u, p in targets
            if u == t
        ]
        rules.append(z3.Sum([m[t, a] for a in width]) == rational(start.get(t, Fraction(0))) + z3.Sum(inflow))
    return Measures(m, rules)


def table(environment: Environment, reward: Reward) -> Table:
    """A rational reward's mean in each state and action."""
    return tuple(
        tuple(sum((p * _rational(reward, (s, a, t)) for t, p in targets), Fraction(0)) for a, targets in enumerate(row))
        for s, row in enumerate(environment.transitions)
    )


def returns(
    environment: Environment, discount: Fraction, tables: Iterable[Table], rows: Iterable[Mapping[int, Fraction]]
) -> tuple[Fraction, ...]:
    """The expected discounted sums under a policy, by linear equations for the values."""
    policy = list(rows)
    matrix: list[dict[int, Fraction]] = []
    for s, row in enumerate(policy):
        line = {s: Fraction(1)}
        for a, share in row.items():
            for t, p in environment.transitions[s][a]:
                line[t] = line.get(t, Fraction(0)) - discount * share * p
        matrix.append(line)
    right = [
        [sum((x * each[s][a] for a, x in row.items()), Fraction(0)) for s, row in enumerate(policy)] for each in tables
    ]
    values = solve(matrix, right)
    return tuple(sum((p * value[s] for s, p in environment.start), Fraction(0)) for value in values)


def vertices(environment: Environment, discount: Fraction, tables: Iterable[Table]) -> list[tuple[Fraction, ...]]:
    """The returns of all deterministic policies, each once."""
    listed = list(tables)
    one = Fraction(1)
    choices = product(range(len(environment.actions)), repeat=len(environment.states))
    return sorted({returns(environment, discount, listed, [{a: one} for a in chosen]) for chosen in choices})


def nearest(points: Iterable[tuple[Fraction, ...]], target: tuple[Fraction, ...]) -> Fraction:
    """The squared distance of a point outside of the hull of points of a plane to it: the nearest is on a segment."""

    def on_segment(u: tuple[Fraction, ...], v: tuple[Fraction, ...]) -> Fraction:
        along = [y - x for x, y in zip(u, v, strict=True)]
        length = sum((x * x for x in along), Fraction(0))
        reach = sum((x * (t - y) for x, t, y in zip(along, target, u, strict=True)), Fraction(0))
        share = min(max(reach / length, Fraction(0)), Fraction(1))
        return sum(((x + share * w - t) ** 2 for x, w, t in zip(u, along, target, strict=True)), Fraction(0))

    return min(on_segment(u, v) for u, v in combinations(points, 2))


def highs(environment: Environment, discount: Fraction, table: Table) -> float:
    """The largest return, in floating point."""
    states, width = len(environment.states), len(environment.actions)
    matrix, start = np.zeros((states, states * width)), np.zeros(states)
    for s, p in environment.start:
        start[s] = float(p)
    for s, row in enumerate(environment.transitions):
        for a, targets in enumerate(row):
            matrix[s, s * width + a] += 1
            for t, p in targets:
                matrix[t, s * width + a] -= float(discount * p)
    cost = -np.array([float(x) for row in table for x in row])
    return -float(linprog(cost, A_eq=matrix, b_eq=start, bounds=(0, None), method="highs").fun)


def rational(x: Fraction) -> Any:
    """As a number of Z3."""
    return z3.RatVal(x.numerator, x.denominator)


def _rational(reward: Reward, step: tuple[int, int, int]) -> Fraction:
    amount = reward.get(step)
    return Fraction(0) if amount is None else Fraction(str(amount))
