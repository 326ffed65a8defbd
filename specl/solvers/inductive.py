"""Bounds on values by induction: a vector that Bellman's operator does not raise is an upper bound, and so on.

T_k x (s) = r(k) + Σ_t p_k(t) x(t) for a choice k of state s. With the true values on the states outside of a set S,

- x ≥ 0 and T_k x ≤ x for all choices in S: the largest value is at most x (Park's induction: the values are the least
  fixed point);
- x ≤ T_π x for a policy π that almost surely leaves S: the value of π is at least x (optional stopping);
- x ≥ 0 and T_π x ≤ x: the value of π, and so the smallest, is at most x;
- x ≤ T_k x for all choices in S, where policies that stay in S have value infinity or there are none: the smallest
  value is at least x.

(Hartmanns and Kaminski, Optimistic value iteration, CAV 2020, check the same; here rounding is part of the check.)
What is checked is Σ p (x(t) − x(s)) + r ≤ −margin or ≥ margin, where the margin covers the rounding of this sum and
all models whose probabilities sum to 1 and differ from the given ones by a rounding, or by one common factor a choice:
it is proportional to Σ p |x(t) − x(s)|, and so vanishes where x is flat, as it is in an end component. Where a choice
leaves its state with a minute probability, both sides are divided by that, so that nothing underflows.
"""

import numpy as np
from numpy.typing import NDArray

from specl.solvers.bellman import UNIT
from specl.solvers.compiled import compiled
from specl.solvers.graph import Predecessors
from specl.solvers.sparse import Floats, SparseModel

MINUTE = 1e-100
"""Choices that leave their state with a smaller probability are looked at where they do."""

LEAST = 2.0**-1022
"""The smallest normal float: the rounding of a smaller probability is up to UNIT times this."""

LOST = 1e-290
"""More than what is lost in a sum of numbers too small to be normal floats."""


@compiled
def _rise(entries, targets, probabilities, reward, x, s, k):  # type: ignore[no-untyped-def]
    """(Σ p (x(t) − x(s)) + r) / c, its margin, and the probability to leave, divided by c as well; c is 1, or that
    probability where it is minute."""
    here, first, last = x[s], np.uint64(entries[k]), np.uint64(entries[k + 1])
    leave, stay, rise, size, is_flat = 0.0, 0.0, 0.0, 0.0, True
    for j in range(first, last):
        t, p = np.uint32(targets[np.uint64(j)]), probabilities[np.uint64(j)]
        d = x[t] - here
        rise += p * d
        size += (p + LEAST) * abs(d)
        stay += p if t == s else 0.0
        leave += 0.0 if t == s else p
        is_flat = is_flat and d == 0.0
    scale = 1.0
    if 0.0 < leave < MINUTE:
        scale, rise, size = leave, 0.0, 0.0
        for j in range(first, last):
            d = x[targets[j]] - here
            rise += probabilities[j] / scale * d
            size += (probabilities[j] + LEAST) / scale * abs(d)
    margin = 0.0 if is_flat else LOST
    if len(reward) > 0:
        paid = reward[k] / scale
        rise += paid
        size += abs(paid)
        margin += abs(paid) * abs(stay + leave - 1.0)
    margin += (last - first + 12) * UNIT * size
    return rise, margin, leave / scale


@compiled
def _excess(choices, entries, targets, probabilities, reward, order, x, sign, best, every):  # type: ignore[no-untyped-def]
    """The largest sign · rise + margin; ∞ where there is none."""
    worst = -np.inf
    for i in range(len(order)):
        s = order[i]
        if not np.isfinite(x[s]):
            return np.inf
        first, last = choices[s], choices[s + 1]
        if not every:
            first += best[s]
            last = first + 1
        for k in range(first, last):
            if sign < 0.0:
                is_high = False
                for j in range(entries[k], entries[k + 1]):
                    is_high = is_high or x[targets[j]] == np.inf
                if is_high:
                    continue
            rise, margin, _ = _rise(entries, targets, probabilities, reward, x, s, k)
            found = sign * rise + margin
            if not found < np.inf:
                return np.inf
            worst = max(worst, found)
    return worst


