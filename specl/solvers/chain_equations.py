"""The equation x = r + P x of one policy's chain on its transient states, solved approximately, in an order of them.

Rows are divided by 1 − p(s|s), so that P has no diagonal. With P = L + U, what leads back and ahead in the order, the
matrix I − P is preconditioned from both sides, (I − L)⁻¹ (I − P) (I − U)⁻¹ = T + (I − L)⁻¹ (I − T) for T = (I − U)⁻¹:
one pass back and one ahead are a whole application (Eisenstat, Efficient implementation of a class of preconditioned
conjugate gradient methods, SIAM J. Sci. Stat. Comput. 2, 1981), to which BiCGSTAB is applied (van der Vorst 1992).
Where that stagnates, a sparse LU factorisation. What comes out is a guess, and nothing is believed of it.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import splu

from specl.solvers.compiled import compiled, reassociated
from specl.solvers.sparse import Floats, SparseModel

STEPS = 60
"""So many steps of BiCGSTAB are tried before a factorisation."""

SMALL = 3000
"""Chains of up to so many states are factorised however much that fills in."""

LARGE = 500_000
"""Chains of more states are never factorised."""

FILL = 40
"""Others are if a quarter of their states has factors with at most so many entries a row."""


@dataclass(eq=False)
class Chain:
    """The rows of one policy, in place for those of another.

    Row i, of the i-th state of the order: the entries offsets[i] … middles[i]−1 lead to earlier states, those from
    middles[i] on to later ones; ``stay[i]`` is 1 / (1 − p(s|s)).

    Attributes:
        place: the position of each state in the order, −1 for those outside.
        room: float64 [6, q].
        is_stiff: whether BiCGSTAB was too slow before.
        steps: of BiCGSTAB, all together.
    """

    order: NDArray[np.int32]
    place: NDArray[np.int32]
    offsets: NDArray[np.int64]
    middles: NDArray[np.int64]
    targets: NDArray[np.int32]
    probabilities: Floats
    stay: Floats
    room: Floats
    is_stiff: bool = False
    steps: int = 0
    factors: Any = field(default=None, repr=False)
    can_factorise: bool | None = None

    def set(self, model: SparseModel, best: NDArray[np.int32], loss: float = 0.0) -> None:
        """The rows of the choices ``best``, numbered from 0 in each state; each step loses a fraction ``loss``."""
        self.factors = None
        _gather(
            model.choices, model.entries, model.targets, model.probabilities, self.order, self.place, best, loss,
            self.offsets, self.middles, self.targets, self.probabilities, self.stay,
        )  # fmt: skip

    def solve(self, right: Floats, wanted: float) -> Floats:
        """Approximately (I − P)⁻¹ right, the residual at most ``wanted`` if that can be had; ``right`` is kept."""
        if not self.is_stiff:
            x, is_done = self._krylov(right, wanted, STEPS)
            if is_done:
                return x
            self.is_stiff = True
        if self.can_factorise is None:
            self.can_factorise = len(self.order) <= SMALL or (len(self.order) <= LARGE and self._is_sparse())
        if self.can_factorise:
            try:
                if self.factors is None:
                    self.factors = _factors(self, len(self.order))
                found: Floats = self.factors.solve(right)
                return found
            except RuntimeError:  # singular in doubles
                self.can_factorise = False
        return self._krylov(right, wanted, 20 * STEPS)[0]

    def _krylov(self, right: Floats, wanted: float, most: int) -> tuple[Floats, bool]:
        x = np.empty(len(right))
        self.room[5] = right
        steps, is_done = _bicgstab(
            self.offsets, self.middles, self.targets, self.probabilities, self.room[5], x, self.room, wanted, most
        )
        self.steps += steps
        return x, bool(is_done)

    def _is_sparse(self) -> bool:
        part = len(self.order) // 4
        return bool(_factors(self, part).L.nnz <= FILL * part)


def chain(model: SparseModel, order: NDArray[np.int32]) -> Chain:
    """Place for the rows of any policy of a model, on the states of an order."""
    q = len(order)
    place = np.full(model.size, -1, dtype=np.int32)
    place[order] = np.arange(q, dtype=np.int32)
    size = int(np.maximum.reduceat(np.diff(model.entries), model.choices[:-1])[order].sum())
    whole, floats = np.zeros(q, dtype=np.int64), np.zeros(q)
    return Chain(
        order, place, np.zeros(q + 1, dtype=np.int64), whole, np.zeros(size, dtype=np.int32), np.zeros(size), floats,
        np.empty((6, q)),
    )  # fmt: skip


def _factors(rows: Chain, part: int) -> Any:
    """The LU factors of the leading part of I − P."""
    size = int(rows.offsets[part])
    matrix = sparse.csr_matrix(
        (-rows.probabilities[:size], rows.targets[:size], rows.offsets[: part + 1]), shape=(part, len(rows.order))
    )[:, :part]
    whole = (sparse.identity(part, format="csr") + matrix).tocsc()
    return splu(whole, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options={"SymmetricMode": True})


@compiled
def _gather(choices, entries, targets, probabilities, order, place, best, loss, offsets, middles, into, weight, stay):  # type: ignore[no-untyped-def]
    at = 0
    for i in range(len(order)):
        s = order[i]
        k = choices[s] + best[s]
        first, last = entries[k], entries[k + 1]
        leave, back = 0.0, 0.0
        for j in range(first, last):
            if targets[j] != s:
                leave += probabilities[j]
            else:
                back += probabilities[j]
        leave += loss * back
        stay[i] = 1.0 / leave if leave > 0.0 else np.inf
        for j in range(first, last):
            if 0 <= place[targets[j]] < i:
                into[at] = place[targets[j]]
                weight[at] = (1.0 - loss) * probabilities[j] / leave
                at += 1
        middles[i] = at
        for j in range(first, last):
            if place[targets[j]] > i:
                into[at] = place[targets[j]]
                weight[at] = (1.0 - loss) * probabilities[j] / leave
                at += 1
        offsets[i + 1] = at


@reassociated
def _apply(offsets, middles, targets, probabilities, x, t, y):  # type: ignore[no-untyped-def]
    """t = (I − U)⁻¹ x and y = t + (I − L)⁻¹ (x − t)."""
    for i in range(len(x) - 1, -1, -1):
        total = x[i]
        for j in range(middles[i], offsets[i + 1]):
            total += probabilities[j] * t[targets[j]]
        t[i] = total
    for i in range(len(x)):
        total = x[i] - t[i]
        for j in range(offsets[i], middles[i]):
            total += probabilities[j] * y[targets[j]]
        y[i] = total
    for i in range(len(x)):
        y[i] += t[i]


@reassociated
def _bicgstab(offsets, middles, targets, probabilities, r, x, room, wanted, most):  # type: ignore[no-untyped-def]
    """Solve (I − P) x = r, until the preconditioned residual is at most ``wanted``; r is overwritten."""
    shadow, p, ap, ar, t = room[0], room[1], room[2], room[3], room[4]
    n = len(r)
    rho, largest, found = 0.0, 0.0, 0
    for i in range(n):
        for j in range(offsets[i], middles[i]):
            r[i] += probabilities[j] * r[targets[j]]
        shadow[i] = r[i]
        p[i] = r[i]
        x[i] = 0.0
        rho += r[i] * r[i]
        largest = max(largest, abs(r[i]))
    for step in range(most):
        if largest <= wanted:
            break
        _apply(offsets, middles, targets, probabilities, p, t, ap)
        across = 0.0
        for i in range(n):
            across += ap[i] * shadow[i]
        if across == 0.0 or rho == 0.0 or not np.isfinite(across):
            break
        found = step + 1
        alpha = rho / across
        for i in range(n):
            r[i] -= alpha * ap[i]
        _apply(offsets, middles, targets, probabilities, r, t, ar)
        onto, square = 0.0, 0.0
        for i in range(n):
            onto += ar[i] * r[i]
            square += ar[i] * ar[i]
        omega = onto / square if square > 0.0 else 0.0
        before, rho, largest = rho, 0.0, 0.0
        for i in range(n):
            x[i] += alpha * p[i] + omega * r[i]
            value = r[i] - omega * ar[i]
            r[i] = value
            rho += value * shadow[i]
            largest = max(largest, abs(value))
        if omega == 0.0:
            break
        beta = rho / before * alpha / omega
        for i in range(n):
            p[i] = r[i] + beta * (p[i] - omega * ap[i])
    for i in range(n - 1, -1, -1):
        for j in range(middles[i], offsets[i + 1]):
            x[i] += probabilities[j] * x[targets[j]]
    return found, largest <= wanted
