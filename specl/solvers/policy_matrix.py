"""The chain of one policy in flat arrays, and corrections d of its value, (I − γP) d = residual, found approximately.

All of it proposes: single precision, sums in any order. What comes out is a guess that the next sweep of Bellman's
operator judges.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from math import inf, isfinite, sqrt

import numpy as np
from numpy.typing import NDArray

from specl.solvers.bellman import WIDEST
from specl.solvers.compiled import compiled, reassociated
from specl.solvers.sparse import Floats, SparseModel

Singles = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class PolicyMatrix:
    """Row s has ``width`` entries from s·width on, the last of them 0 where the choice has fewer; where ``width`` is 0,
    the entries offsets[s] … offsets[s+1]−1; ``kept`` are the choices whose rows are there already, −1 for none."""

    width: int
    offsets: NDArray[np.int64]
    targets: NDArray[np.int32]
    probabilities: Singles
    kept: NDArray[np.int32]


def policy_matrix(model: SparseModel, longest: int) -> PolicyMatrix:
    """Room for the chain of a policy; ``longest``: the number of entries of the longest choice."""
    n = model.size
    width = longest if longest <= WIDEST else 0
    most = n * width if width else int(np.maximum.reduceat(np.diff(model.entries), model.choices[:-1]).sum())
    offsets = np.zeros(1 if width else n + 1, dtype=np.int64)
    kept = np.full(n, -1, dtype=np.int32)
    return PolicyMatrix(width, offsets, np.zeros(most, dtype=np.int32), np.zeros(most, dtype=np.float32), kept)


def fill(matrix: PolicyMatrix, model: SparseModel, best: NDArray[np.int32]) -> None:
    """Put in the rows of the chosen choices."""
    _gather(
        model.choices, model.entries, model.targets, model.probabilities, best,
        matrix.width, matrix.offsets, matrix.targets, matrix.probabilities, matrix.kept,
    )  # fmt: skip


@compiled
def _gather(choices, entries, targets, probabilities, best, width, offsets, into, weight, kept):  # type: ignore[no-untyped-def]
    place = 0
    for s in range(len(best)):
        if width:
            if best[s] == kept[s]:
                continue
            place = s * width
        kept[s] = best[s]
        k = choices[s] + best[s]
        for j in range(entries[k], entries[k + 1]):
            into[place] = targets[j]
            weight[place] = probabilities[j]
            place += 1
        if width:
            for rest in range(place, s * width + width):
                into[rest] = s
                weight[rest] = 0.0
        else:
            offsets[s + 1] = place


def power_series(
    matrix: PolicyMatrix, discount: float, residual: Singles, d: Singles, room: Singles, most: int, rest: float = 0.0
) -> int:
    """Put into ``d`` the first terms of Σ (γP)^i residual, which is what sweeps of the policy's own operator add, until
    a term varies by a tenth of what the first one did, at most ``most``; the number of terms.

    Args:
        rest: with this probability the chain stays where it is instead, and what is added up is (1 − rest)·residual.
        residual, room [≥ 1, n]: overwritten.
    """
    term, other = residual, room[0]
    term *= 1 - rest
    d[:] = term
    first = float(term.max()) - float(term.min())
    arrays = matrix.offsets, matrix.targets, matrix.probabilities
    move, stay = np.float32(discount * (1 - rest)), np.float32(discount * rest)
    for step in range(1, most):
        low, high = _term(matrix.width)(*arrays, move, stay, term, other, d)
        term, other = other, term
        if high - low <= 0.1 * first:
            return step + 1
    return most


@cache
def _term(width: int) -> Callable[..., tuple[float, float]]:
    @reassociated
    def advance(offsets, targets, probabilities, move, stay, x, y, total):  # type: ignore[no-untyped-def]
        """y = move·P x + stay·x, added to the total; its least and largest entry."""
        low, high = np.inf, -np.inf
        for s in range(len(x)):
            value = np.float32(0)
            if width:
                start = np.uint64(s) * np.uint64(width)
                for j in range(width):
                    place = start + np.uint64(j)
                    value += probabilities[place] * x[np.uint32(targets[place])]
            else:
                for j in range(offsets[s], offsets[s + 1]):
                    value += probabilities[np.uint64(j)] * x[np.uint32(targets[np.uint64(j)])]
            value = move * value + stay * x[s]
            y[s] = value
            total[s] += value
            low = value if value < low else low
            high = value if value > high else high
        return low, high

    return advance


def run_on(matrix: PolicyMatrix, paid: Floats, steps: int, rest: float) -> Floats:
    """What a policy that is paid ``paid`` in each state is paid on average in the second half of so many steps of its
    lazy chain."""
    now, after, total = paid.astype(np.float64), np.empty(len(paid)), np.zeros(len(paid))
    arrays = matrix.offsets, matrix.targets, matrix.probabilities
    for step in range(steps):
        if step == steps // 2:
            total[:] = 0
        _term(matrix.width)(*arrays, np.float32(1 - rest), np.float32(rest), now, after, total)
        now, after = after, now
    total /= steps - steps // 2
    return total


def krylov(
    matrix: PolicyMatrix, discount: float, residual: Singles, d: Singles, room: Singles, tolerance: float, most: int
) -> tuple[int, float]:
    """Put into ``d`` an approximate solution of (I − γP) d = residual, by BiCGSTAB (van der Vorst 1992).

    It stops when the residual's norm is ``tolerance`` times what it was, after ``most`` steps, or where it breaks down.

    Args:
        residual, room [4, n]: overwritten.

    Returns:
        The number of steps, and the quotient of the norms, infinite where d is worth nothing.
    """
    shadow, p, ap, ar = room[:4]
    product, gamma = _product(matrix.width), np.float32(discount)
    arrays = matrix.offsets, matrix.targets, matrix.probabilities
    shadow[:], p[:], d[:] = residual, residual, 0
    rho = norm = found = _square(residual)
    for step in range(most):
        if found <= tolerance * tolerance * norm or rho == 0:
            return step, sqrt(found / norm) if norm > 0 else 0.0
        across, _ = product(*arrays, gamma, p, ap, shadow)
        alpha = rho / across if across != 0 else inf
        if not isfinite(alpha):
            return step, sqrt(found / norm)
        _subtract(residual, np.float32(alpha), ap)
        onto, square = product(*arrays, gamma, residual, ar, residual)
        omega = onto / square if square > 0 else 0.0
        before = rho
        rho, found = _advance(d, residual, p, ar, shadow, np.float32(alpha), np.float32(omega))
        if not found <= 1e8 * norm:
            return step + 1, inf
        beta = rho / before * alpha / omega if omega != 0 else inf
        if not isfinite(beta):
            return step + 1, sqrt(found / norm)
        _turn(p, residual, ap, np.float32(beta), np.float32(omega))
    return most, sqrt(found / norm)


@cache
def _product(width: int) -> Callable[..., tuple[float, float]]:
    @reassociated
    def product(offsets, targets, probabilities, discount, x, y, z):  # type: ignore[no-untyped-def]
        """y = (I − γP) x; y·z and y·y."""
        first, second = 0.0, 0.0
        for s in range(len(x)):
            total = np.float32(0)
            here = x[s]
            if width:
                start = np.uint64(s) * np.uint64(width)
                for j in range(width):
                    place = start + np.uint64(j)
                    total += probabilities[place] * x[np.uint32(targets[place])]
            else:
                for j in range(offsets[s], offsets[s + 1]):
                    total += probabilities[np.uint64(j)] * x[np.uint32(targets[np.uint64(j)])]
            value = here - discount * total
            y[s] = value
            first += value * z[s]
            second += value * value
        return first, second

    return product


@reassociated
def _square(x):  # type: ignore[no-untyped-def]
    total = 0.0
    for i in range(len(x)):
        total += x[i] * x[i]
    return total


@reassociated
def _subtract(r, alpha, ap):  # type: ignore[no-untyped-def]
    for i in range(len(r)):
        r[i] -= alpha * ap[i]


@reassociated
def _advance(x, r, p, ar, shadow, alpha, omega):  # type: ignore[no-untyped-def]
    """x += αp + ωr, r −= ωAr; r·shadow and r·r."""
    rho, found = 0.0, 0.0
    for i in range(len(x)):
        value = r[i]
        x[i] += alpha * p[i] + omega * value
        value -= omega * ar[i]
        r[i] = value
        rho += value * shadow[i]
        found += value * value
    return rho, found


@reassociated
def _turn(p, r, ap, beta, omega):  # type: ignore[no-untyped-def]
    for i in range(len(p)):
        p[i] = r[i] + beta * (p[i] - omega * ap[i])
