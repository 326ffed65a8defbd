"""The largest expected discounted reward: modified and inexact policy iteration, stopped by MacQueen's bounds.

With low ≤ T h − h ≤ high, the optimal value lies in T h + γ/(1−γ)·[low, high], and so does the value of the policy that
attains T h (MacQueen 1966; Porteus 1971; Puterman, Markov Decision Processes, 1994, Theorem 6.6.1): only the span of
T h − h has to be small. All bounds hold in exact arithmetic; the rounding of the sweep that makes them is part of them.

After each sweep the greedy policy is evaluated, roughly, with a discount of its own: as long as the choices of many
states still change, it is not worth while to look far ahead, and misleading, since an unfinished policy may stay for
ever where little is paid. If the choices of a share c of the states have changed, the chain goes for about 1/c steps
until it meets one of them, so that the discount is min(γ, 1 − c): λ-policy iteration (Bertsekas and Ioffe 1996), with
λγ = 1 − c. The equations are solved

- by their power series, which is modified policy iteration (Puterman and Shin 1978), where few terms are enough;
- by BiCGSTAB (inexact policy iteration: Gargiani, Zanelli, Liao-McPherson, Summers and Lygeros 2022) otherwise; after
  a round of that which has widened the bounds comes one of the former kind, which converges surely;
- by sparse elimination (policy iteration: Howard 1960), where choices have settled, the bounds do not shrink, and the
  matrix has a small band.

What cannot be solved to the precision that is asked for ends with bounds that are valid.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import frexp, inf, isfinite, log, nextafter
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from specl.solvers.bellman import TINY, UNIT, Operator, Sweep, operator, sweep
from specl.solvers.policy_matrix import fill, krylov, policy_matrix, power_series
from specl.solvers.sparse import Floats, SparseModel

SETTLED = 1000
"""Choices have settled when they change in one of so many states, or fewer."""

TERMS = 50
"""How many terms of a power series are worth while, at most."""

STEPS = 400
"""How many steps of BiCGSTAB evaluate a policy, at most."""

ROUGH = 0.1
"""To this part of it the residual is reduced while many choices change; to ten times the share that does afterwards."""

FINEST = 1e-5
"""Single precision reduces a residual to that part of it."""

PATIENCE = 50
"""After so many rounds that did not halve the radius, though choices have settled, elimination is tried."""

LOOSENED = 1e4
"""How much wider than before the bounds may become on the way; policy iteration does not narrow them steadily."""


@dataclass(frozen=True, eq=False)
class Solution:
    """Values within ``radius`` of the optimum in every state, and a policy whose values are as close to ``values``.

    Attributes:
        values: float64 [n].
        radius: |values − optimum| is at most this, in exact arithmetic.
        best: the choice of each state, numbered from 0 in the state.
        sweeps, steps: sweeps over all choices, and over those of one policy.
        is_precise: whether the radius is what was asked for; if not, it is what double precision gives, or what was
            reached when no progress was made any more.
    """

    values: Floats
    radius: float
    best: NDArray[np.int32]
    sweeps: int
    steps: int
    is_precise: bool


def solve_discounted(
    model: SparseModel,
    reward: Floats,
    discount: Fraction | float,
    precision: float = 1e-6,
    tell: Callable[[float], None] = lambda _: None,
    seconds: float = 60.0,
) -> Solution:
    """The optimal values from all states.

    Args:
        reward: expected reward of each choice, float64 [m].
        discount: γ in [0,1); a float stands for the number that it is.
        precision: the radius that is wanted.
        tell: is told the present radius.
        seconds: how long to go on without halving the radius.

    Raises:
        ValueError: γ is not in [0,1), or the rewards are not numbers.
    """
    gamma = Fraction(discount)
    if not 0 <= gamma < 1:
        raise ValueError(f"a discount is in [0, 1), and {discount} is not")
    paid = max(float(reward.max()), -float(reward.min()))
    if not isfinite(paid):
        raise ValueError("a reward is infinite or not a number")
    exponent = 0 if paid == 0 or 1e-60 < paid < 1e60 else frexp(paid)[1]
    if exponent:  # by a power of 2, exactly: large and small numbers don't leave the range of floats
        found = Search(operator(model, np.ldexp(reward, -exponent), gamma), tell, seconds).run(
            _ldexp(precision, -exponent)
        )
        values, radius = np.ldexp(found.values, exponent), _ldexp(found.radius, exponent)
        return Solution(values, radius, found.best, found.sweeps, found.steps, found.is_precise and radius <= precision)
    return Search(operator(model, reward, gamma), tell, seconds).run(precision)


def _ldexp(x: float, exponent: int) -> float:
    """x·2^exponent, rounded up where it is not a float."""
    exact = Fraction(x) * Fraction(2) ** exponent
    return inf if exact > Fraction(2) ** 1023 else nextafter(float(exact), inf)


class Search:
    """What is going on: the vector h, how its greedy policy is evaluated, and what was seen until now."""

    def __init__(self, bellman: Operator, tell: Callable[[float], None], seconds: float) -> None:
        n = bellman.model.size
        self.bellman, self.tell, self.seconds = bellman, tell, seconds
        self.discount = float(bellman.discount)
        self.factor = nextafter(float(bellman.discount / (1 - bellman.discount)), inf) if bellman.discount else 0.0
        self.h, self.out, self.best = np.zeros(n), np.empty(n), np.zeros(n, dtype=np.int32)
        self.sweeps, self.steps = 0, 0
        self.is_fine = False
        self.matrix = policy_matrix(bellman.model, bellman.longest)
        self.room = np.empty((6, n), dtype=np.float32)
        self.way: Literal["series", "krylov", "direct"] = "series"
        self.mixing = 1.0  # by which part a term of the series without a discount is smaller than the one before
        self.stale = 0
        self.last, self.least, self.saved = inf, inf, self.h.copy()
        self.since = time.monotonic()
        self.banded: bool | None = None

    def run(self, precision: float) -> Solution:
        """Sweep and evaluate in turn until the radius is as small as wanted, or does not shrink any more."""
        while True:
            seen, radius = self.look(precision)
            if radius <= precision or self.is_over(seen, radius):
                break
            self.evaluate(seen, radius, precision)
        if self.least < radius:
            self.h[:] = self.saved
            seen, radius = self.look(precision)
        middle = self.factor * (seen.low + seen.high) / 2
        self.out += self.h
        self.out += middle
        return Solution(self.out, radius, self.best, self.sweeps, self.steps, radius <= precision)

    def look(self, precision: float) -> tuple[Sweep, float]:
        """One sweep: T h − h, and the radius of the bounds around T h."""
        seen = sweep(self.bellman, self.h, self.out, self.best, self.is_fine)
        self.sweeps += 1
        if not self.is_fine and self.factor * seen.rounding > precision / 8:
            self.is_fine = True
            return self.look(precision)
        # Adding h, T h − h and the middle of the bounds rounds twice, and the middle is off by five roundings.
        largest = seen.largest + (1 + self.factor) * max(abs(seen.low), abs(seen.high))
        radius = self.factor * (seen.high - seen.low) / 2 + seen.rounding + 8 * UNIT * largest
        radius *= 1 + 8 * UNIT
        radius = radius if isfinite(radius) else inf
        self.tell(radius)
        return seen, radius

    def is_over(self, seen: Sweep, radius: float) -> bool:
        """Whether there is no use in going on: what is left is rounding, or no progress was made for too long."""
        if radius < self.least / 2:
            self.since = time.monotonic()
        span = seen.high - seen.low
        grain = seen.rounding + UNIT * seen.largest  # h itself is no finer than that
        if self.bellman.paid == 0 or self.discount == 0 or span <= 2 * grain:
            return True
        if self.way == "direct":
            is_rounding = self.stale > 8 and span <= 1000 * grain
            return is_rounding or (self.stale > 50 and self.is_late())
        return radius > self.least / 2 and self.is_late()

    def is_late(self) -> bool:
        """Whether the radius was last halved too long ago."""
        return time.monotonic() - self.since > self.seconds

    def evaluate(self, seen: Sweep, radius: float, precision: float) -> None:
        """Add to h what brings it nearer to the value of the greedy policy."""
        model = self.bellman.model
        share = fill(self.matrix, model, self.best) / model.size
        is_settled = share * SETTLED <= 1
        self.note(radius, is_settled)
        if radius > LOOSENED * self.least and self.way != "direct":
            self.h[:] = self.saved
            self.way, self.last = "krylov", 0.0  # so that the next round is a series
            return
        # What a constant does to a policy's value is a constant, which changes nothing: small numbers are rounded less.
        if abs(seen.most + seen.least) > seen.most - seen.least:
            self.h -= (seen.most + seen.least) / 2
        self.out -= (seen.low + seen.high) / 2
        discount = min(self.discount, 1 - share)
        enough = min(ROUGH, max(10 * share, precision / (2 * radius), FINEST))
        self.way = self.choose(radius, log(enough) / log(min(max(discount * self.mixing, TINY), 1 - UNIT)))
        self.last = radius
        if self.way == "direct":
            from specl.solvers.elimination import direct, equations

            self.h += direct(equations(model, self.best, self.discount), self.out)
            self.steps += 1
        else:
            self.approximate((seen.high - seen.low) / 2, discount, enough)

    def approximate(self, scale: float, discount: float, enough: float) -> None:
        """Add a solution in single precision, by the present way. ``scale``: the largest residual; ``enough``: to what
        part of it it is to be reduced."""
        residual, d = self.room[0], self.room[1]
        np.divide(self.out, scale, out=residual, casting="same_kind")
        if self.way == "krylov":
            tolerance = min(enough, (1 - discount) ** 0.5)
            steps, quotient = krylov(self.matrix, discount, residual, d, self.room[2:], tolerance, STEPS)
            self.steps += 2 * steps
            if quotient > 0.5:
                np.divide(self.out, scale, out=residual, casting="same_kind")
                self.way = "series"
        if self.way == "series":
            steps, last = power_series(self.matrix, discount, residual, d, self.room[2:], TERMS, enough=enough)
            self.steps += steps
            if steps > 1 and discount > 0:
                self.mixing = min(1.0, last ** (1 / (steps - 1)) / discount)
        np.multiply(d, scale, out=self.out)
        self.h += self.out

    def note(self, radius: float, is_settled: bool) -> None:
        """Keep the best h, and count rounds without progress."""
        if radius < self.least / 2:
            self.stale = 0
        elif is_settled:
            self.stale += 1
        if radius < self.least:
            self.least = radius
            self.saved[:] = self.h

    def choose(self, radius: float, terms: float) -> Literal["series", "krylov", "direct"]:
        """The way to evaluate a policy, for which ``terms`` of the power series are likely to be enough."""
        if self.way == "direct" or (self.stale > PATIENCE and self.is_banded()):
            return "direct"
        is_worse = self.way == "krylov" and radius > self.last
        return "series" if terms <= TERMS or is_worse else "krylov"

    def is_banded(self) -> bool:
        """Whether elimination is cheap enough."""
        if self.banded is None:
            from specl.solvers.elimination import equations, is_banded

            self.banded = is_banded(equations(self.bellman.model, self.best, self.discount))
            self.stale = 0
        return self.banded
