"""Regularised Markov decision processes: v = max over p in Δ(A) of ⟨p, q_v⟩ − F(p), q_v = r + γPv (Geist, Scherrer,
Pietquin 2019, A Theory of Regularized Markov Decision Processes).

The operator T is monotone and T(v + c) = Tv + γc, as for rewards alone. So, for every v,
    v* ≤ v + max(Tv − v)/(1 − γ)  and  v_π ≥ v + min(T_π v − v)/(1 − γ),
the first for all policies, with memory or without, the second for the policy that is given back.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array, identity
from scipy.sparse.linalg import bicgstab, splu

from specl.model.enclosure import Enclosure, enclosure
from specl.model.errors import Unsupported
from specl.solvers.exact.model import ExactModel
from specl.solvers.from_environment import nearest
from specl.solvers.hurry import is_over, stoppable
from specl.solvers.regularised.conjugate import conjugate, rational_row
from specl.solvers.regularised.greedy import Floats, Rounded, greedy
from specl.solvers.regularised.separable import Separable
from specl.solvers.solved import Bounds, Solved
from specl.solvers.task import Task

METHOD = "regularised policy iteration, with bounds from the Bellman residual"
ROUNDS = 100
REFINEMENTS = 8
LARGE = 300
"""Factors of matrices with more rows may fill up."""

_UNIT = 1 << 80
"""Values are rounded to multiples of 1/this."""


@dataclass(frozen=True, eq=False)
class _Flat:
    """A model's transitions [n·|A|, n] and rewards [n, |A|]."""

    moves: csr_array
    rewards: Floats
    discount: float

    def ahead(self, values: Floats) -> Floats:
        """q [n, |A|]."""
        found: Floats = self.rewards + self.discount * (self.moves @ values).reshape(self.rewards.shape)
        return found

    def solve(self, policy: Floats, paid: Floats) -> Floats:
        """v = paid + γ P_π v: by BiCGSTAB on larger models (van der Vorst 1992), by LU where that fails."""
        n, width = policy.shape
        if self.discount == 0:
            return paid
        rows = np.arange(0, n * width + 1, width)
        weights = csr_array((policy.ravel(), np.arange(n * width), rows), shape=(n, n * width))
        matrix = csr_array(identity(n, format="csr") - self.discount * (weights @ self.moves))
        if n > LARGE:
            near, failure = bicgstab(matrix, paid, rtol=1e-13, maxiter=1000)
            if not failure and np.isfinite(near).all():
                iterated: Floats = near
                return iterated
        found: Floats = splu(csc_array(matrix)).solve(paid)
        return found


@dataclass(frozen=True, eq=False)
class _Sweep:
    """What a sweep at v proves: T_π v − v and upper ends of Tv − v; π as rationals."""

    policy: list[dict[int, Fraction]]
    residual: list[Enclosure]
    excess: list[Fraction]


@stoppable
def solve_regularised(exact: ExactModel, name: str, discount: Fraction, cost: Separable, task: Task) -> Solved:
    """The largest E[Σ γ^t (r − F(π(s_t)))] among all policies, for the reward ``name`` and a convex F.

    Policy iteration (each step the solution of a sparse linear system) converges quadratically, being Newton's method
    for v = Tv. From its last value on, residuals are computed in interval arithmetic and values refined by them, so
    that the bounds may become narrower than a float's precision. The bounds are proved whatever the floats were.

    Raises:
        Unsupported: a reward or a coefficient is too large for a float.
    """
    began = time.perf_counter()
    deadline = task.deadline()
    flat, rounded = _flat(exact, name, discount), Rounded.of(cost)
    built = time.perf_counter()
    values, rounds = _iterated(flat, rounded, task, deadline)
    iterated = time.perf_counter()
    paid = [[enclosure(amount) for amount in row] for row in exact.rewards[name]]
    exactly = [_near(value) for value in values]
    value = achieved = None
    policy: list[dict[int, Fraction]] = []
    for _ in range(REFINEMENTS):
        sweep = _swept(exact, paid, discount, cost, rounded, exactly)
        new = _bounds(exact, discount, exactly, sweep)
        if value is None or new[0].width < value.width:
            (value, achieved), policy = new, sweep.policy
        if value.width <= task.precision or is_over(deadline):
            break
        task.tell(f"bounds of width {float(value.width):.1e}")
        weights = np.array([[float(row.get(a, 0)) for a in range(exact.width)] for row in sweep.policy])
        step = flat.solve(weights, np.array([float((r.low + r.high) / 2) for r in sweep.residual]))
        exactly = [v + _near(d) for v, d in zip(exactly, step, strict=True)]
    assert value is not None
    assert achieved is not None
    is_precise = value.width <= task.precision
    notes = [] if is_precise else ["the time, or the precision of floats, was reached"]
    if task.is_exact and value.width:
        notes.append("the value need not be rational: its bounds are proved")
    return Solved(
        (value,),
        (achieved,),
        "all policies",
        dict(enumerate(policy)),
        METHOD,
        rounds,
        seconds={"build": built - began, "iterate": iterated - built, "bound": time.perf_counter() - iterated},
        is_precise=is_precise,
        note="; ".join(notes),
    )


