"""Occupancies of many policies in floating point, with bounds on how wrong they are.

For an approximation x of m = I + γ Pᵀ m and its residual ρ = I + γ Pᵀ x − x, ‖m − x‖₁ ≤ ‖ρ‖₁ / (1−γ), because P is a
stochastic matrix. The residual is computed in floating point too; its error is bounded by the standard model of
rounding (Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., §3.1: a sum of n products, each of k rounded
factors, is wrong by at most γ_{n+k} times the sum of their absolute values, γ_n = nu/(1−nu), in whatever order).
"""

from dataclasses import dataclass
from fractions import Fraction
from math import inf, nextafter
from typing import Any

import numpy as np
import numpy.typing as npt

from specl.model.environment import Environment

Array = npt.NDArray[np.float64]

UNIT = 2.0**-53
DENSE = 60
"""Up to so many states dense solvers are faster, and not yet tempted to use several threads for one small matrix."""
BATCH = 64
"""Policies whose dense matrices are in memory together."""


@dataclass(frozen=True)
class Occupancies:
    """Approximate m_π(s), and how far they may be off.

    Attributes:
        choices: π(a|s), shape policies × states × actions, each rounded once.
        visits: shape policies × states.
        errors: for each policy a bound of Σ_s |m_π(s) − visits[π, s]|.
    """

    choices: Array
    visits: Array
    errors: Array

    @property
    def masses(self) -> Array:
        """Approximate m_π(s,a), shape policies × states × actions."""
        return self.visits[:, :, None] * self.choices


@dataclass(frozen=True)
class Moves:
    """Transition probabilities, T[(s,a), t] as a sparse matrix with S·A rows, and the start distribution."""

    matrix: Any
    start: Array

    @staticmethod
    def of(environment: Environment) -> "Moves":
        """Each probability rounded once."""
        from scipy.sparse import csr_array

        width = len(environment.actions)
        entries = [
            (s * width + a, t, float(p))
            for s, row in enumerate(environment.transitions)
            for a, targets in enumerate(row)
            for t, p in targets
        ]
        rows, columns, values = zip(*entries, strict=True)
        size = len(environment.states)
        start = np.zeros(size)
        for s, p in environment.start:
            start[s] = float(p)
        return Moves(csr_array((values, (rows, columns)), shape=(size * width, size)), start)


def occupancies(environment: Environment, choices: Array, discount: Fraction) -> Occupancies:
    """The occupancies of all policies, by dense or sparse elimination.

    Args:
        choices: π(a|s), shape policies × states × actions, each rounded once.
    """
    moves = Moves.of(environment)
    solver = _dense if len(environment.states) <= DENSE else _sparse
    visits = solver(moves, choices, float(discount))
    return Occupancies(choices, visits, _errors(moves, choices, visits, discount))


def _dense(moves: Moves, choices: Array, discount: float) -> Array:
    count, size, width = choices.shape
    table = moves.matrix.toarray().reshape(size, width, size)
    found = np.empty((count, size))
    for first in range(0, count, BATCH):
        some = choices[first : first + BATCH]
        chain = np.einsum("psa,sat->pts", some, table)
        right = np.broadcast_to(moves.start[:, None], (len(some), size, 1))
        found[first : first + BATCH] = np.linalg.solve(np.eye(size) - discount * chain, right)[..., 0]
    return found


def _sparse(moves: Moves, choices: Array, discount: float) -> Array:
    from scipy.sparse import csc_array
    from scipy.sparse.linalg import splu

    count, size, width = choices.shape
    listed = moves.matrix.tocoo()
    sources, actions, targets = listed.row // width, listed.row % width, listed.col
    diagonal = np.arange(size)
    found = np.empty((count, size))
    for i, rows in enumerate(choices):
        weights = -discount * rows[sources, actions] * listed.data
        some = np.flatnonzero(weights)
        entries = np.append(weights[some], np.ones(size))
        places = np.append(targets[some], diagonal), np.append(sources[some], diagonal)
        found[i] = splu(csc_array((entries, places), shape=(size, size))).solve(moves.start)
    return found


def _errors(moves: Moves, choices: Array, visits: Array, discount: Fraction) -> Array:
    """‖m − visits‖₁ at most, for each policy."""
    count, size, width = choices.shape
    flow = (float(discount) * visits[:, :, None] * choices).reshape(count, size * width)
    arriving = (moves.matrix.T @ flow.T).T
    residual = np.abs(moves.start + arriving - visits).sum(axis=1)
    # the absolute values that were added up: probabilities sum to 1, so that those arriving are at most those leaving
    added = 1 + 2 * np.abs(visits).sum(axis=1)
    terms = int(np.diff(moves.matrix.tocsc().indptr).max(initial=0)) + size + 16
    bound = (residual + 1.01 * terms * UNIT * added) * (1 + 1e-9) + 1e-300
    return np.asarray(bound * nextafter(1 / nextafter(float(1 - discount), 0), inf) * (1 + 1e-9))
