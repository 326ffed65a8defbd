"""A model beside a deterministic automaton that reads what its steps show: the part that can be reached.

States of the automaton from which no word is accepted, or every word, are one state each: what the model does beside
them does not matter any more.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from specl.automata.acceptance import Acceptance
from specl.automata.automaton import Automaton, Letter
from specl.model.errors import Unsupported
from specl.solvers.accepting import Marks, accepting, negated
from specl.solvers.compiled import compiled
from specl.solvers.graph import possible, predecessors
from specl.solvers.sparse import Bools, Indices, SparseModel

MOST_ATOMS = 16
"""Letters are looked up in a table of all sets of so many atoms."""


@dataclass(frozen=True, eq=False)
class Product:
    """``model`` has the pairs (state[i], memory[i]) as states; the last two are "lost" and "won", with −1 for both.

    Attributes:
        marks: of states, choices or entries of ``model``.
        origin: the choice of the underlying model of each choice, int32; −1 for the last two.
    """

    model: SparseModel
    state: NDArray[np.int32]
    memory: NDArray[np.int32]
    origin: NDArray[np.int32]
    marks: Marks
    acceptance: Acceptance


def letters(model: SparseModel, atoms: Sequence[str]) -> tuple[NDArray[np.uint16], tuple[Letter, ...]]:
    """What is shown, as indices of letters: of each state, each choice or each entry, as fine as the labels are.

    Raises:
        Unsupported: there is no such label, or there are too many atoms.
    """
    unknown = [name for name in atoms if name not in model.labels]
    if unknown:
        raise Unsupported(f"the model has no label `{unknown[0]}`")
    if len(atoms) > MOST_ATOMS:
        raise Unsupported(f"formulas over at most {MOST_ATOMS} labels are solved, this one has {len(atoms)}")
    labels = [model.labels[name] for name in atoms]
    finest = max((len(label) for label in labels), default=model.size)
    bits = np.zeros(finest, dtype=np.uint16)
    for i, label in enumerate(labels):
        bits |= _spread(model, label, finest).astype(np.uint16) << np.uint16(i)
    shown = np.unique(bits) if finest < 2**16 else np.flatnonzero(np.bincount(bits, minlength=2 ** len(atoms)))
    index = np.zeros(2 ** len(atoms), dtype=np.uint16)
    index[shown] = np.arange(len(shown))
    sets = tuple(frozenset(name for i, name in enumerate(atoms) if int(code) >> i & 1) for code in shown)
    return index[bits], sets


def _spread(model: SparseModel, label: Bools, finest: int) -> Bools:
    if len(label) == finest:
        return label
    if len(label) == model.size:
        label = np.repeat(label, np.diff(model.choices))
    return label if len(label) == finest else np.repeat(label, np.diff(model.entries))


def product(model: SparseModel, shown: NDArray[np.uint16], sets: Sequence[Letter], automaton: Automaton) -> Product:
    """The product, from the start of both.

    Args:
        shown, sets: the letters, as `letters` gives them.
    """
    order = {letter: i for i, letter in enumerate(sets)}
    following = np.zeros((automaton.states, len(sets)), dtype=np.int32)
    seen = np.zeros((automaton.states, len(sets)), dtype=np.uint32)
    for (q, letter), (target, passed) in automaton.delta.items():
        if letter in order:
            following[q, order[letter]] = target
            seen[q, order[letter]] = sum(1 << mark for mark in passed)
    live, sure = _prospects(following, seen, automaton.acceptance)
    level = 0 if len(shown) == model.size else 1 if len(shown) == len(model.entries) - 1 else 2
    number = np.full((automaton.states, model.size), -1, dtype=np.int32)
    stack = np.empty(number.size, dtype=np.int64)  # takes no memory before it is used
    states = model.start[0]
    arrays = model.choices, model.entries, model.targets
    kind = np.zeros(automaton.states, dtype=np.int8)  # 0 open, 1 lost, 2 won
    kind[~live], kind[sure] = 1, 2
    sizes = np.zeros(3, dtype=np.int64)
    _reach(*arrays, shown, level, following, kind, automaton.start, states, number, stack, sizes)
    n, m, nnz = (int(size) for size in sizes)
    wide = np.int32 if nnz + 2 < 2**31 else np.int64
    choices: Indices = np.zeros(n + 3, dtype=wide)
    entries: Indices = np.zeros(m + 3, dtype=wide)
    targets, probabilities = np.empty(nnz + 2, dtype=np.int32), np.empty(nnz + 2)
    state, memory = np.full(n + 2, -1, dtype=np.int32), np.full(n + 2, -1, dtype=np.int32)
    origin = np.full(m + 2, -1, dtype=np.int32)
    marks = np.zeros((n + 2, m + 2, nnz + 2)[level], dtype=np.uint32)
    _fill(
        *arrays, model.probabilities, shown, level, following, seen, kind, number,
        choices, entries, targets, probabilities, state, memory, origin, marks,
    )  # fmt: skip
    if kind[automaton.start] == 0:
        start = number[automaton.start, states], model.start[1]
    else:
        start = np.array([n if kind[automaton.start] == 1 else n + 1], dtype=np.int32), np.ones(1)
    small = SparseModel(choices, entries, targets, probabilities, start)
    return Product(small, state, memory, origin, marks, automaton.acceptance)


def _prospects(following: NDArray[np.int32], seen: Marks, condition: Acceptance) -> tuple[Bools, Bools]:
    """From which states of an automaton some word is accepted, and from which every word is."""
    states, width = following.shape
    graph = SparseModel(
        np.arange(0, states * width + 1, width, dtype=np.int32), np.arange(states * width + 1, dtype=np.int32),
        following.ravel(), np.ones(states * width), (np.zeros(1, dtype=np.int32), np.ones(1)),
    )  # fmt: skip
    into, every = predecessors(graph), np.ones(states, dtype=np.bool_)
    can, fail = (
        possible(graph, into, accepting(graph, into, seen.ravel(), wanted).states, every)
        for wanted in (condition, negated(condition))
    )
    return can, ~fail


@compiled
def _reach(choices, entries, targets, shown, level, following, kind, first, states, number, stack, sizes):  # type: ignore[no-untyped-def]
    """Number the open pairs that can be reached, memory first; count them, their choices and their entries."""
    memories, n = number.shape
    top = 0
    if kind[first] == 0:
        for i in range(len(states)):
            number[first, states[i]] = 0
            stack[top] = first * n + states[i]
            top += 1
    while top > 0:
        top -= 1
        q, s = stack[top] // n, stack[top] % n
        for k in range(choices[s], choices[s + 1]):
            for j in range(entries[k], entries[k + 1]):
                letter = shown[s] if level == 0 else shown[k] if level == 1 else shown[j]
                r = following[q, letter]
                if kind[r] == 0 and number[r, targets[j]] < 0:
                    number[r, targets[j]] = 0
                    stack[top] = np.int64(r) * n + targets[j]
                    top += 1
    for q in range(memories):
        for s in range(n):
            if number[q, s] >= 0:
                number[q, s] = sizes[0]
                sizes[0] += 1
                sizes[1] += choices[s + 1] - choices[s]
                sizes[2] += entries[choices[s + 1]] - entries[choices[s]]


@compiled
def _fill(  # type: ignore[no-untyped-def]
    choices, entries, targets, probabilities, shown, level, following, seen, kind, number,
    firsts, lasts, into, weights, state, memory, origin, marks,
):  # fmt: skip
    memories, n = number.shape
    i, row, at, lost = 0, 0, 0, len(state) - 2
    for q in range(memories):
        for s in range(n):
            if number[q, s] < 0:
                continue
            state[i], memory[i] = s, q
            if level == 0:
                marks[i] = seen[q, shown[s]]
            for k in range(choices[s], choices[s + 1]):
                if level == 1:
                    marks[row] = seen[q, shown[k]]
                for j in range(entries[k], entries[k + 1]):
                    letter = shown[s] if level == 0 else shown[k] if level == 1 else shown[j]
                    if level == 2:
                        marks[at] = seen[q, letter]
                    r = following[q, letter]
                    into[at] = number[r, targets[j]] if kind[r] == 0 else lost + kind[r] - 1
                    weights[at] = probabilities[j]
                    at += 1
                origin[row] = k
                row += 1
                lasts[row] = at
            i += 1
            firsts[i] = row
    for t in range(lost, lost + 2):
        into[at], weights[at] = t, 1.0
        at += 1
        row += 1
        lasts[row] = at
        firsts[t + 1] = row
