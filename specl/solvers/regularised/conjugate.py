"""The convex conjugate F*(q) = max over p in Δ(A) of ⟨p, q⟩ − F(p), bounded from above with proof."""

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
from flint import ctx
from numpy.typing import NDArray

from specl.model.ball import WORKING_BITS, ball, bounds
from specl.model.enclosure import Enclosure, enclosure
from specl.solvers.regularised.separable import Separable

if TYPE_CHECKING:
    from flint import arb

_UNIT = 1 << 60
"""Weights are multiples of 1/this, where they are not simpler."""

_SIMPLE = 1000
"""The largest denominator of weights that are tried first."""


def conjugate(cost: Separable, ahead: Sequence[Enclosure], row: dict[int, Fraction], here: Enclosure) -> Fraction:
    """A number that is ≥ F*(q), for a convex F.

    For an entropy with a common factor h: h log Σ_a e^((q_a − l_a)/h) − c in ball arithmetic. For others, by
    concavity of g(p) = ⟨p, q⟩ − F(p): g(p') ≤ g(p) + max_a ∂_a g(p) − ⟨p, ∇g(p)⟩ (the gap of Frank and Wolfe 1956).

    Args:
        ahead: q.
        row: p, a distribution close to the maximiser.
        here: g(p).
    """
    heat = cost.temperature()
    if heat is not None:
        with ctx.workprec(WORKING_BITS):
            factor = _ball(enclosure(heat))
            terms = [(_ball(ahead[a]) - _ball(enclosure(cost.linear[a]))) / factor for a in cost.allowed]
            total = sum((term.exp() for term in terms[1:]), start=terms[0].exp())
            return bounds(factor * total.log())[1] - enclosure(cost.constant).low
    slopes = {a: ahead[a] - cost.slope(a, row.get(a, Fraction(0))) for a in cost.allowed}
    along = sum((p * slopes[a] for a, p in row.items()), start=enclosure(Fraction(0)))
    return here.high + max(slope.high for slope in slopes.values()) - along.low


def rational_row(cost: Separable, weights: NDArray[np.float64]) -> dict[int, Fraction]:
    """A distribution over the allowed actions close to floats: simple fractions where they are as close as floats are.

    No weight is 0 where F's slope is infinite at 0.
    """
    allowed = cost.allowed
    simple = {a: Fraction(float(weights[a])).limit_denominator(_SIMPLE) for a in allowed}
    if sum(simple.values()) == 1 and all(
        abs(float(p) - weights[a]) <= 1e-13 and (p or not _is_steep(cost, a)) for a, p in simple.items()
    ):
        return {a: p for a, p in simple.items() if p}
    parts = {a: max(round(float(weights[a]) * _UNIT), int(_is_steep(cost, a))) for a in allowed}
    most = max(parts, key=parts.__getitem__)
    parts[most] = 0
    parts[most] = _UNIT - sum(parts.values())
    return {a: Fraction(part, _UNIT) for a, part in parts.items() if part}


def _is_steep(cost: Separable, a: int) -> bool:
    return not cost.entropy[a].is_zero() or any(e < 1 for e in cost.powers[a])


def _ball(of: Enclosure) -> "arb":
    from flint import arb

    if of.low == of.high:
        return ball(of.low)
    return ball((of.low + of.high) / 2) + ball((of.high - of.low) / 2) * arb(0, 1)
