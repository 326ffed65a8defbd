"""The chain of one policy in flat arrays, and corrections d of its value, (I − γP) d = residual, found approximately.

All of it proposes: single precision, sums in any order. What comes out is a guess that the next sweep of Bellman's
operator judges.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from math import isfinite, sqrt

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


def fill(matrix: PolicyMatrix, model: SparseModel, best: NDArray[np.int32]) -> int:
    """Put in the rows of the chosen choices; how many of them have changed."""
    changed: int = _gather(
        model.choices, model.entries, model.targets, model.probabilities, best,
        matrix.width, matrix.offsets, matrix.targets, matrix.probabilities, matrix.kept,
    )  # fmt: skip
    return changed


@compiled
def _gather(choices, entries, targets, probabilities, best, width, offsets, into, weight, kept):  # type: ignore[no-untyped-def]
    place, changed = 0, 0
    for s in range(len(best)):
        if best[s] != kept[s]:
            changed += 1
        elif width:
            continue
        if width:
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
    return changed


def power_series(
    matrix: PolicyMatrix, discount: float, residual: Singles, d: Singles, room: Singles, most: int, rest: float = 0.0,
    enough: float = 0.1,
) -> tuple[int, float]:  # fmt: skip
    """Put into ``d`` the first terms of Σ (γP)^i residual, which is what sweeps of the policy's own operator add, until
    a term varies by ``enough`` of what the first one did, at most ``most``; the number of terms, and by which part of
    that the last one varies.

    Args:
        rest: with this probability the chain stays where it is instead, and what is added up is (1 − rest)·residual.
        residual, room [≥ 1, n]: overwritten.
    """
    residual *= 1 - rest
    d[:] = residual
    first = float(residual.max()) - float(residual.min())
    move, stay = np.float32(discount * (1 - rest)), np.float32(discount * rest)
    arrays = matrix.offsets, matrix.targets, matrix.probabilities
    steps, last = _series(matrix.width)(*arrays, move, stay, residual, room[0], d, most, enough * first)
    return steps, last / first if first > 0 else 0.0


@cache
def _series(width: int) -> Callable[..., tuple[int, float]]:
    advance = _term(width)

    @reassociated
    def series(offsets, targets, probabilities, move, stay, x, y, total, most, wanted):  # type: ignore[no-untyped-def]
        steps, span = 1, np.inf
        while steps < most and span > wanted:
            low, high = advance(offsets, targets, probabilities, move, stay, x, y, total)
            x, y = y, x
            steps += 1
            span = high - low
        return steps, span

    return series


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
    arrays = matrix.offsets, matrix.targets, matrix.probabilities
    found: tuple[int, float] = _bicgstab(matrix.width)(
        *arrays, np.float32(discount), residual, d, room[0], room[1], room[2], room[3], tolerance, most
    )
    return found


@cache
def _bicgstab(width: int) -> Callable[..., tuple[int, float]]:
    product = _product(width)

    @reassociated
    def solve(offsets, targets, probabilities, discount, r, d, shadow, p, ap, ar, tolerance, most):  # type: ignore[no-untyped-def]
        for i in range(len(r)):
            shadow[i] = r[i]
            p[i] = r[i]
            d[i] = np.float32(0)
        norm, _ = _dots(r, r)
        rho, found = norm, norm
        for step in range(most):
            if found <= tolerance * tolerance * norm or rho == 0:
                return step, sqrt(found / norm) if norm > 0 else 0.0
            product(offsets, targets, probabilities, discount, p, ap)
            across, _ = _dots(ap, shadow)
            alpha = rho / across
            if not isfinite(alpha):
                return step, sqrt(found / norm)
            _subtract(r, np.float32(alpha), ap)
            product(offsets, targets, probabilities, discount, r, ar)
            onto, square = _dots(ar, r)
            omega = onto / square if square > 0 else 0.0
            before = rho
            rho, found = _advance(d, r, p, ar, shadow, np.float32(alpha), np.float32(omega))
            if not found <= 1e8 * norm:
                return step + 1, np.inf
            beta = rho / before * alpha / omega
            if not isfinite(beta):
                return step + 1, sqrt(found / norm)
            _turn(p, r, ap, np.float32(beta), np.float32(omega))
        return most, sqrt(found / norm)

    return solve


@cache
def _product(width: int) -> Callable[..., None]:
    @reassociated
    def product(offsets, targets, probabilities, discount, x, y):  # type: ignore[no-untyped-def]
        """y = (I − γP) x."""
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
            y[s] = here - discount * total

    return product


@reassociated
def _dots(x, y):  # type: ignore[no-untyped-def]
    """x·y and x·x."""
    first, second = 0.0, 0.0
    for i in range(len(x)):
        value = np.float64(x[i])
        first += value * np.float64(y[i])
        second += value * value
    return first, second


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
