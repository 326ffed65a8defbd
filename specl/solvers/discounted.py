"""The largest expected discounted reward: modified and inexact policy iteration, stopped by MacQueen's bounds.

With low ≤ T h − h ≤ high, the optimal value lies in T h + γ/(1−γ)·[low, high], and so does the value of the policy that
attains T h (MacQueen 1966; Porteus 1971; Puterman, Markov Decision Processes, 1994, Theorem 6.6.1): only the span of
T h − h has to be small. All bounds hold in exact arithmetic; the rounding of the sweep that makes them is part of them.

After each sweep the greedy policy is evaluated, roughly:

- by sweeps of its own operator (modified policy iteration: Puterman and Shin 1978), which converges from wherever it
  starts, and at once where the chain mixes fast;
- by BiCGSTAB (inexact policy iteration: Gargiani, Zanelli, Liao-McPherson, Summers and Lygeros 2022), once the first
  way proves slow;
- by sparse elimination (policy iteration: Howard 1960), where BiCGSTAB does not solve and the matrix has a small band.

Evaluations that do not reduce their residual are dropped, and after those that leave the bounds far wider than they
were the former way is taken again, for twice as long each time. So what cannot be solved to the precision that is asked
for ends at the limit of sweeps with bounds that are valid.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import frexp, inf, isfinite, log, nextafter
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from specl.solvers.bellman import UNIT, Operator, Sweep, operator, sweep
from specl.solvers.policy_matrix import PolicyMatrix, Singles, fill, krylov, policy_matrix, power_series
from specl.solvers.sparse import Floats, SparseModel

WARMING = 8
"""So many rounds are by sweeps of the policy's own operator: until then policies change so much that their values are
not worth much."""

TERMS = 30
"""How many sweeps of its own operator evaluate a policy, at most."""

STEPS = 400
"""How many steps of BiCGSTAB evaluate a policy, at most."""

SHORT = 4
"""So many more rounds of the present way are worth while, however slow it is."""

PATIENCE = 30
"""After so many rounds of BiCGSTAB that did not halve the radius elimination is tried."""

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
        self.matrix: PolicyMatrix | None = None
        self.way: Literal["series", "krylov", "direct"] = "series"
        self.tolerance = min(0.1, (1 - self.discount) ** 0.5)
        self.wait, self.penalty, self.stale = WARMING, 1, 0
        self.last, self.least, self.saved = inf, inf, self.h.copy()
        self.since = time.monotonic()
        self.banded: bool | None = None

    def run(self, precision: float) -> Solution:
        """Sweep and evaluate in turn until the radius is as small as wanted, or does not shrink any more."""
        while True:
            seen, radius = self.look()
            if radius <= precision or self.is_over(seen, radius):
                break
            self.evaluate(radius, precision)
        if self.least < radius:
            self.h[:] = self.saved
            seen, radius = self.look()
        middle = self.factor * (seen.low + seen.high) / 2
        self.out += self.h
        self.out += middle
        return Solution(self.out, radius, self.best, self.sweeps, self.steps, radius <= precision)

    def look(self) -> tuple[Sweep, float]:
        """One sweep: T h − h, and the radius of the bounds around T h."""
        seen = sweep(self.bellman, self.h, self.out, self.best)
        self.sweeps += 1
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

    def evaluate(self, radius: float, precision: float) -> None:
        """Add to h what brings it nearer to the value of the greedy policy."""
        self.choose(radius, precision)
        if radius > LOOSENED * self.least and self.way != "direct":
            self.h[:] = self.saved
            self.last = inf
            return
        model = self.bellman.model
        if self.matrix is None:
            self.matrix = policy_matrix(model, self.bellman.longest)
            self.room = np.empty((6, model.size), dtype=np.float32)
        fill(self.matrix, model, self.best)
        self.out -= self.out.mean()  # what a constant does to a policy's value is a constant, which changes nothing
        scale = max(float(self.out.max()), -float(self.out.min()))
        if scale == 0:
            return
        if self.way == "direct":
            from specl.solvers.elimination import direct, equations

            self.h += direct(equations(model, self.best, self.discount), self.out)
            self.steps += 1
        elif self.way == "series" or not self.by_krylov(self.matrix, scale):
            residual, d = self.room[0], self.room[1]
            np.divide(self.out, scale, out=residual, casting="same_kind")
            self.steps += power_series(self.matrix, self.discount, residual, d, self.room[2:], TERMS)
            self.add(d, scale)
        self.h -= (self.h.max() + self.h.min()) / 2  # a constant changes nothing; small numbers are rounded less

    def by_krylov(self, matrix: PolicyMatrix, scale: float) -> bool:
        """Evaluate by BiCGSTAB; False where that fails, and h is what it was."""
        residual, d = self.room[0], self.room[1]
        np.divide(self.out, scale, out=residual, casting="same_kind")
        steps, quotient = krylov(matrix, self.discount, residual, d, self.room[2:], self.tolerance, STEPS)
        self.steps += 2 * steps
        if quotient > 10 * self.tolerance or quotient > 0.5:
            self.stale += 10
        if quotient > 0.5:
            self.wait, self.penalty = self.penalty, 2 * self.penalty
            return False
        self.add(d, scale)
        return True

    def add(self, d: Singles, scale: float) -> None:
        """h += scale·d."""
        np.multiply(d, scale, out=self.out)
        self.h += self.out

    def choose(self, radius: float, precision: float) -> None:
        """The way to evaluate the next policy."""
        quotient = radius / self.last
        if radius < self.least / 2:
            self.stale = 0
        elif self.way != "series":
            self.stale += 1
        if radius < self.least:
            self.least = radius
            self.saved[:] = self.h
        if self.way == "direct":
            return
        if self.stale > PATIENCE and self.is_banded():
            self.way = "direct"
        elif radius > LOOSENED * self.least:
            self.way, self.wait, self.penalty = "series", self.penalty, 2 * self.penalty
        elif self.way == "krylov" and quotient > 2:
            self.tolerance = max(self.tolerance / 3, 1e-5)
        elif self.wait:
            self.way, self.wait = "series", self.wait - 1
        else:
            is_soon = 0 < quotient < 1 and log(radius / max(precision, 1e-300)) < -SHORT * log(quotient)
            self.way = "series" if self.way == "series" and is_soon else "krylov"
        self.last = radius

    def is_banded(self) -> bool:
        """Whether elimination is cheap enough."""
        if self.banded is None:
            from specl.solvers.elimination import equations, is_banded

            self.banded = is_banded(equations(self.bellman.model, self.best, self.discount))
            self.stale = 0
        return self.banded
