"""Loops over Bellman's operator without a discount, (T x)(s) = max_k R_k + Σ_t p_k(t) x(t) or the minimum.

Each is compiled for the commonest number of entries of a choice, for which its inner loop is unrolled.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from specl.solvers.bellman import WIDEST
from specl.solvers.compiled import compiled
from specl.solvers.sparse import SparseModel


def commonest_width(model: SparseModel) -> int:
    """The commonest number of entries of a choice; 0 if it is large."""
    lengths = np.minimum(np.diff(model.entries), WIDEST + 1)
    commonest = int(np.bincount(lengths).argmax())
    return commonest if commonest <= WIDEST else 0


@cache
def sweeping(width: int, is_paid: bool) -> Callable[..., float]:
    """One Gauss–Seidel sweep over ``order``, ``ahead`` or back, for the maximum (``sign`` 1) or the minimum (−1); the
    self-loops of choices are solved for. The largest change.
    """

    @compiled
    def sweep(choices, entries, targets, probabilities, reward, order, x, sign, best, ahead):  # type: ignore[no-untyped-def]
        most, q = 0.0, len(order)
        for i in range(q):
            s = np.uint32(order[i] if ahead else order[q - 1 - i])
            top, arg, here = -np.inf, 0, x[s]
            start = np.uint64(choices[s])
            for a in range(choices[s + 1] - choices[s]):
                k = start + np.uint64(a)
                first, last = np.uint64(entries[k]), np.uint64(entries[k + np.uint64(1)])
                total, stay = reward[k] if is_paid else 0.0, 0.0
                if width and last - first == width:
                    for j in range(width):
                        t, p = np.uint32(targets[first + np.uint64(j)]), probabilities[first + np.uint64(j)]
                        total += 0.0 if t == s else p * x[t]
                        stay += p if t == s else 0.0
                else:
                    for j in range(first, last):
                        t, p = np.uint32(targets[np.uint64(j)]), probabilities[np.uint64(j)]
                        total += 0.0 if t == s else p * x[t]
                        stay += p if t == s else 0.0
                if stay > 0.0:
                    if stay >= 1.0:
                        continue
                    total /= 1.0 - stay
                total *= sign
                if total > top:
                    top, arg = total, a
            if top > -np.inf:
                top *= sign
                most = max(most, abs(top - here))
                x[s] = top
                best[s] = arg
        return most

    return sweep


@cache
def improving(width: int, is_paid: bool) -> Callable[..., Any]:
    """Switch to choices that are better for x by more than ``tolerance`` and gain more than ``enough``; how many, and
    the largest gain of all. A step loses the fraction ``loss`` of what comes after it."""

    @compiled
    def improve(choices, entries, targets, probabilities, reward, order, x, sign, best, loss, tolerance, enough):  # type: ignore[no-untyped-def]
        changed, worst = 0, -np.inf
        for i in range(len(order)):
            s = np.uint32(order[i])
            top, arg, now, here = -np.inf, 0, -np.inf, x[s]
            start = np.uint64(choices[s])
            for a in range(choices[s + 1] - choices[s]):
                k = start + np.uint64(a)
                first, last = np.uint64(entries[k]), np.uint64(entries[k + np.uint64(1)])
                rise = 0.0
                if width and last - first == width:
                    for j in range(width):
                        place = first + np.uint64(j)
                        rise += probabilities[place] * (x[np.uint32(targets[place])] - here)
                else:
                    for j in range(first, last):
                        rise += probabilities[np.uint64(j)] * (x[np.uint32(targets[np.uint64(j)])] - here)
                if is_paid:
                    rise += reward[k]
                rise -= loss * (rise + here)
                rise *= sign
                if a == best[s]:
                    now = rise
                if rise > top:
                    top, arg = rise, a
            if not top <= max(now + tolerance, enough):
                best[s] = arg
                changed += 1
            worst = max(worst, top)
        return changed, worst

    return improve


@compiled
def residual(choices, entries, targets, probabilities, reward, order, x, best, stay, loss, out):  # type: ignore[no-untyped-def]
    """((1 − loss) (r + P x) − x) · stay for the choices ``best``; its largest absolute value. A single reward is
    that of all choices."""
    most = 0.0
    for i in range(len(order)):
        s = np.uint32(order[i])
        k = np.uint64(choices[s]) + np.uint64(best[s])
        rise, here = 0.0, x[s]
        for j in range(np.uint64(entries[k]), np.uint64(entries[k + np.uint64(1)])):
            rise += probabilities[np.uint64(j)] * (x[np.uint32(targets[np.uint64(j)])] - here)
        if len(reward) > 0:
            rise += reward[k] if len(reward) > 1 else reward[0]
        rise -= loss * (rise + here)
        out[i] = rise * stay[i]
        most = max(most, abs(out[i]))
    return most