def _flat(exact: ExactModel, name: str, discount: Fraction) -> _Flat:
    rows = [targets for row in exact.transitions for targets in row]
    moves = csr_array(
        (
            np.array([float(p) for targets in rows for _, p in targets]),
            np.array([t for targets in rows for t, _ in targets]),
            np.cumsum([0, *(len(targets) for targets in rows)]),
        ),
        shape=(len(rows), exact.size),
    )
    rewards = np.array([[nearest(amount) for amount in row] for row in exact.rewards[name]])
    return _Flat(moves, rewards, float(discount))


def _iterated(flat: _Flat, cost: Rounded, task: Task, deadline: float) -> tuple[Floats, int]:
    """Policy iteration until values change by no more than rounding does."""
    values = np.zeros(len(flat.rewards))
    last = np.inf
    for done in range(1, ROUNDS + 1):
        policy = greedy(cost, flat.ahead(values))
        paid = (policy * flat.rewards).sum(axis=1) - cost.at(policy)
        new = flat.solve(policy, paid)
        if not np.isfinite(new).all():
            raise Unsupported("the values are too large for floats")
        change = float(np.abs(new - values).max())
        values = new
        task.tell(f"round {done}, change {change:.1e}")
        # quadratic convergence: a change that is not smaller than the last one is rounding
        if change == 0 or (change >= last and done > 2 and change <= 1e-6 * float(np.abs(values).max())):
            return values, done
        if is_over(deadline):
            return values, done
        last = change
    return values, ROUNDS


def _swept(
    exact: ExactModel,
    paid: Sequence[Sequence[Enclosure]],
    discount: Fraction,
    cost: Separable,
    rounded: Rounded,
    values: Sequence[Fraction],
) -> _Sweep:
    ahead = [
        [
            amount + discount * sum((p * values[t] for t, p in targets), start=Fraction(0))
            for amount, targets in zip(amounts, row, strict=True)
        ]
        for amounts, row in zip(paid, exact.transitions, strict=True)
    ]
    allowed = cost.allowed
    differences: NDArray[np.float64] = np.zeros((exact.size, exact.width))
    for i, row in enumerate(ahead):
        top = max(row[a].low for a in allowed)  # differences are exact before they are rounded
        for a in allowed:
            differences[i, a] = float(row[a].low - top)
    policy, residual, excess = [], [], []
    for weights, row, value in zip(greedy(rounded, differences), ahead, values, strict=True):
        chosen = rational_row(cost, weights)
        mean = sum((p * row[a] for a, p in chosen.items()), start=enclosure(Fraction(0)))
        here = mean - cost.at(chosen)
        policy.append(chosen)
        residual.append(here - value)
        excess.append(conjugate(cost, row, chosen, here) - value)
    return _Sweep(policy, residual, excess)


def _bounds(exact: ExactModel, discount: Fraction, values: Sequence[Fraction], sweep: _Sweep) -> tuple[Bounds, Bounds]:
    """Bounds on the best value and on the policy's."""
    middle = sum((p * values[i] for i, p in exact.start), start=Fraction(0))
    lows, highs = [r.low for r in sweep.residual], [r.high for r in sweep.residual]
    if discount == 0:  # later states do not count
        low, own, high = (sum((p * of[i] for i, p in exact.start), start=Fraction(0))
                          for of in (lows, highs, sweep.excess))  # fmt: skip
    else:
        low, own, high = (end / (1 - discount) for end in (min(lows), max(highs), max(sweep.excess)))
    high = max(high, low)
    return Bounds(middle + low, middle + high), Bounds(middle + low, middle + min(own, high))


def _near(value: float) -> Fraction:
    return Fraction(round(Fraction(float(value)) * _UNIT), _UNIT)
