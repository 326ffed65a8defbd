"""The largest and smallest probability to reach a set, between proved bounds.

States with value 0 and 1 are found by their graph (`graph`); what remains has its end components collapsed for the
largest probability, and has none for the smallest. There, Bellman's equation has one solution (Haddad and Monmege,
Interval iteration algorithm for MDPs and IMDPs, 2018; Baier, Klein, Leuschner, Parker and Wunderlich, Ensuring the
reliability of your model checker, CAV 2017), which `transient` guesses and proves.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from specl.solvers.end_components import EndComponents, end_components
from specl.solvers.graph import (
    Predecessors,
    almost_sure,
    always_sure,
    grow,
    lead,
    possible,
    predecessors,
    stay,
    staying,
    unavoidable,
)
from specl.solvers.quotient import collapse, expand
from specl.solvers.sparse import Bools, Floats, SparseModel
from specl.solvers.transient import Bracket, Question, bracket

NOTHING = np.empty(0)


@dataclass(frozen=True, eq=False)
class Reached:
    """low ≤ value ≤ high in each state, in exact arithmetic, and a policy whose values lie there as well.

    Attributes:
        low, high: float64 [n], possibly infinite.
        choice: the choice of each state, numbered from 0 in the state.
        rounds, sweeps: policies that were evaluated, and sweeps over all choices.
        precision: the largest finite high − low.
        is_proved: whether the bounds are more than trivial ones.
        is_rational: whether they come from values over the rationals, as doubles did not suffice.
    """

    low: Floats
    high: Floats
    choice: NDArray[np.int32]
    rounds: int
    sweeps: int
    precision: float
    is_proved: bool
    is_rational: bool = False

    def at(self, model: SparseModel) -> tuple[float, float]:
        """Bounds on the expectation over the start distribution."""
        states, weights = model.start
        ends = []
        for values, outwards in ((self.low, -np.inf), (self.high, np.inf)):
            if len(states) == 1 or np.isinf(values[states]).any():
                ends.append(float(values[states].max()))
                continue
            terms = weights / weights.sum() * values[states]
            slack = 4 * len(states) * 2.0**-53 * float(np.abs(terms).sum())
            ends.append(float(np.nextafter(terms.sum() + (slack if outwards > 0 else -slack), outwards)))
        return ends[0], ends[1]


def reach(
    model: SparseModel,
    goal: Bools,
    passable: Bools | None = None,
    is_max: bool = True,
    precision: float = 1e-6,
    tell: Callable[[float], None] = lambda _: None,
    into: Predecessors | None = None,
) -> Reached:
    """The probability to reach the goal through passable states, from every state.

    Args:
        goal, passable: sets of states, bool [n]; all states are passable unless told otherwise.
        into: the predecessors of the model, if they are known already.
    """
    through = np.ones(model.size, dtype=np.bool_) if passable is None else passable
    into = predecessors(model) if into is None else into
    choice = np.zeros(model.size, dtype=np.int32)
    if is_max:
        some = possible(model, into, goal, through)
        one = almost_sure(model, into, goal, through & some)
        lead(model, into, goal, staying(model, one), choice)
    else:
        some = unavoidable(model, into, goal, through)
        one = always_sure(model, into, goal, through)
        stay(model, ~some, choice)
    values, maybe = one.astype(np.float64), some & ~one
    if not maybe.any():
        return Reached(values, values, choice, 0, 0, 0.0, True)
    if is_max:
        parts = end_components(model, into, staying(model, maybe), maybe)
        if parts.count:
            return _collapsed(model, into, parts, values, maybe, choice, precision, tell)
    order = grow(model, into, one, maybe)[1][int(one.sum()) :].copy()
    found = bracket(Question(model, into, order, values, NOTHING, is_max), precision, tell)
    choice[order] = found.best[order]
    return reached(found.low, found.high, choice, found, 1.0)


def reached(low: Floats, high: Floats, choice: NDArray[np.int32], found: Bracket, most: float) -> Reached:
    """The result of a bracket; values are known to lie between 0 and ``most``."""
    low, high = np.clip(low, 0.0, most), np.clip(high, 0.0, most)
    width = float(np.subtract(high, low, out=np.zeros(len(low)), where=high != low).max())
    return Reached(low, high, choice, found.rounds, found.sweeps, width, found.is_proved, found.is_rational)


def _collapsed(
    model: SparseModel,
    into: Predecessors,
    parts: EndComponents,
    values: Floats,
    maybe: Bools,
    choice: NDArray[np.int32],
    precision: float,
    tell: Callable[[float], None],
) -> Reached:
    """The same where end components are in the way: each becomes a state, with the choices that may leave it."""
    of = (values > 0).astype(np.int32)  # state 0 is worth 0, state 1 is worth 1
    inside = parts.number >= 0
    of[inside] = parts.number[inside] + 2
    alone = maybe & ~inside
    of[alone] = np.arange(int(alone.sum()), dtype=np.int32) + 2 + parts.count
    kept = ~parts.inner & np.repeat(maybe, np.diff(model.choices))
    quotient = collapse(model, of, kept)
    small = quotient.model
    ends, start = np.zeros(small.size, dtype=np.bool_), np.zeros(small.size)
    ends[1], start[1] = True, 1.0
    unknown = np.arange(small.size) > 1
    back = predecessors(small)
    order = grow(small, back, ends, unknown)[1][1:].copy()
    found = bracket(Question(small, back, order, start, NOTHING, True), precision, tell)
    exits = expand(model, quotient, found.best, choice)
    lead(model, into, exits & inside, parts.inner, choice)
    return reached(found.low[of], found.high[of], choice, found, 1.0)
