"""Distributions p that maximise ⟨p, q⟩ − F(p), in floating point, for many q at once; F convex and separable.

For the negentropy and the divergence from a prior this is a softmax; for quadratic F (sparsemax: Martins and Astudillo
2016) the threshold is found by sorting; for others both the threshold λ with Σ_a p_a(λ) = 1, p_a(λ) the maximiser of
(q_a − λ)p − F_a(p) on [0, 1], and p_a(λ) itself by bisection. Nothing is proved here.
"""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from specl.solvers.from_environment import nearest
from specl.solvers.regularised.separable import Separable

Floats = NDArray[np.float64]

_STEPS = 64
"""Halvings of [0, 1]; the last is below the precision of floats at 1/2."""


@dataclass(frozen=True, eq=False)
class Rounded:
    """The coefficients of a separable convex function for the allowed actions, as floats."""

    allowed: NDArray[np.int64]
    constant: float
    linear: Floats
    entropy: Floats
    powers: tuple[tuple[float, Floats], ...]
    temperature: float | None

    @staticmethod
    def of(cost: Separable) -> "Rounded":
        """The nearest floats.

        Raises:
            Unsupported: a coefficient is too large for a float.
        """
        allowed = cost.allowed
        exponents = sorted({e for a in allowed for e in cost.powers[a]})
        zero = Fraction(0)
        heat = cost.temperature()
        return Rounded(
            np.array(allowed),
            nearest(cost.constant),
            np.array([nearest(cost.linear[a]) for a in allowed]),
            np.array([nearest(cost.entropy[a]) for a in allowed]),
            tuple(
                (float(e), np.array([nearest(cost.powers[a][e]) if e in cost.powers[a] else float(zero)
                                     for a in allowed]))
                for e in exponents
            ),
            None if heat is None else nearest(heat),
        )  # fmt: skip

    def at(self, weights: Floats) -> Floats:
        """The function at distributions [n, |A|]."""
        p = weights[:, self.allowed]
        found: Floats = p * self.linear + self.entropy * p * np.log(np.where(p > 0, p, 1.0))
        for e, k in self.powers:
            found = found + k * p**e
        total: Floats = found.sum(axis=1) + self.constant
        return total


def greedy(cost: Rounded, values: Floats) -> Floats:
    """Distributions [n, |A|] for q = ``values`` [n, |A|]."""
    x = values[:, cost.allowed] - cost.linear
    x = x - x.max(axis=1, keepdims=True)
    if cost.temperature is not None:
        p = np.exp(x / cost.temperature)
    elif not cost.entropy.any() and [e for e, _ in cost.powers] == [2.0] and (cost.powers[0][1] > 0).all():
        p = _sparsemax(x, cost.powers[0][1])
    else:
        p = _bisected(cost, x)
    found = np.zeros_like(values)
    found[:, cost.allowed] = p / p.sum(axis=1, keepdims=True)
    return found


def _sparsemax(x: Floats, k: Floats) -> Floats:
    """p_a = max(0, (x_a − λ)/2k_a): the support are the largest x, as many as keep their weight positive."""
    order = np.argsort(-x, axis=1)
    ordered = np.take_along_axis(x, order, axis=1)
    inverse = np.take_along_axis(np.broadcast_to(1 / (2 * k), x.shape), order, axis=1)
    thresholds = (np.cumsum(ordered * inverse, axis=1) - 1) / np.cumsum(inverse, axis=1)
    last = (ordered > thresholds).sum(axis=1) - 1
    chosen: Floats = np.take_along_axis(thresholds, np.maximum(last, 0)[:, None], axis=1)
    return np.maximum(0.0, (x - chosen) / (2 * k))


def _bisected(cost: Rounded, x: Floats) -> Floats:
    width = x.shape[1]
    low = (x - _slope(cost, np.ones_like(x))).max(axis=1) - 1  # some weight is 1 there
    high = (x - _slope(cost, np.full_like(x, 1 / width))).max(axis=1) + 1  # no weight is above 1/|A| there
    for _ in range(_STEPS):
        middle = (low + high) / 2
        is_much = _maximisers(cost, x - middle[:, None]).sum(axis=1) >= 1
        low, high = np.where(is_much, middle, low), np.where(is_much, high, middle)
    more, less = _maximisers(cost, x - low[:, None]), _maximisers(cost, x - high[:, None])
    above, below = more.sum(axis=1), less.sum(axis=1)  # they differ where F_a is affine; between them is a maximiser
    share = np.where(above > below, (1 - below) / np.where(above > below, above - below, 1.0), 0.0)
    share = np.clip(share, 0.0, 1.0)[:, None]
    found: Floats = share * more + (1 - share) * less
    return np.maximum(found, 1e-300)


def _maximisers(cost: Rounded, x: Floats) -> Floats:
    """For each entry the p in [0, 1] with the largest x·p − F_a(p), F_a without its linear part."""
    low, high = np.zeros_like(x), np.ones_like(x)
    for _ in range(_STEPS):
        middle = (low + high) / 2
        is_rising = x > _slope(cost, middle)
        low, high = np.where(is_rising, middle, low), np.where(is_rising, high, middle)
    return (low + high) / 2


def _slope(cost: Rounded, p: Floats) -> Floats:
    found: Floats = cost.entropy * (np.log(p) + 1)
    for e, k in cost.powers:
        found = found + k * e * p ** (e - 1)
    return found
