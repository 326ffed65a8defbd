"""Where an Emerson–Lei condition on what is seen infinitely often can be met with probability 1, once there.

A run stays in the end of some end component and sees all of its marks for ever (de Alfaro 1997, Theorem 3.2). So an end
component whose marks, all together, meet the condition is won, by choosing among its choices with equal weights. In
others a mark that some Fin speaks of is either avoided, in a smaller end component, or is not, and then this Fin fails
(Baier, Blahoudek, Duret-Lutz, Klein, Müller and Strejček, Generic emptiness check for fun and profit, ATVA 2019).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from specl.automata.acceptance import Acceptance, accepts, marks_of
from specl.solvers.compiled import compiled
from specl.solvers.end_components import EndComponents, end_components
from specl.solvers.graph import Predecessors
from specl.solvers.sparse import Bools, SparseModel

TRUE, FALSE = Acceptance("and"), Acceptance("or")

Marks = NDArray[np.uint32]
"""The marks, one bit each, of states [n], choices [m] or entries [nnz], as their number tells."""


@dataclass(frozen=True, eq=False)
class Accepting:
    """``states`` bool [n] is won; there, ``choices`` bool [m] are to be chosen with equal weights. From states that can
    surely get there, but are not in it, the condition can be met as well."""

    states: Bools
    choices: Bools


def accepting(
    model: SparseModel, into: Predecessors, marks: Marks, condition: Acceptance, allowed: Bools | None = None
) -> Accepting:
    """End components in which the condition is met, at least one wherever there are any."""
    won = Accepting(np.zeros(model.size, dtype=np.bool_), np.zeros(len(model.entries) - 1, dtype=np.bool_))
    every = np.ones_like(won.choices) if allowed is None else allowed
    _search(model, into, marks, condition, every, np.ones_like(won.states), won)
    return won


def _search(
    model: SparseModel, into: Predecessors, marks: Marks, condition: Acceptance, allowed: Bools, within: Bools,
    won: Accepting,
) -> None:  # fmt: skip
    parts = end_components(model, into, allowed, within)
    if parts.count == 0:
        return
    seen = np.zeros(parts.count, dtype=np.uint32)
    _gather(model.choices, model.entries, marks, len(marks) == model.size, len(marks) == len(allowed),
            parts.number, parts.inner, seen)  # fmt: skip
    for mask in np.unique(seen):
        there = frozenset(k for k in range(32) if int(mask) >> k & 1)
        chosen = np.append(seen == mask, False)  # number −1 is the last one
        states = chosen[parts.number]
        _settle(model, into, marks, _known(condition, there), there, parts, states, won)


def _settle(
    model: SparseModel, into: Predecessors, marks: Marks, condition: Acceptance, there: frozenset[int],
    parts: EndComponents, states: Bools, won: Accepting,
) -> None:  # fmt: skip
    """Win what can be won in end components that see exactly the marks ``there``."""
    if accepts(condition, there):
        fresh = np.repeat(states & ~won.states, np.diff(model.choices))
        won.choices[fresh & parts.inner] = True
        won.states[states] = True
        return
    avoidable = sorted(_fins(condition))
    if not avoidable:
        return
    mark = avoidable[0]
    marked = (marks >> np.uint32(mark)) & 1 == 1
    without = parts.inner & ~_of_choices(model, marked)
    _search(model, into, marks, _assume(condition, mark, is_seen=False), without, states & ~won.states, won)
    _settle(model, into, marks, _assume(condition, mark, is_seen=True), there, parts, states & ~won.states, won)


def _of_choices(model: SparseModel, marked: Bools) -> Bools:
    """The choices that a mark of states, choices or entries may be seen at."""
    if len(marked) == model.size:
        return np.repeat(marked, np.diff(model.choices))
    if len(marked) == len(model.entries) - 1:
        return marked
    found: Bools = np.logical_or.reduceat(marked, model.entries[:-1])
    return found


@compiled
def _gather(choices, entries, marks, is_of_states, is_of_choices, number, inner, seen):  # type: ignore[no-untyped-def]
    for s in range(len(choices) - 1):
        c = number[s]
        if c < 0:
            continue
        if is_of_states:
            seen[c] |= marks[s]
            continue
        for k in range(choices[s], choices[s + 1]):
            if inner[k]:
                if is_of_choices:
                    seen[c] |= marks[k]
                else:
                    for j in range(entries[k], entries[k + 1]):
                        seen[c] |= marks[j]


def _fins(condition: Acceptance) -> frozenset[int]:
    """The marks that the condition may want to be seen finitely often."""
    if condition.op == "fin":
        return frozenset((condition.mark,))
    return frozenset[int]().union(*map(_fins, condition.parts))


def _known(condition: Acceptance, there: frozenset[int]) -> Acceptance:
    """The condition where no other marks can be seen."""
    for mark in marks_of(condition) - there:
        condition = _assume(condition, mark, is_seen=False)
    return condition


def _assume(condition: Acceptance, mark: int, is_seen: bool) -> Acceptance:
    """The condition where a mark is seen infinitely often (Fin fails; Inf is left, to be checked), or not."""
    if condition.op in ("inf", "fin"):
        if condition.mark != mark or (is_seen and condition.op == "inf"):
            return condition
        return TRUE if condition.op == "fin" and not is_seen else FALSE
    parts = [_assume(part, mark, is_seen) for part in condition.parts]
    unit, zero = (TRUE, FALSE) if condition.op == "and" else (FALSE, TRUE)
    if zero in parts:
        return zero
    return Acceptance(condition.op, tuple(part for part in parts if part != unit))


def negated(condition: Acceptance) -> Acceptance:
    """The condition that holds where this one does not."""
    match condition.op:
        case "inf":
            return Acceptance("fin", mark=condition.mark)
        case "fin":
            return Acceptance("inf", mark=condition.mark)
    return Acceptance("or" if condition.op == "and" else "and", tuple(map(negated, condition.parts)))