@compiled
def _settle(  # type: ignore[no-untyped-def]
    choices, entries, targets, probabilities, reward, order, x, offsets, sources, sign, best, every, most,
    waits, outside, queue,
):  # fmt: skip
    """Move x(s) up (sign 1) or down (sign −1) until its choices have what they need, and then what leads to it.

    Where nothing is paid in the direction of the move, x(s) need not go farther than to the farthest x(t).
    ``queue`` is a ring, in which each state is at most once.
    """
    for i in range(len(order)):
        outside[order[i]] = False
        waits[order[i]] = True
        queue[i] = order[i]
    head, waiting = 0, len(order)
    for _ in range(most):
        if waiting == 0:
            break
        s = queue[head]
        head = (head + 1) % len(queue)
        waiting -= 1
        waits[s] = False
        first, last = choices[s], choices[s + 1]
        if not every:
            first += best[s]
            last = first + 1
        there = x[s]
        for k in range(first, last):
            rise, margin, leave = _rise(entries, targets, probabilities, reward, x, s, k)
            lack = sign * rise + margin
            if lack <= 0.0 or not np.isfinite(lack) or leave <= 0.0:
                continue
            goal = x[s] + sign * (lack / leave)
            goal += sign * (2 * UNIT * abs(goal) + 1e-300)  # the next float or the one after it
            if len(reward) == 0 or sign * reward[k] <= 0.0:
                farthest = x[s]
                for j in range(entries[k], entries[k + 1]):
                    if sign * x[targets[j]] > sign * farthest:
                        farthest = x[targets[j]]
                if sign * farthest < sign * goal:
                    goal = farthest
            if sign * goal > sign * there:
                there = goal
        if there == x[s]:
            continue
        x[s] = there
        for i in range(offsets[s], offsets[s + 1]):
            t = sources[i]
            if not outside[t] and not waits[t]:
                waits[t] = True
                queue[(head + waiting) % len(queue)] = t
                waiting += 1
        if not waits[s]:
            waits[s] = True
            queue[(head + waiting) % len(queue)] = s
            waiting += 1


@compiled
def _variation(choices, entries, targets, probabilities, reward, order, x, best, out):  # type: ignore[no-untyped-def]
    for i in range(len(order)):
        s = order[i]
        k = choices[s] + best[s]
        out[i] = abs(reward[k]) if len(reward) > 0 else 0.0
        for j in range(entries[k], entries[k + 1]):
            out[i] += probabilities[j] * abs(x[targets[j]] - x[s])


def variation(model: SparseModel, reward: Floats, order: NDArray[np.int32], x: Floats, best: NDArray[np.int32]
              ) -> Floats:  # fmt: skip
    """Σ p |x(t) − x(s)| + |r| for the choices ``best``, to which margins are proportional; for states of ``order``."""
    found = np.empty(len(order))
    _variation(model.choices, model.entries, model.targets, model.probabilities, reward, order, x, best, found)
    return found


def settle(
    model: SparseModel,
    into: Predecessors,
    reward: Floats,
    order: NDArray[np.int32],
    x: Floats,
    sign: int,
    best: NDArray[np.int32] | None,
    most: int = 100,
) -> bool:
    """Move x up (sign 1) until T_k x ≤ x is proved, or down (sign −1) until T_k x ≥ x is; whether it was.

    Args:
        reward: of each choice, or empty for none.
        order: the states in S; x has values of all states, outside of S the true ones (possibly infinite).
        best: whether it is about these choices, numbered from 0 in each state; None for all choices.
        most: how often the value of a state may be looked at, on average.
    """
    chosen = np.empty(0, dtype=np.int32) if best is None else best
    arrays = model.choices, model.entries, model.targets, model.probabilities, reward, order, x
    if _excess(*arrays, float(sign), chosen, best is None) <= 0.0:
        return True
    room = np.zeros(model.size, dtype=np.bool_), np.ones(model.size, dtype=np.bool_), np.empty(len(order) + 1, np.int32)
    _settle(*arrays, into.offsets, into.sources, float(sign), chosen, best is None, most * len(order), *room)
    found: float = _excess(*arrays, float(sign), chosen, best is None)
    return found <= 0.0
