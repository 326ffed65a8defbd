"""The largest long-run average reward: relative value iteration in each maximal end component, and reachability.

In the end, a policy stays in an end component. Within a maximal one every state can reach every other, so that the
largest gain is one number g; for any vector h, min (T h − h) ≤ g ≤ max (T h − h), with T undiscounted, and the gain of
the policy that attains T h is at least that minimum (Odoni 1969; Puterman, Markov Decision Processes, 1994, Theorem
8.5.5). All bounds hold in exact arithmetic: rounding is part of them. Then each component may be left, or stayed in
for its gain, and what is the largest expectation of that is a question of reachability (de Alfaro, Formal Verification
of Probabilistic Systems, 1997; Ashok, Chatterjee, Daca, Křetínský and Meggendorfer, Value iteration for long-run
average reward, CAV 2017).

How h is found needs no proof. Plain iteration takes longest where two parts of a component are almost separate: states
near the one that pays less learn of the other only after it would have paid to go there. So the states that pay most
are found first, by a discounted optimum and by letting its policy run on, and h starts with how far each state is from
there, in expected attempts, times more than a step can cost. From below, the iteration then needs about as many sweeps
as the longest way has steps. Between two sweeps the greedy policy is evaluated by sweeps of its own operator (modified
policy iteration: van der Wal 1980), made lazy, so that periods don't matter.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import inf, nextafter

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from specl.solvers.bellman import UNIT, operator, sweep
from specl.solvers.compiled import compiled
from specl.solvers.discounted import Search
from specl.solvers.end_components import EndComponents, end_components
from specl.solvers.graph import lead, predecessors
from specl.solvers.policy_matrix import fill, policy_matrix, power_series, run_on
from specl.solvers.quotient import collapse, expand
from specl.solvers.reachability import reach
from specl.solvers.sparse import Floats, SparseModel

DISCOUNT = Fraction(99, 100)
"""For the first policy."""

REST = 0.1
"""The chance of a lazy chain to stay where it is."""

FIRST = 10
"""So many rounds improve the first policy before the places that pay most are looked for."""

TERMS = 30
"""How many sweeps of its own operator evaluate a policy, at most."""

RUN = 600
"""So many steps a policy runs on to show what it will be paid."""


@dataclass(frozen=True, eq=False)
class Gain:
    """The largest gain from each state, and a policy.

    Attributes:
        low, high: float64 [n]: bounds on it, in exact arithmetic.
        sure: float64 [n]: the gain of the policy is at least that.
        best: the choice of each state, numbered from 0 in the state.
        sweeps, steps: sweeps over all choices, and over those of one policy.
        components: how many maximal end components the model has.
    """

    low: Floats
    high: Floats
    sure: Floats
    best: NDArray[np.int32]
    sweeps: int
    steps: int
    components: int


def solve_average(
    model: SparseModel,
    reward: Floats,
    precision: float = 1e-6,
    tell: Callable[[float], None] = lambda _: None,
    seconds: float = 60.0,
) -> Gain:
    """The largest long-run averages.

    Args:
        reward: expected reward of each choice, float64 [m].
        precision: the width of the bounds that is wanted.
        tell: is told the present width of the bounds on the gains of components.
        seconds: how long to go on once that takes longer than expected.
    """
    into, n = predecessors(model), model.size
    parts = end_components(model, into, np.ones(len(reward), dtype=np.bool_), np.ones(n, dtype=np.bool_))
    part, paid, states, kept = _inside(model, reward, parts)
    gains = Gains(part, paid, parts.number[states], parts.count)
    gains.run(precision / 2, tell, seconds)
    choice = np.zeros(n, dtype=np.int32)
    choice[states] = kept[part.choices[:-1] + gains.best] - model.choices[states]
    low, high, sure = float(gains.low.min()), float(gains.high.max()), float(gains.sure.min())
    if high - low <= precision or (parts.count == 1 and len(states) == n):
        return Gain(
            np.full(n, low), np.full(n, high), np.full(n, sure), choice, gains.sweeps, gains.steps, parts.count
        )  # fmt: skip
    # In the quotient a component can be left, or stayed in for ever, which wins with a chance that grows with its gain.
    spread = nextafter(high - low, inf)
    middle = (gains.low + gains.high) / 2
    win = np.clip((middle - low) / spread, 0.0, 1.0)
    of = parts.number.copy()
    alone = of < 0
    of[alone] = np.arange(int(alone.sum()), dtype=np.int32) + parts.count
    quotient = collapse(model, of, ~parts.inner)
    size = quotient.model.size
    goal = np.zeros(size + 2, dtype=np.bool_)
    goal[size] = True
    found = reach(_with_ends(quotient.model, win), goal, precision=precision / (4 * spread))
    # A component is left where that is surely better: staying where it is as good as what was proved loses nothing.
    leaving = np.concatenate((found.low[: parts.count] > win, np.ones(size - parts.count, dtype=np.bool_)))
    towards = np.zeros(n, dtype=np.int32)
    exits = expand(model, quotient, np.where(leaving, found.choice[:size], 0).astype(np.int32), towards) & leaving[of]
    lead(model, into, exits & ~alone, parts.inner, towards)
    choice = np.where(leaving[of], towards, choice).astype(np.int32)
    slack = 16 * UNIT * (abs(low) + spread)  # what the floats of the next lines, and win, may be off

    def moved(values: Floats, by: float) -> Floats:
        shifted: Floats = low + spread * values[of] + by
        return shifted

    bottom = moved(found.low, -float((middle - gains.low).max()) - slack)
    top = moved(found.high, float((gains.high - middle).max()) + slack)
    least = moved(found.low, -float((middle - gains.sure).max()) - slack)
    return Gain(
        np.maximum(bottom, low), np.minimum(top, high), least, choice, gains.sweeps, gains.steps, parts.count
    )  # fmt: skip


def _inside(
    model: SparseModel, reward: Floats, parts: EndComponents
) -> tuple[SparseModel, Floats, NDArray[np.int64], NDArray[np.int64]]:
    """The end components as a model of their own, with its rewards; its states, and its choices, in the whole model."""
    states, kept = np.flatnonzero(parts.number >= 0), np.flatnonzero(parts.inner)
    if len(kept) == len(reward):
        return model, reward, states, kept
    count = np.add.reduceat(parts.inner.astype(np.int64), model.choices[:-1])[states]
    wide = np.diff(model.entries)[kept]
    inner = np.repeat(parts.inner, np.diff(model.entries))
    place = np.full(model.size, -1, dtype=np.int32)
    place[states] = np.arange(len(states), dtype=np.int32)
    kind = model.entries.dtype
    part = SparseModel(
        np.concatenate(([0], np.cumsum(count))).astype(kind),
        np.concatenate(([0], np.cumsum(wide))).astype(kind),
        place[model.targets[inner]],
        model.probabilities[inner],
        (np.zeros(1, dtype=np.int32), np.ones(1)),
    )
    return part, reward[kept], states, kept


def _with_ends(model: SparseModel, win: Floats) -> SparseModel:
    """The model with two more states, one that has won and one that has lost; the first states get one more choice, the
    last, which ends there."""
    n, count = model.size, len(win)
    wins, loses = np.flatnonzero(win > 0), np.flatnonzero(win < 1)
    # the choices in order of state, as pairs (state, whether it is the additional one)
    owner = np.repeat(np.arange(n), np.diff(model.choices))
    first = np.concatenate((owner, np.arange(count), [n, n + 1]))
    order = np.argsort(first, kind="stable")  # additional ones come after those that were there
    row = np.empty(len(first), dtype=np.int64)
    row[order] = np.arange(len(first))
    m = len(owner)
    entry_row = np.concatenate(
        (np.repeat(row[:m], np.diff(model.entries)), row[m + wins], row[m + loses], row[m + count :])
    )
    into = np.concatenate((model.targets, np.full(len(wins), n), np.full(len(loses), n + 1), [n, n + 1]))
    weight = np.concatenate((model.probabilities, win[wins], 1 - win[loses], [1.0, 1.0]))
    sort = np.argsort(entry_row, kind="stable")
    choices = np.concatenate(([0], np.cumsum(np.bincount(first, minlength=n + 2))))
    entries = np.concatenate(([0], np.cumsum(np.bincount(entry_row, minlength=len(first)))))
    return SparseModel.from_arrays(choices, entries, into[sort], weight[sort])


class Gains:
    """Relative value iteration in all end components at once; nothing leads from one to another.

    Attributes:
        low, high: bounds on the gain of each component, the best that were seen.
        sure: a lower bound on the gain of the policy ``best`` in each component.
    """

    def __init__(self, model: SparseModel, reward: Floats, number: NDArray[np.int32], count: int) -> None:
        n = model.size
        self.model, self.reward, self.number, self.count = model, reward, number, count
        self.bellman = operator(model, reward, Fraction(1))
        self.h, self.out, self.best = np.zeros(n), np.empty(n), np.zeros(n, dtype=np.int32)
        self.low, self.high = np.full(count, -inf), np.full(count, inf)
        self.sure = self.low
        self.matrix = policy_matrix(model, self.bellman.longest)
        self.room = np.empty((3, n), dtype=np.float32)
        self.sweeps, self.steps = 0, 0

    def run(self, precision: float, tell: Callable[[float], None], seconds: float) -> None:
        """Iterate until the bounds are as narrow as wanted, or that takes too long."""
        if self.is_done(precision, tell):
            return
        search = Search(operator(self.model, self.reward, DISCOUNT), lambda _: None, seconds)
        found = search.run(max(precision, self.bellman.paid / 100))
        self.sweeps, self.steps = self.sweeps + found.sweeps, self.steps + found.steps
        self.h = found.values
        if self.rounds(FIRST, TERMS, precision, tell):
            return
        best, limit, begun = np.full(self.count, -inf), TERMS, inf
        while True:
            stars, paid = self.stars()
            if (paid > best + 1e-9 * self.bellman.paid).any():
                best = np.maximum(best, paid)
                longest = min(self.start_from(stars), 4.0 * self.model.size)
                if self.is_done(precision, tell):
                    return
            elif begun == inf:
                begun = time.monotonic()
            else:
                limit = max(1, limit // 2)  # sweeps alone converge surely, since the chains are lazy
            if self.rounds(20 + int(4 * longest / limit), limit, precision, tell):
                return
            if time.monotonic() - begun > seconds:
                return

    def rounds(self, count: int, terms: int, precision: float, tell: Callable[[float], None]) -> bool:
        """So many rounds, or until the bounds are narrow enough; whether they are."""
        for _ in range(count):
            self.advance(terms)
            if self.is_done(precision, tell):
                return True
        return False

    def is_done(self, precision: float, tell: Callable[[float], None]) -> bool:
        """Sweep, and note the bounds."""
        seen = sweep(self.bellman, self.h, self.out, self.best)
        self.sweeps += 1
        low, high = np.full(self.count, inf), np.full(self.count, -inf)
        _extremes(self.number, self.out, low, high)
        self.sure = low - seen.rounding * (1 + 2 * UNIT) - 2 * UNIT * np.abs(low)
        self.low = np.maximum(self.low, self.sure)
        self.high = np.minimum(self.high, high + seen.rounding * (1 + 2 * UNIT) + 2 * UNIT * np.abs(high))
        width = float((self.high - self.sure).max())
        tell(width)
        return width <= precision

    def advance(self, terms: int) -> None:
        """h += what so many sweeps of the greedy policy's lazy operator add, less a constant in each component."""
        fill(self.matrix, self.model, self.best)
        low, high = np.full(self.count, inf), np.full(self.count, -inf)
        _extremes(self.number, self.out, low, high)
        self.out -= ((low + high) / 2)[self.number]
        scale = max(float(self.out.max()), -float(self.out.min()))
        if scale == 0:
            return
        residual, d = self.room[0], self.room[1]
        np.divide(self.out, scale, out=residual, casting="same_kind")
        self.steps += power_series(self.matrix, 1.0, residual, d, self.room[2:], terms, REST)[0]
        np.multiply(d, scale, out=self.out)
        self.h += self.out
        high.fill(-inf)
        _extremes(self.number, self.h, low, high)
        self.h -= high[self.number]

    def stars(self) -> tuple[NDArray[np.int64], Floats]:
        """In each component a state where the greedy policy will be paid most, of those the one with the largest h, and
        what it is paid there, roughly."""
        fill(self.matrix, self.model, self.best)
        paid = run_on(self.matrix, self.reward[self.model.choices[:-1] + self.best], RUN, REST)
        self.steps += RUN
        low, most = np.full(self.count, inf), np.full(self.count, -inf)
        _extremes(self.number, paid, low, most)
        worth = np.where(paid >= most[self.number] - 1e-9 * self.bellman.paid, self.h, -inf)
        order = np.lexsort((worth, self.number))
        last = np.flatnonzero(np.diff(self.number[order], append=self.count))
        return order[last], most

    def start_from(self, stars: NDArray[np.int64]) -> float:
        """Let h be as far below as each state is from a star; the largest distance."""
        model, n = self.model, self.model.size
        back = csr_matrix((1 / model.probabilities, model.targets, model.entries[model.choices]), shape=(n, n)).T
        distance: Floats = dijkstra(back.tocsr(), indices=stars, min_only=True)
        self.h = -distance * (float(self.reward.max()) - float(self.reward.min()))
        return float(distance.max())


@compiled
def _extremes(number, values, low, high):  # type: ignore[no-untyped-def]
    """Lower low and raise high to the least and largest value in each component."""
    for s in range(len(values)):
        c = number[s]
        value = values[s]
        low[c] = value if value < low[c] else low[c]
        high[c] = value if value > high[c] else high[c]
