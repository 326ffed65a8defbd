"""The polytope of attainable forms, exactly: policy iteration over the rationals, guided by floating point.

Howard's policy iteration (1960): the policy that floating point finds best is evaluated exactly and improved until no
advantage is positive, which proves it optimal. Then every m of the same or another policy has Σ m·(r − r*) ≤ 0.
"""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from flint import fmpq

from specl.chains.linear import Scalar, solve
from specl.model.environment import Environment
from specl.model.flint_rational import to_fmpq, to_fraction
from specl.solvers.outer.attainable import Point, Support, Weighting, mean, normalised
from specl.solvers.outer.forms import Table
from specl.solvers.policies import Weights


class ExactAttainable:
    """Supports with points, exact; what has been asked once is remembered."""

    is_exact = True

    def __init__(self, environment: Environment, discount: Fraction, forms: Sequence[Table], reached: Sequence[int]):
        self.environment, self.discount, self.forms, self.reached = environment, discount, tuple(forms), tuple(reached)
        self.solves = 0
        self._known: dict[Weighting, Support] = {}
        self._points: dict[tuple[int, ...], Point] = {}
        self._choice: list[int] = [0] * len(reached)
        self._index = {s: i for i, s in enumerate(reached)}
        moves = environment.transitions if discount else ((((),) * len(environment.actions)),) * len(environment.states)
        self._moves = [
            [[(self._index[t], to_fmpq(p)) for t, p in moves[s][a]] for a in range(len(environment.actions))]
            for s in reached
        ]
        self._gamma = to_fmpq(discount)
        size, width = len(reached), len(environment.actions)
        self._matrix = np.zeros((size, width, size))
        for i, row in enumerate(self._moves):
            for a, targets in enumerate(row):
                for j, p in targets:
                    self._matrix[i, a, j] = float(int(p.p) / int(p.q))
        self._start = np.zeros(size)
        for s, share in environment.start:
            self._start[self._index[s]] = float(share)

    @property
    def dimension(self) -> int:
        """The number of forms."""
        return len(self.forms)

    def support(self, weights: Weighting) -> Support:
        """The largest weighted sum and a vertex where it is attained."""
        if weights not in self._known:
            self.solves += 1
            self._known[weights] = self._solve(weights)
        return self._known[weights]

    def _solve(self, weights: Weighting) -> Support:
        width = range(len(self.environment.actions))
        used = [(w, form) for w, form in zip(weights, self.forms, strict=True) if w]
        reward = [[sum((w * form[s][a] for w, form in used), Fraction(0)) for a in width] for s in self.reached]
        choice = self._guess(np.array([[float(r) for r in row] for row in reward]))
        exact = [[to_fmpq(r) for r in row] for row in reward]
        while True:
            values = self._values(choice, exact)
            is_best = True
            for i, row in enumerate(self._moves):
                worth = [
                    r + self._gamma * sum((p * values[j] for j, p in row[a]), 0 * r) for a, r in enumerate(exact[i])
                ]
                best = max(width, key=worth.__getitem__)
                if worth[best] > values[i]:
                    choice[i], is_best = best, False
            if is_best:
                break
        self._choice = choice
        start = ((self._index[s], p) for s, p in self.environment.start)
        high = sum((p * to_fraction(values[i]) for i, p in start), Fraction(0))
        return Support(high, self._point(choice))

    def _guess(self, reward: "np.ndarray[tuple[int, int], np.dtype[np.float64]]") -> list[int]:
        """What policy iteration in floating point ends with, from the policy that was best the last time."""
        gamma, size = float(self.discount), len(self.reached)
        choice = np.array(self._choice)
        rows = np.arange(size)
        for _ in range(200):
            values = np.linalg.solve(np.eye(size) - gamma * self._matrix[rows, choice], reward[rows, choice])
            worth = reward + gamma * self._matrix @ values
            best = worth.argmax(axis=1)
            better = worth[rows, best] > worth[rows, choice] + 1e-12 * (1 + np.abs(values))
            if not better.any():
                break
            choice = np.where(better, best, choice)
        return [int(a) for a in choice]

    def _values(self, choice: Sequence[int], reward: Sequence[Sequence[fmpq]]) -> tuple[Scalar, ...]:
        rows: list[dict[int, Scalar]] = []
        for i, a in enumerate(choice):
            row: dict[int, Scalar] = {i: to_fmpq(1)}
            for j, p in self._moves[i][a]:
                row[j] = row.get(j, to_fmpq(0)) - self._gamma * p
            rows.append(row)
        return solve(rows, ([reward[i][a] for i, a in enumerate(choice)],))[0]

    def _point(self, choice: Sequence[int]) -> Point:
        key = tuple(choice)
        if key not in self._points:
            visits = self._visits([{a: Fraction(1)} for a in choice])
            self._points[key] = self._of_occupancy([{a: v} for a, v in zip(choice, visits, strict=True)])
        return self._points[key]

    def _visits(self, policy: Sequence[dict[int, Fraction]]) -> tuple[Fraction, ...]:
        rows: list[dict[int, Scalar]] = [{i: to_fmpq(1)} for i in range(len(policy))]
        for i, row in enumerate(policy):
            for a, share in row.items():
                for j, p in self._moves[i][a]:
                    rows[j][i] = rows[j].get(i, to_fmpq(0)) - self._gamma * to_fmpq(share) * p
        start = [to_fmpq(0)] * len(policy)
        for s, probability in self.environment.start:
            start[self._index[s]] = to_fmpq(probability)
        return tuple(map(to_fraction, solve(rows, (start,))[0]))

    def _of_occupancy(self, occupancy: Sequence[dict[int, Fraction]]) -> Point:
        values = tuple(
            sum((m * form[s][a] for s, row in zip(self.reached, occupancy, strict=True) for a, m in row.items()),
                Fraction(0))
            for form in self.forms
        )  # fmt: skip
        return Point(values, tuple(occupancy))

    def mixture(self, points: Sequence[Point], shares: Sequence[Fraction]) -> tuple[Weights, Point]:
        """The policy m(s,a)/m(s) of the mean occupancy measure m, which has just that occupancy measure."""
        mixed: list[dict[int, Fraction]] = [{} for _ in self.reached]
        for point, share in zip(points, shares, strict=True):
            for row, made in zip(mixed, point.occupancy, strict=True):
                for a, m in made.items():
                    if share * m:
                        row[a] = row.get(a, Fraction(0)) + share * m
        first = {0: Fraction(1)}
        table: dict[int, dict[int, Fraction]] = dict.fromkeys(range(len(self.environment.states)), first)
        for s, row in zip(self.reached, mixed, strict=True):
            if row:
                table[s] = normalised(row)
        return table, Point(mean(points, shares), tuple(mixed))
