"""One sweep of Bellman's operator, (T h)(s) = max_k R_k + γ Σ_t p_k(t) h(t), over all states."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from math import inf

import numpy as np
from numpy.typing import NDArray

from specl.solvers.compiled import compiled
from specl.solvers.sparse import Floats, SparseModel

UNIT = 2.0**-53
"""The relative error of one rounding."""

TINY = 1e-300
"""More than what is lost where numbers are too small to be normal floats."""

WIDEST = 8
"""Choices with the commonest number of entries have a loop of their own, which the compiler unrolls, if it is at most
that."""


@dataclass(frozen=True, eq=False)
class Operator:
    """T for one reward and discount, with what is the same in all sweeps.

    Attributes:
        reward: the expected reward of each choice, float64 [m].
        discount: γ in [0,1), exact.
        paid: the largest |reward|.
        longest: the number of entries of the longest choice.
        width: the commonest number of entries, if it is small, else 0.
        is_even: whether all choices have that many.
    """

    model: SparseModel
    reward: Floats
    discount: Fraction
    paid: float
    longest: int
    width: int
    is_even: bool


def operator(model: SparseModel, reward: Floats, discount: Fraction) -> Operator:
    """T for this reward and discount."""
    lengths = np.diff(model.entries)
    longest = int(lengths.max())
    commonest = int(np.bincount(np.minimum(lengths, WIDEST + 1)).argmax())
    width = commonest if commonest <= WIDEST else 0
    paid = max(float(reward.max()), -float(reward.min()))
    return Operator(model, reward, discount, paid, longest, width, int(lengths.min()) == longest)


@dataclass(frozen=True)
class Sweep:
    """What one sweep tells.

    Attributes:
        low, high: low ≤ (T h − h)(s) ≤ high for all s, in exact arithmetic.
        rounding: how far the computed T h − h is from the exact one, at most; low and high allow for it.
        largest: the largest |h|.
    """

    low: float
    high: float
    rounding: float
    largest: float


def sweep(bellman: Operator, h: Floats, out: Floats, best: NDArray[np.int32]) -> Sweep:
    """Put T h − h into ``out`` and the maximising choices into ``best`` (numbered from 0 in each state).

    The bounds hold for every model whose rewards differ from the given ones by a rounding, whose probabilities differ
    from the given ones by 2L + 2 roundings, L the entries of the longest row, and whose rows sum to 1; the discount is
    exact.

    Since rows sum to 1, T h − h = max_k R_k − (1−γ) h(s) + γ Σ_t p_k(t) (h(t) − h(s)), and in this form errors are
    relative to differences between neighbours, D = max |h(t) − h(s)|, instead of h. With u = 2^−53, a difference has a
    relative error u, its probability (2L+2) u, the product u, each of L − 1 additions u, the discount and its product
    2u: (3L+5) u γD. Reward, loss (1−γ) h(s), with their sum: 2u |R| + 4u (1−γ)|h|. The last addition: u of everything
    before. The factors below are larger by more than what terms in u² take.
    """
    model, discount, loss = bellman.model, float(bellman.discount), float(1 - bellman.discount)
    low, high, local, largest = _loop(bellman.width, bellman.is_even)(
        model.choices, model.entries, model.targets, model.probabilities, bellman.reward, discount, loss, h, out, best
    )
    if not (largest < inf and -inf < low and high < inf):  # an overflow
        return Sweep(-inf, inf, inf, inf)
    rounding = UNIT * ((3 * bellman.longest + 9) * local + 5 * bellman.paid + 7 * loss * largest) + TINY
    return Sweep(low - rounding, high + rounding, rounding, largest)


@cache
def _loop(width: int, is_even: bool) -> Callable[..., tuple[float, float, float, float]]:
    @compiled
    def loop(choices, entries, targets, probabilities, reward, discount, loss, h, out, best):  # type: ignore[no-untyped-def]
        # unsigned indices: signed ones may count from the end, and to ask costs a fifth of the time
        low, high, local, largest = np.inf, -np.inf, 0.0, 0.0
        for s in range(len(choices) - 1):
            top, arg, first, here = -np.inf, 0, choices[s], h[s]
            least, most = here, here  # of h at the targets
            for k in range(first, choices[s + 1]):
                total = 0.0
                start = np.uint64(k) * np.uint64(width) if width and is_even else np.uint64(entries[k])
                if width and (is_even or entries[k + 1] - entries[k] == width):
                    for j in range(width):
                        there = h[np.uint32(targets[start + np.uint64(j)])]
                        total += probabilities[start + np.uint64(j)] * (there - here)
                        least = there if there < least else least
                        most = there if there > most else most
                else:
                    for j in range(entries[k], entries[k + 1]):
                        there = h[np.uint32(targets[np.uint64(j)])]
                        total += probabilities[np.uint64(j)] * (there - here)
                        least = there if there < least else least
                        most = there if there > most else most
                gain = reward[k] + discount * total
                if gain > top:
                    top, arg = gain, k - first
            top -= loss * here
            out[s] = top
            best[s] = arg
            low = top if top < low else low
            high = top if top > high else high
            local = max(local, most - here, here - least)
            largest = max(largest, abs(here))
        return low, high, local, largest

    return loop
