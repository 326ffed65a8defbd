"""Which states can, must, or almost surely can reach a set: questions about the graph of a model, not its numbers.

The sets are fixed points of backward searches (de Alfaro, Formal Verification of Probabilistic Systems, 1997, §3;
Baier and Katoen, Principles of Model Checking, 2008, §10.6). Each search is linear in the number of entries; `almost
surely` repeats one as often as it shrinks its answer.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from specl.solvers.compiled import compiled
from specl.solvers.sparse import Bools, Indices, SparseModel

SOME, WITHIN, EVERY = 0, 1, 2
"""A state joins when some choice may lead inside; some that stays within a set; every choice."""


@dataclass(frozen=True, eq=False)
class Predecessors:
    """The states with a step into t are sources[offsets[t]] … sources[offsets[t+1]−1], each once."""

    offsets: Indices
    sources: NDArray[np.int32]


def predecessors(model: SparseModel) -> Predecessors:
    """The edges of the model's graph, turned round."""
    offsets = np.zeros(model.size + 2, dtype=np.int64 if len(model.targets) >= 2**31 else np.int32)
    last = np.full(model.size, -1, dtype=np.int32)
    _count(model.choices, model.entries, model.targets, last, offsets)
    sources = np.empty(int(offsets[-1]), dtype=np.int32)
    last[:] = -1
    _place(model.choices, model.entries, model.targets, last, offsets, sources)
    return Predecessors(offsets[:-1], sources)


@compiled
def _count(choices, entries, targets, last, offsets):  # type: ignore[no-untyped-def]
    n = len(choices) - 1
    for s in range(n):
        for j in range(entries[choices[s]], entries[choices[s + 1]]):
            t = targets[j]
            if last[t] != s:
                last[t] = s
                offsets[t + 2] += 1
    for t in range(n):
        offsets[t + 2] += offsets[t + 1]


@compiled
def _place(choices, entries, targets, last, offsets, sources):  # type: ignore[no-untyped-def]
    for s in range(len(choices) - 1):
        for j in range(entries[choices[s]], entries[choices[s + 1]]):
            t = targets[j]
            if last[t] != s:
                last[t] = s
                sources[offsets[t + 1]] = s
                offsets[t + 1] += 1


@compiled
def _grow(choices, entries, targets, offsets, sources, inside, passable, within, rule, queue, size):  # type: ignore[no-untyped-def]
    """Add to ``inside`` what the rule lets join, breadth first; queue[:size] holds what is inside at first."""
    done = 0
    while done < size:
        t = queue[done]
        done += 1
        for i in range(offsets[t], offsets[t + 1]):
            s = sources[i]
            if inside[s] or not passable[s]:
                continue
            joins = rule != 1
            if rule == 1:
                for k in range(choices[s], choices[s + 1]):
                    enters, stays = False, True
                    for j in range(entries[k], entries[k + 1]):
                        enters = enters or inside[targets[j]]
                        if not within[targets[j]]:
                            stays = False
                            break
                    if enters and stays:
                        joins = True
                        break
            elif rule == 2:
                for k in range(choices[s], choices[s + 1]):
                    enters = False
                    for j in range(entries[k], entries[k + 1]):
                        if inside[targets[j]]:
                            enters = True
                            break
                    if not enters:
                        joins = False
                        break
            if joins:
                inside[s] = True
                queue[size] = s
                size += 1
    return size


def grow(
    model: SparseModel, into: Predecessors, goal: Bools, passable: Bools, rule: int = SOME, within: Bools | None = None
) -> tuple[Bools, NDArray[np.int32]]:
    """The least set that contains the goal and each passable state that the rule lets join; and its states in the order
    of their distance from the goal.

    Args:
        goal, passable, within: sets of states, shape [n].
    """
    inside, first = goal.copy(), np.flatnonzero(goal)
    queue = np.empty(model.size, dtype=np.int32)
    queue[: len(first)] = first
    size = _grow(
        model.choices, model.entries, model.targets, into.offsets, into.sources,
        inside, passable, passable if within is None else within, rule, queue, len(first),
    )  # fmt: skip
    return inside, queue[:size]


