"""One sweep of Bellman's operator, (T h)(s) = max_k R_k + γ Σ_t p_k(t) h(t), over all states."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from math import inf, isfinite

import numpy as np
from numpy.typing import NDArray

from specl.solvers.compiled import compiled
from specl.solvers.sparse import Floats, SparseModel

UNIT = 2.0**-53
"""The relative error of one rounding."""

TINY = 1e-300
"""More than what is lost where numbers are too small to be normal floats."""

WIDEST = 8
"""States with the commonest number of choices, and choices with the commonest number of entries, have loops of their
own, which the compiler unrolls, if these numbers are at most that."""


@dataclass(frozen=True, eq=False)
class Operator:
    """T for one reward and discount, with what is the same in all sweeps.

    Attributes:
        reward: the expected reward of each choice, float64 [m].
        discount: γ in [0,1), exact.
        paid: the largest |reward|.
        longest: the number of entries of the longest choice.
        width: the number of entries on average, rounded, if it is small, else 0.
        is_even: whether all choices have that many.
        arity: the number of choices of each state, if it is the same for all and small, else 0.
    """

    model: SparseModel
    reward: Floats
    discount: Fraction
    paid: float
    longest: int
    width: int
    is_even: bool
    arity: int


def operator(model: SparseModel, reward: Floats, discount: Fraction) -> Operator:
    """T for this reward and discount."""
    lengths, counts = np.diff(model.entries), np.diff(model.choices)
    longest, mean = int(lengths.max()), round(len(model.targets) / len(reward))
    width = mean if mean <= WIDEST else 0
    arity = int(counts[0]) if counts[0] <= WIDEST and (counts == counts[0]).all() else 0
    paid = max(float(reward.max()), -float(reward.min()))
    return Operator(model, reward, discount, paid, longest, width, int(lengths.min()) == longest, arity)


@dataclass(frozen=True)
class Sweep:
    """What one sweep tells.

    Attributes:
        low, high: low ≤ (T h − h)(s) ≤ high for all s, in exact arithmetic.
        rounding: how far the computed T h − h is from the exact one, at most; low and high allow for it.
        least, most: of h.
    """

    low: float
    high: float
    rounding: float
    least: float
    most: float

    @property
    def largest(self) -> float:
        """The largest |h|."""
        return max(self.most, -self.least)


def sweep(bellman: Operator, h: Floats, out: Floats, best: NDArray[np.int32], is_fine: bool = True) -> Sweep:
    """Put T h − h into ``out`` and the maximising choices into ``best`` (numbered from 0 in each state).

    The bounds hold for every model whose rewards differ from the given ones by a rounding, whose probabilities differ
    from the given ones by 2L + 2 roundings, L the entries of the longest row, and whose rows sum to 1; the discount is
    exact.

    Since rows sum to 1, T h − h = max_k R_k − (1−γ) h(s) + γ Σ_t p_k(t) (h(t) − h(s)), and in this form errors are
    relative to differences between neighbours, D = max |h(t) − h(s)|, instead of h. With u = 2^−53, a difference has a
    relative error u, its probability (2L+2) u, the product u, each of L − 1 additions u, the discount and its product
    2u: (3L+5) u γD. Reward, loss (1−γ) h(s), with their sum: 2u |R| + 4u (1−γ)|h|. The last addition: u of everything
    before. The factors below are larger by more than what terms in u² take.

    Args:
        is_fine: whether D is looked for; otherwise max h − min h stands for it, and a sweep takes two thirds.
    """
    model, discount, loss = bellman.model, float(bellman.discount), float(1 - bellman.discount)
    low, high, local, least, most = _loop(bellman.width, bellman.is_even, bellman.arity, is_fine)(
        model.choices, model.entries, model.targets, model.probabilities, bellman.reward, discount, loss, h, out, best
    )
    if not (-inf < low and high < inf and isfinite(h.sum())):  # an overflow
        return Sweep(-inf, inf, inf, -inf, inf)
    apart = local if is_fine else (most - least) * (1 + 2 * UNIT)
    paid = 5 * bellman.paid + 7 * loss * max(most, -least)
    rounding = UNIT * ((3 * bellman.longest + 9) * apart + paid) + TINY
    return Sweep(low - rounding, high + rounding, rounding, least, most)


@cache
def _loop(width: int, is_even: bool, arity: int, is_fine: bool) -> Callable[..., tuple[float, ...]]:
    @compiled
    def loop(choices, entries, targets, probabilities, reward, discount, loss, h, out, best):  # type: ignore[no-untyped-def]
        # unsigned indices: signed ones may count from the end, and to ask costs a fifth of the time
        low, high, local, least, most = np.inf, -np.inf, 0.0, np.inf, -np.inf
        for s in range(len(choices) - 1):
            top, arg, here = -np.inf, 0, h[s]
            near, far = here, here  # the least and largest h at the targets
            first = np.uint64(s) * np.uint64(arity) if arity else np.uint64(choices[s])
            for a in range(arity if arity else choices[s + 1] - choices[s]):
                k = first + np.uint64(a)
                total = 0.0
                start = k * np.uint64(width) if width and is_even else np.uint64(entries[k])
                if width and (is_even or entries[k + np.uint64(1)] - entries[k] == width):
                    for j in range(width):
                        there = h[np.uint32(targets[start + np.uint64(j)])]
                        total += probabilities[start + np.uint64(j)] * (there - here)
                        if is_fine:
                            near = there if there < near else near
                            far = there if there > far else far
                else:
                    for j in range(entries[k], entries[k + np.uint64(1)]):
                        there = h[np.uint32(targets[np.uint64(j)])]
                        total += probabilities[np.uint64(j)] * (there - here)
                        if is_fine:
                            near = there if there < near else near
                            far = there if there > far else far
                gain = reward[k] + discount * total
                if gain > top:
                    top, arg = gain, a
            top -= loss * here
            out[s] = top
            best[s] = arg
            low = top if top < low else low
            high = top if top > high else high
            least = here if here < least else least
            most = here if here > most else most
            if is_fine:
                local = max(local, far - here, here - near)
        return low, high, local, least, most

    return loop
