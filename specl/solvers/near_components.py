"""Near end components: sets of states that a policy can stay in for ever, but for what makes no difference in doubles.

Let x be about the optimal values. A choice is near-inner if what it may do beside moves with |x(t) − x(s)| ≤ δ changes
x by at most δ on average; sets of states that such choices connect are one state each, with all other choices, and with
what these ones do beside. If values of that smaller model are inductive (`inductive`), so are they as values of the
model itself, which are equal within each set; since all moves within them are free there, what is left is far from
singular. Nothing is assumed of x: whatever comes out of the smaller model is checked on the model.
"""

import numpy as np
from numpy.typing import NDArray

from specl.solvers.compiled import compiled
from specl.solvers.end_components import end_components
from specl.solvers.graph import Predecessors, predecessors
from specl.solvers.quotient import Quotient, collapse
from specl.solvers.sparse import Floats, SparseModel


def near_components(
    model: SparseModel, into: Predecessors, order: NDArray[np.int32], x: Floats, delta: float
) -> Quotient | None:
    """The model whose states are the near end components of the states ``order``, and all other states; None if these
    would be the same states. No end components are left in it if ``order`` holds none."""
    asked = np.zeros(model.size, dtype=np.bool_)
    asked[order] = True
    m = len(model.entries) - 1
    kept, targets, ends = np.zeros(m, dtype=np.bool_), np.empty_like(model.targets), np.zeros_like(model.entries)
    _near(model.choices, model.entries, model.targets, model.probabilities, asked, x, delta, kept, targets, ends)
    near = SparseModel(model.choices, ends, targets[: int(ends[-1])], model.probabilities[: int(ends[-1])], model.start)
    parts = end_components(near, into, kept, asked)
    if parts.count == 0:
        return None
    of = _numbered(parts.number)
    while True:
        moves = _leaving(model, of) & np.repeat(asked, np.diff(model.choices))
        quotient = collapse(model, of, moves)
        small, within = quotient.model, np.zeros(int(of.max()) + 1, dtype=np.bool_)
        within[of[order]] = True
        more = end_components(small, predecessors(small), quotient.origin >= 0, within)
        if more.count == 0:
            return quotient if int(of.max()) + 1 < model.size else None
        of = _numbered(more.number)[of]


def _numbered(number: NDArray[np.int32]) -> NDArray[np.int32]:
    """Numbers from 0 on for components, and one each for the states in none."""
    alone = number < 0
    of = number.copy()
    of[alone] = np.arange(int(alone.sum()), dtype=np.int32) + (int(number.max()) + 1)
    return of


def _leaving(model: SparseModel, of: NDArray[np.int32]) -> NDArray[np.bool_]:
    """The choices that may lead to another set."""
    owner = np.repeat(of, np.diff(model.choices))
    elsewhere = of[model.targets] != np.repeat(owner, np.diff(model.entries))
    found: NDArray[np.bool_] = np.logical_or.reduceat(elsewhere, model.entries[:-1])
    return found


@compiled
def _near(choices, entries, targets, probabilities, asked, x, delta, kept, into, ends):  # type: ignore[no-untyped-def]
    at = 0
    for s in range(len(choices) - 1):
        for k in range(choices[s], choices[s + 1]):
            beside, first = 0.0, at
            for j in range(entries[k], entries[k + 1]):
                d = abs(x[targets[j]] - x[s])
                if asked[targets[j]] and d <= delta:
                    into[at] = targets[j]
                    at += 1
                else:
                    beside += probabilities[j] * d
            kept[k] = asked[s] and at > first and beside <= delta
            ends[k + 1] = at
