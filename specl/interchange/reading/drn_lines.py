"""The lines of a DRN file below its header, read in a compiled loop."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from specl.interchange.reading.faults import Text
from specl.interchange.reading.numbers import put
from specl.solvers.sparse import Floats, Indices

LIMIT = 2**18
"""So many lines are read at a time."""

EXPECTED = {
    1: "`state N`, `action NAME`, or a transition `TARGET : PROBABILITY` is expected",
    2: "states stand in order, without gaps, numbered from 0",
    3: "a target, a number from 0 on, is expected",
    4: "a colon is expected behind the target",
    5: "a choice or transition stands before the first state",
    6: "these are more rewards than there are reward models",
    7: "a bracket is never closed",
    8: "behind a transition the line ends",
    9: "`!` gives the rate of a continuous-time model, `{` an observation; chains (DTMC) and MDP are read",
}


@dataclass(frozen=True, eq=False)
class Body:
    """What the lines say.

    Attributes:
        choices, entries, targets, probabilities: as in a `SparseModel`.
        state_rewards, choice_rewards: shape [n, r] and [m, r].
        state_words, choice_words: where labels and actions stand, begin and end, shape [n, 2] and [m, 2].
        entry_places: where each transition stands, [nnz].
    """

    choices: Indices
    entries: Indices
    targets: Indices
    probabilities: Floats
    state_rewards: Floats
    choice_rewards: Floats
    state_words: Indices
    choice_words: Indices
    entry_places: Indices

    def place(self, what: str, index: int) -> int:
        """Where a state, choice or transition stands."""
        if what == "entry":
            return int(self.entry_places[index])
        return int((self.state_words if what == "state" else self.choice_words)[index, 0])


def read_body(text: Text, at: int, width: int, tell: Callable[[str], None]) -> Body:
    """All lines from ``at`` on; ``width``: the number of reward models, 0 where the header names none.

    Raises:
        SpecErrors: a line is malformed.
    """
    from specl.interchange.reading.loops import drn_lines  # loads numba

    width = width or _count_rewards(text, at)
    data, known = text.numbers, dict[bytes, float]()
    parts, counts, is_fraction = [], np.zeros(4, dtype=np.int64), False
    while at < len(data):
        room = _room(width)
        before = counts.copy()
        at, wrong = drn_lines(data, at, counts, *room)
        if wrong:
            raise text.fault("E106" if wrong == 9 else "E103" if wrong == 2 else "E101", EXPECTED[wrong], at)
        n, m, nnz, _ = (counts - before).tolist()
        _, _, _, values, later, rewards, reward_later, *_ = room
        is_fraction |= put(text, values[:nnz], later[:nnz], known, "a probability")
        for which, count in ((0, n), (1, m)):
            is_fraction |= put(
                text, rewards[which, :count].reshape(-1), reward_later[which, :count].reshape(-1), known, "a reward"
            )
        parts.append(_kept(room, n, m, nnz))
    if is_fraction:
        tell(f"{text.file}: fractions are rounded to the nearest doubles")
    parts = parts or [_kept(_room(width), 0, 0, 0)]
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    return Body(np.append(columns[0], counts[1]), np.append(columns[1], counts[2]), *columns[2:])


def _count_rewards(text: Text, at: int) -> int:
    """The number of rewards behind the first state or choice that has any."""
    opening = text.data.find(b"[", at, at + 2**20)
    return text.line_at(opening)[0].partition(b"]")[0].count(b",") + 1 if opening >= 0 else 0


def _room(width: int) -> tuple[Indices, ...]:
    return (
        np.empty(LIMIT, dtype=np.int64),  # first choice of each state
        np.empty(LIMIT, dtype=np.int64),  # first transition of each choice
        np.empty(LIMIT, dtype=np.int64),  # targets
        np.empty(LIMIT),  # probabilities
        np.empty(LIMIT, dtype=np.int64),  # where those stand that are read later
        np.zeros((2, LIMIT, width)),  # rewards of states, of choices
        np.full((2, LIMIT, width), -1, dtype=np.int64),  # where those stand that are read later
        np.empty((2, LIMIT, 2), dtype=np.int64),  # words of states, of choices
        np.empty(LIMIT, dtype=np.int64),  # where transitions stand
    )


def _kept(room: tuple[Indices, ...], n: int, m: int, nnz: int) -> tuple[Indices, ...]:
    choices, entries, targets, values, _, rewards, _, words, places = room
    return (
        choices[:n].copy(), entries[:m].copy(), np.minimum(targets[:nnz], 2**31 - 1).astype(np.int32),
        values[:nnz].copy(), rewards[0, :n].copy(), rewards[1, :m].copy(), words[0, :n].copy(), words[1, :m].copy(),
        places[:nnz].copy(),
    )  # fmt: skip
