"""Models in which sets of states are one state each, as end components are where moving within costs nothing."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from specl.solvers.compiled import compiled
from specl.solvers.sparse import Bools, Indices, SparseModel


@dataclass(frozen=True, eq=False)
class Quotient:
    """``model``, whose states are sets of states of another: ``of[s]`` is the one that s lies in, and choice k was
    ``origin[k]`` there, −1 for the self-loop of a set without choices."""

    model: SparseModel
    of: NDArray[np.int32]
    origin: NDArray[np.int32]


@compiled
def _count(choices, entries, of, members, kept, rows, lengths):  # type: ignore[no-untyped-def]
    for i in range(len(members)):
        s = members[i]
        for k in range(choices[s], choices[s + 1]):
            if kept[k]:
                rows[of[s] + 1] += 1
    total, wide = 0, 0
    for i in range(len(members)):
        s = members[i]
        for k in range(choices[s], choices[s + 1]):
            if kept[k]:
                total += 1
                wide += entries[k + 1] - entries[k]
        last = i + 1 == len(members) or of[members[i + 1]] != of[s]
        if last and rows[of[s] + 1] == 0:
            rows[of[s] + 1] = 1
            total += 1
            wide += 1
    lengths[0], lengths[1] = total, wide


@compiled
def _fill(choices, entries, targets, probabilities, of, members, kept, ends, into, weights, origin):  # type: ignore[no-untyped-def]
    row, at, before = 0, 0, 0
    for i in range(len(members)):
        s = members[i]
        for k in range(choices[s], choices[s + 1]):
            if kept[k]:
                for j in range(entries[k], entries[k + 1]):
                    into[at] = of[targets[j]]
                    weights[at] = probabilities[j]
                    at += 1
                origin[row] = k
                row += 1
                ends[row] = at
        if i + 1 == len(members) or of[members[i + 1]] != of[s]:
            if row == before:
                into[at], weights[at], origin[row] = of[s], 1.0, -1
                at += 1
                row += 1
                ends[row] = at
            before = row


def collapse(model: SparseModel, of: NDArray[np.int32], kept: Bools) -> Quotient:
    """The quotient of a model.

    Args:
        of: the set of each state; a number that does not occur is a state without choices.
        kept: the choices that remain, bool [m].
    """
    members = np.argsort(of, kind="stable")
    n = int(of.max()) + 1
    rows, lengths = np.zeros(n + 1, dtype=np.int64), np.zeros(2, dtype=np.int64)
    _count(model.choices, model.entries, of, members, kept, rows, lengths)
    count, wide = int(lengths[0]), int(lengths[1])
    kind = np.int32 if wide < 2**31 else np.int64
    ends: Indices = np.zeros(count + 1, dtype=kind)
    into, weights = np.empty(wide, dtype=np.int32), np.empty(wide)
    origin = np.empty(count, dtype=np.int32)
    _fill(
        model.choices, model.entries, model.targets, model.probabilities, of, members, kept, ends, into, weights, origin
    )
    first = np.array([0], dtype=np.int32), np.ones(1)
    return Quotient(SparseModel(np.cumsum(rows).astype(kind), ends, into, weights, first), of, origin)


def expand(
    model: SparseModel, quotient: Quotient, best: NDArray[np.int32], choice: NDArray[np.int32]
) -> Bools:
    """Put into ``choice`` what the quotient's policy ``best`` chooses; the states where it does.

    In each set that is the one state from which the chosen choice comes; both arrays number choices from 0 in a state.
    """
    first = quotient.model.choices
    chosen = quotient.origin[(first[:-1] + best)[first[1:] > first[:-1]]]
    chosen = chosen[chosen >= 0]
    owners = np.searchsorted(model.choices, chosen, side="right") - 1
    choice[owners] = chosen - model.choices[owners]
    found = np.zeros(model.size, dtype=np.bool_)
    found[owners] = True
    return found
