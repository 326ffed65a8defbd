"""The smallest and largest expected total reward until a set is reached, between proved bounds; rewards are ≥ 0.

Where the set is not reached almost surely the total counts as infinite, as a stochastic shortest path does (Bertsekas
and Tsitsiklis, An analysis of stochastic shortest path problems, 1991). The smallest total is finite where some policy
reaches the set almost surely; end components in which nothing is paid are collapsed, so that a policy that never
arrives pays without end, and Bellman's equation has one solution (de Alfaro, Computing minimum and maximum reachability
times in probabilistic systems, CONCUR 1999). The largest is finite where every policy arrives almost surely.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from specl.model.errors import Unsupported
from specl.solvers.compiled import compiled
from specl.solvers.end_components import EndComponents, end_components
from specl.solvers.graph import (
    Predecessors,
    almost_sure,
    always_sure,
    grow,
    lead,
    predecessors,
    stay,
    staying,
    unavoidable,
)
from specl.solvers.quotient import collapse, expand
from specl.solvers.reachability import Reached, reached
from specl.solvers.sparse import Bools, Floats, SparseModel
from specl.solvers.transient import FIRST, Bracket, Question, bracket

LONGEST = 400
"""At most so many sweeps before the first policy is evaluated: one for four steps of the longest shortest way to the
goal, since sweeps outwards go a few steps at a time where detours are likely."""


def total(
    model: SparseModel,
    goal: Bools,
    reward: Floats | None = None,
    is_max: bool = False,
    precision: float = 1e-6,
    tell: Callable[[float], None] = lambda _: None,
) -> Reached:
    """The expected total reward before the goal, from every state; ∞ where it is not reached almost surely.

    Args:
        goal: a set of states, bool [n].
        reward: of each choice, float64 [m], ≥ 0; 1 for each step unless told otherwise.

    Raises:
        Unsupported: a reward is negative.
    """
    paid = np.ones(len(model.entries) - 1) if reward is None else reward
    if paid.min(initial=0.0) < 0:
        raise Unsupported("total rewards until a set is reached are solved for rewards that are not negative")
    into, every = predecessors(model), np.ones(model.size, dtype=np.bool_)
    finite = (always_sure if is_max else almost_sure)(model, into, goal, every)
    choice = np.zeros(model.size, dtype=np.int32)
    if is_max:  # where arriving is not sure, make for where one need not arrive, and stay
        lost = ~unavoidable(model, into, goal, every)
        lead(model, into, lost, ~np.repeat(goal, np.diff(model.choices)), choice)
        stay(model, lost, choice)
    values = np.where(finite, 0.0, np.inf)
    asked = finite & ~goal
    if not asked.any():
        return Reached(values, values, choice, 0, 0, 0.0, True)
    allowed = staying(model, finite)
    if not is_max:
        parts = end_components(model, into, allowed & (paid == 0) & staying(model, asked), asked)
        if parts.count:
            return _collapsed(model, into, parts, finite, goal, paid, choice, precision, tell)
    found = _solve(model, into, goal, asked, allowed, values, paid, is_max, precision, tell)
    choice[asked] = found.best[asked]
    return reached(found.low, found.high, choice, found, np.inf)


def _solve(
    model: SparseModel,
    into: Predecessors,
    goal: Bools,
    asked: Bools,
    allowed: Bools,
    values: Floats,
    paid: Floats,
    is_max: bool,
    precision: float,
    tell: Callable[[float], None],
) -> Bracket:
    order = grow(model, into, goal, asked)[1][int(goal.sum()) :].copy()
    start = values.copy()
    least = float(paid[np.repeat(asked, np.diff(model.choices))].min())
    sweeps = FIRST
    if least > 0:
        _hops(model.choices, model.entries, model.targets, allowed, order, least, start)
        sweeps = int(min(max(FIRST, 0.25 * start[order].max() / least), LONGEST))
        if not is_max:
            some = order[:: max(1, len(order) // 1000)].copy()
            nearer = np.empty(len(some))
            _approach(model.choices, model.entries, model.targets, model.probabilities, allowed, some, start, nearer)
            start[order] *= max(1.0, least / max(float(np.median(nearer)), 0.1 * least))
    arriving = np.zeros(model.size, dtype=np.int32)
    lead(model, into, goal, allowed, arriving)

    def repair(best: NDArray[np.int32]) -> None:
        if not is_max:
            _repair(model.choices, model.entries, model.targets, allowed, order, goal.copy(), arriving, best)

    return bracket(Question(model, into, order, start, paid, is_max, repair, sweeps), precision, tell)


def _collapsed(
    model: SparseModel,
    into: Predecessors,
    parts: EndComponents,
    finite: Bools,
    goal: Bools,
    paid: Floats,
    choice: NDArray[np.int32],
    precision: float,
    tell: Callable[[float], None],
) -> Reached:
    """The same where end components without any payment are in the way."""
    of = (~finite).astype(np.int32)  # state 0 is the goal, state 1 is worth ∞
    inside = parts.number >= 0
    of[inside] = parts.number[inside] + 2
    alone = finite & ~goal & ~inside
    of[alone] = np.arange(int(alone.sum()), dtype=np.int32) + 2 + parts.count
    kept = ~parts.inner & np.repeat(finite & ~goal, np.diff(model.choices))
    quotient = collapse(model, of, kept)
    small = quotient.model
    number = np.arange(small.size)
    reward = np.where(quotient.origin >= 0, paid[quotient.origin], 0.0)
    found = _solve(
        small, predecessors(small), number == 0, number > 1, staying(small, number != 1),
        np.where(number == 1, np.inf, 0.0), reward, False, precision, tell,
    )  # fmt: skip
    exits = expand(model, quotient, found.best, choice)
    lead(model, into, exits & inside, parts.inner, choice)
    return reached(found.low[of], found.high[of], choice, found, np.inf)


@compiled
def _hops(choices, entries, targets, allowed, order, least, x):  # type: ignore[no-untyped-def]
    """Put into x the length of a shortest path out of ``order``, times ``least``; it lists the nearest states first."""
    for i in range(len(order)):
        x[order[i]] = np.inf
    for i in range(len(order)):
        s = order[i]
        for k in range(choices[s], choices[s + 1]):
            if allowed[k]:
                for j in range(entries[k], entries[k + 1]):
                    x[s] = min(x[s], x[targets[j]] + least)


@compiled
def _approach(choices, entries, targets, probabilities, allowed, some, x, nearer):  # type: ignore[no-untyped-def]
    """How much less x is expected to be after a step from ``some`` states, at best."""
    for i in range(len(some)):
        s = some[i]
        nearer[i] = 0.0
        for k in range(choices[s], choices[s + 1]):
            if allowed[k]:
                fall = x[s]
                for j in range(entries[k], entries[k + 1]):
                    fall -= probabilities[j] * x[targets[j]]
                nearer[i] = max(nearer[i], fall)


@compiled
def _repair(choices, entries, targets, allowed, order, arrives, arriving, best):  # type: ignore[no-untyped-def]
    """Where ``best`` does not lead to the goal with positive probability, choose what does; ``arrives``: at first the
    goal."""
    grown, q, ahead = True, len(order), True
    while grown:
        grown = False
        for i in range(q):
            s = order[i] if ahead else order[q - 1 - i]
            k = choices[s] + best[s]
            if not arrives[s] and allowed[k]:
                for j in range(entries[k], entries[k + 1]):
                    if arrives[targets[j]]:
                        arrives[s] = True
                        grown = True
                        break
        ahead = not ahead
    for i in range(q):
        if not arrives[order[i]]:
            best[order[i]] = arriving[order[i]]
