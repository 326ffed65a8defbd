"""The polytope of attainable forms of larger models: Markov rewards solved in floating point, with proved bounds.

A support is bounded by MacQueen's bounds (`solve_discounted`). Where a policy is itself is computed from its
occupancy measure m, and its error from what is left of m = start + γ Pᵀ m: ‖m − m*‖₁ ≤ ‖residual‖₁/(1 − γ).
"""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from scipy.sparse import csr_matrix, identity
from scipy.sparse.linalg import spsolve

from specl.model.environment import Environment
from specl.solvers.bellman import UNIT
from specl.solvers.discounted import solve_discounted
from specl.solvers.from_environment import from_environment
from specl.solvers.outer.attainable import Point, Support, Weighting, normalised
from specl.solvers.outer.forms import Table
from specl.solvers.policies import Weights
from specl.solvers.sparse import Floats, Indices


class FloatAttainable:
    """Supports up to a precision, with bounds, and points with their errors."""

    is_exact = False

    def __init__(self, environment: Environment, discount: Fraction, forms: Sequence[Table], precision: float):
        self.solves = 0
        self._model = from_environment(environment)
        self._width = len(environment.actions)
        self._discount, self._precision = discount, precision
        self._forms = np.array([[float(x) for row in form for x in row] for form in forms]).reshape(len(forms), -1)
        self._start = np.zeros(self._model.size)
        self._start[self._model.start[0]] = self._model.start[1]
        m = len(self._model.entries) - 1
        self._moves = csr_matrix(
            (self._model.probabilities, self._model.targets, self._model.entries), shape=(m, self._model.size)
        )
        self._incoming = int(np.bincount(self._model.targets, minlength=self._model.size).max()) + self._width
        self._known: dict[Weighting, Support] = {}

    @property
    def dimension(self) -> int:
        """The number of forms."""
        return len(self._forms)

    def support(self, weights: Weighting) -> Support:
        """A bound on the largest weighted sum, and a policy that comes near to it."""
        if weights not in self._known:
            self.solves += 1
            self._known[weights] = self._solve(weights)
        return self._known[weights]

    def _solve(self, weights: Weighting) -> Support:
        near = np.array([float(w) for w in weights])
        gamma = float(self._discount)
        found = solve_discounted(self._model, near @ self._forms, gamma, self._precision)
        scale = float((np.abs(near) @ np.abs(self._forms)).max(initial=0.0))
        margin = 4 * UNIT * (len(near) + 8) * scale / (1 - gamma) ** 2  # weights, forms and discount are rounded
        margin += 2 * UNIT * (len(self._start) + 2) * float(self._start @ np.abs(found.values))
        high = Fraction(float(self._start @ found.values)) + Fraction(found.radius) + Fraction(margin)
        occupancy = np.zeros(len(self._moves.indptr) - 1)
        rows = np.arange(self._model.size) * self._width + found.best
        occupancy[rows] = self._visits(rows, np.ones(len(rows)), np.arange(len(rows)))
        return Support(high, self._point(occupancy))

    def _visits(self, rows: Indices, shares: Floats, states: Indices) -> Floats:
        """How often each state is visited, where these choices are made with these shares."""
        size = self._model.size
        chosen = csr_matrix((shares, (states, rows)), shape=(size, len(self._moves.indptr) - 1)) @ self._moves
        found: Floats = spsolve((identity(size) - float(self._discount) * chosen.T).tocsc(), self._start)
        return np.maximum(found, 0.0)

    def _point(self, occupancy: Floats) -> Point:
        """Where an occupancy measure is, with the error that what it lacks of being one allows."""
        gamma = float(self._discount)
        visits = occupancy.reshape(-1, self._width).sum(axis=1)
        left = self._start + gamma * (self._moves.T @ occupancy) - visits
        whole = float(occupancy.sum())
        rounding = (self._incoming + 12) * UNIT * (1 + 2 * whole)
        distance = (float(np.abs(left).sum()) * (1 + 1e-9) + rounding) / (1 - gamma) * (1 + 1e-9)
        error = 0.0
        for form in self._forms:
            largest = float(np.abs(form).max(initial=0.0))
            error = max(error, largest * (distance + (len(form) + 4) * UNIT * whole))
        values = tuple(Fraction(float(x)) for x in self._forms @ occupancy)
        return Point(values, occupancy, Fraction(error * (1 + 1e-9)))

    def mixture(self, points: Sequence[Point], shares: Sequence[Fraction]) -> tuple[Weights, Point]:
        """The policy m(s,a)/m(s) of the mean m, rounded, and where that policy is itself."""
        mixed = sum(float(share) * point.occupancy for point, share in zip(points, shares, strict=True))
        by_state = np.asarray(mixed).reshape(-1, self._width)
        table: dict[int, dict[int, Fraction]] = {}
        states, rows, weights = [], [], []
        for s, row in enumerate(by_state):
            made = {a: Fraction(float(m)) for a, m in enumerate(row) if m > 0}
            table[s] = normalised(made) if made else {0: Fraction(1)}
            for a, weight in table[s].items():
                states.append(s)
                rows.append(s * self._width + a)
                weights.append(float(weight))
        visits = self._visits(np.array(rows), np.array(weights), np.array(states))
        occupancy = np.zeros(by_state.size)
        occupancy[rows] = visits[states] * np.array(weights)
        return table, self._point(occupancy)