def possible(model: SparseModel, into: Predecessors, goal: Bools, passable: Bools) -> Bools:
    """From where some policy reaches the goal with positive probability through passable states."""
    return grow(model, into, goal, passable)[0]


def unavoidable(model: SparseModel, into: Predecessors, goal: Bools, passable: Bools) -> Bools:
    """From where every policy reaches the goal with positive probability through passable states."""
    return grow(model, into, goal, passable, EVERY)[0]


def almost_sure(model: SparseModel, into: Predecessors, goal: Bools, passable: Bools) -> Bools:
    """From where some policy reaches the goal with probability 1 through passable states."""
    within = goal | passable
    while True:
        inside, _ = grow(model, into, goal, passable & within, WITHIN, within)
        if np.array_equal(inside, within):
            return inside
        gone = np.flatnonzero(within & ~inside)
        stack = np.empty(model.size, dtype=np.int32)
        stack[: len(gone)] = gone
        _shrink(model.choices, model.entries, model.targets, into.offsets, into.sources, goal, inside, stack, len(gone))
        within = inside


@compiled
def _shrink(choices, entries, targets, offsets, sources, goal, within, stack, size):  # type: ignore[no-untyped-def]
    """Drop from ``within`` the states outside the goal that cannot stay in it, from those that are gone already on."""
    while size > 0:
        size -= 1
        t = stack[size]
        for i in range(offsets[t], offsets[t + 1]):
            s = sources[i]
            if goal[s] or not within[s]:
                continue
            can_stay = False
            for k in range(choices[s], choices[s + 1]):
                stays = True
                for j in range(entries[k], entries[k + 1]):
                    if not within[targets[j]]:
                        stays = False
                        break
                if stays:
                    can_stay = True
                    break
            if not can_stay:
                within[s] = False
                stack[size] = s
                size += 1


def always_sure(model: SparseModel, into: Predecessors, goal: Bools, passable: Bools) -> Bools:
    """From where every policy reaches the goal with probability 1 through passable states."""
    lost = ~unavoidable(model, into, goal, passable)
    return ~possible(model, into, lost, passable & ~goal)


@compiled
def _staying(choices, entries, targets, within, out):  # type: ignore[no-untyped-def]
    for k in range(len(entries) - 1):
        out[k] = True
        for j in range(entries[k], entries[k + 1]):
            if not within[targets[j]]:
                out[k] = False
                break


def staying(model: SparseModel, within: Bools) -> Bools:
    """The choices, bool [m], that surely lead into a set of states."""
    out = np.empty(len(model.entries) - 1, dtype=np.bool_)
    _staying(model.choices, model.entries, model.targets, within, out)
    return out


def stay(model: SparseModel, within: Bools, choice: NDArray[np.int32]) -> None:
    """Put into ``choice`` what stays in a set, where something does."""
    can = np.flatnonzero(staying(model, within) & np.repeat(within, np.diff(model.choices)))[::-1]
    owners = np.searchsorted(model.choices, can, side="right") - 1
    choice[owners] = can - model.choices[owners]


@compiled
def _lead(choices, entries, targets, offsets, sources, allowed, reached, queue, size, best):  # type: ignore[no-untyped-def]
    done = 0
    while done < size:
        t = queue[done]
        done += 1
        for i in range(offsets[t], offsets[t + 1]):
            s = sources[i]
            if reached[s]:
                continue
            for k in range(choices[s], choices[s + 1]):
                if allowed[k] and not reached[s]:
                    for j in range(entries[k], entries[k + 1]):
                        if targets[j] == t:
                            reached[s] = True
                            best[s] = k - choices[s]
                            queue[size] = s
                            size += 1
                            break


def lead(model: SparseModel, into: Predecessors, goal: Bools, allowed: Bools, best: NDArray[np.int32]) -> None:
    """Put into ``best``, for states outside the goal that can reach it by allowed choices, one of these choices that
    may bring it nearer, numbered from 0 in the state. Beside allowed choices alone, the goal is then reached with
    positive probability from each of them.
    """
    queue, first = np.empty(model.size, dtype=np.int32), np.flatnonzero(goal)
    queue[: len(first)] = first
    _lead(
        model.choices, model.entries, model.targets, into.offsets, into.sources,
        allowed, goal.copy(), queue, len(first), best,
    )  # fmt: skip
