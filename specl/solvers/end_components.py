"""Maximal end components: the largest sets of states that some policy never leaves and visits all of for ever.

Components of the graph are refined: choices that leave their component go, states without choices go with the choices
that lead to them, and what changed is taken apart again (de Alfaro, Formal Verification of Probabilistic Systems, 1997,
§3; Chatterjee and Henzinger, JACM 61, 2014, for a history of the bounds). Each round costs as much as the components
that changed have entries.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from specl.solvers.compiled import compiled
from specl.solvers.graph import Predecessors
from specl.solvers.sparse import Bools, SparseModel


@dataclass(frozen=True, eq=False)
class EndComponents:
    """The maximal end components of a model, or of a part of it.

    Attributes:
        number: int32 [n]: which one each state lies in, numbered from 0; −1 for none.
        inner: bool [m]: the choices that stay within the component of their state.
        count: how many there are.
    """

    number: NDArray[np.int32]
    inner: Bools
    count: int


def end_components(model: SparseModel, into: Predecessors, allowed: Bools, within: Bools) -> EndComponents:
    """The maximal end components of the states ``within`` [n] and the choices ``allowed`` [m]."""
    n = model.size
    inner, number = allowed.copy(), np.where(within, 0, -1).astype(np.int32)
    arrays = model.choices, model.entries, model.targets
    room = np.empty((7, n), dtype=np.int64)
    _prune(*arrays, into.offsets, into.sources, inner, number, np.flatnonzero(within), room[0], np.zeros(1, np.int64))
    lost, is_hurt = np.zeros(1, dtype=np.int64), np.empty(n, dtype=np.bool_)
    fresh = _refine(*arrays, into.offsets, into.sources, inner, number, room, lost, is_hurt)
    names = np.full(fresh, -1, dtype=np.int32)
    return EndComponents(number, inner, _rename(model.choices, inner, number, names))


@compiled
def _prune(choices, entries, targets, offsets, sources, inner, number, members, stack, lost):  # type: ignore[no-untyped-def]
    """Drop the choices of ``members`` that leave their component, then states without choices, and so on; whether any
    choice was dropped. lost[0] counts the states that were."""
    top, dropped = 0, False
    for i in range(len(members)):
        s = members[i]
        if number[s] < 0:
            continue
        left = False
        for k in range(choices[s], choices[s + 1]):
            if inner[k]:
                for j in range(entries[k], entries[k + 1]):
                    if number[targets[j]] != number[s]:
                        inner[k] = False
                        dropped = True
                        break
            left = left or inner[k]
        if not left:
            number[s] = -1
            stack[top] = s
            top += 1
    while top > 0:
        top -= 1
        t = stack[top]
        lost[0] += 1
        for i in range(offsets[t], offsets[t + 1]):
            s = sources[i]
            if number[s] < 0:
                continue
            left = False
            for k in range(choices[s], choices[s + 1]):
                if inner[k]:
                    for j in range(entries[k], entries[k + 1]):
                        if targets[j] == t:
                            inner[k] = False
                            dropped = True
                            break
                left = left or inner[k]
            if not left:
                number[s] = -1
                stack[top] = s
                top += 1
    return dropped


@compiled
def _refine(choices, entries, targets, offsets, sources, inner, number, room, lost, is_hurt):  # type: ignore[no-untyped-def]
    """Take components apart until they are end components; a bound on their provisional numbers.

    ``number`` holds provisional numbers ≥ 0, and −1 − … never comes back. Tarjan's algorithm (1972) with a stack of
    its own, within one provisional component at a time.
    """
    n = len(choices) - 1
    entered, lowest, path, calls, where = room[0], room[1], room[2], room[3], room[4]
    stack, pending = room[5], room[6]  # the latter: states whose components are to be taken apart
    waiting = 0
    for s in range(n):
        entered[s] = -1
        if number[s] >= 0:
            pending[waiting] = s
            waiting += 1
    fresh = 1  # provisional numbers from here on are free
    while waiting > 0:
        for i in range(waiting):
            entered[pending[i]] = -1
        clock, depth = 0, 0
        first_fresh = fresh
        for i in range(waiting):
            root = pending[i]
            if number[root] < 0 or number[root] >= first_fresh or entered[root] >= 0:
                continue
            old = number[root]
            calls[0] = root
            calling = 1
            entered[root] = clock
            lowest[root] = clock
            clock += 1
            path[depth] = root
            depth += 1
            where[root] = entries[choices[root]]
            while calling > 0:
                s = calls[calling - 1]
                last = entries[choices[s + 1]]
                j = where[s]
                descended = False
                # the choice of entry j: found by walking, since entries of dropped choices are passed over
                k = choices[s]
                while j < last:
                    while entries[k + 1] <= j:
                        k += 1
                    if not inner[k]:
                        j = entries[k + 1]
                        continue
                    t = targets[j]
                    j += 1
                    if number[t] != old:
                        continue
                    if entered[t] < 0:
                        entered[t] = clock
                        lowest[t] = clock
                        clock += 1
                        path[depth] = t
                        depth += 1
                        where[t] = entries[choices[t]]
                        calls[calling] = t
                        calling += 1
                        descended = True
                        break
                    lowest[s] = min(lowest[s], entered[t])
                where[s] = j
                if descended:
                    continue
                calling -= 1
                if calling > 0:
                    lowest[calls[calling - 1]] = min(lowest[calls[calling - 1]], lowest[s])
                if lowest[s] == entered[s]:
                    while True:
                        depth -= 1
                        t = path[depth]
                        number[t] = fresh
                        if t == s:
                            break
                    fresh += 1
        # components that lost no choice are final
        is_hurt[: fresh - first_fresh] = False
        for i in range(waiting):
            s = pending[i]
            if number[s] < 0:
                continue
            for k in range(choices[s], choices[s + 1]):
                if inner[k]:
                    for j in range(entries[k], entries[k + 1]):
                        if number[targets[j]] != number[s]:
                            is_hurt[number[s] - first_fresh] = True
                            break
        kept = 0
        for i in range(waiting):
            s = pending[i]
            if number[s] >= 0 and is_hurt[number[s] - first_fresh]:
                pending[kept] = s
                kept += 1
        _prune(choices, entries, targets, offsets, sources, inner, number, pending[:kept], stack, lost)
        waiting = 0
        for i in range(kept):
            if number[pending[i]] >= 0:
                pending[waiting] = pending[i]
                waiting += 1
    return fresh


@compiled
def _rename(choices, inner, number, names):  # type: ignore[no-untyped-def]
    """Number components from 0 in the order of their first states, drop choices outside of all; how many there are."""
    count = 0
    for s in range(len(number)):
        if number[s] >= 0:
            if names[number[s]] < 0:
                names[number[s]] = count
                count += 1
            number[s] = names[number[s]]
        else:
            for k in range(choices[s], choices[s + 1]):
                inner[k] = False
    return count
