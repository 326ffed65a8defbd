"""From the arrays of a file to a model: what every format has to be checked for, with the place of what is wrong."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from specl.language.diagnostics import SpecErrors
from specl.solvers.sparse import SLACK, Bools, Floats, Indices, SparseModel

ROUGH = 1e-5
"""Probabilities of a choice whose sum is as near to 1 are taken for rounded ones, as with six digits in a text."""

What = Literal["model", "state", "choice", "entry"]
Complain = Callable[[str, str, What, int, str | None], SpecErrors]
"""Makes the error: code, message, what it is about and which one of these, hint."""


@dataclass
class Draft:
    """What was read; the fields are those of a `SparseModel`, and labels lie apart by what they are about.

    Attributes:
        choices, entries: offsets; a state may have no choice.
        initial: the initial states.
        start: their probabilities, where the file has any.
    """

    choices: Indices
    entries: Indices
    targets: Indices
    probabilities: Floats
    initial: Indices
    start: Floats | None = None
    rewards: dict[str, Floats] = field(default_factory=dict)
    state_labels: dict[str, Bools] = field(default_factory=dict)
    choice_labels: dict[str, Bools] = field(default_factory=dict)
    entry_labels: dict[str, Bools] = field(default_factory=dict)
    states: Sequence[str] | None = None
    actions: Sequence[str] = ()
    action: NDArray[Any] | None = None


def finish(draft: Draft, complain: Complain, tell: Callable[[str], None], doubles_allowed: bool = False) -> SparseModel:
    """The model. States without a choice get a loop; probabilities that are rounded are scaled to sum to 1.

    Raises:
        SpecErrors: it is none.
    """
    n = len(draft.choices) - 1
    if n >= 2**31:
        raise complain("E005", f"{n} states are more than the 2147483647 that a model may have", "model", 0, None)
    _refuse_entries(draft, n, complain)
    if len(draft.targets):
        _scale(draft, complain, tell)
    if not doubles_allowed:
        _refuse_doubles(draft, n, complain)
    _drop_zeros(draft)
    for name, values in draft.rewards.items():
        if not np.isfinite(values).all():  # finite parts may have an infinite sum
            wrong = int((~np.isfinite(values)).argmax())
            raise complain("E101", f"the reward `{name}` of this choice is no finite number", "choice", wrong, None)
    _close_ends(draft, tell)
    return SparseModel(
        narrow(draft.choices),
        narrow(draft.entries),
        np.ascontiguousarray(draft.targets, dtype=np.int32),
        draft.probabilities,
        _start(draft, n, complain, tell),
        draft.rewards,
        draft.state_labels | draft.choice_labels | draft.entry_labels,
        draft.states,
        draft.actions,
        draft.action,
    )


def narrow(offsets: Indices) -> Indices:
    """Offsets as a `SparseModel` has them: int32 where that is enough."""
    return np.ascontiguousarray(offsets, dtype=np.int32 if int(offsets[-1]) < 2**31 else np.int64)


def expected(parts: Floats, owner: Indices, m: int) -> Floats:
    """The sums of the parts that each of m choices owns."""
    total: Floats = np.bincount(owner, weights=parts, minlength=m).astype(np.float64)
    return total


def _refuse_entries(draft: Draft, n: int, complain: Complain) -> None:
    targets, weights, counts = draft.targets, draft.probabilities, np.diff(draft.entries)
    if len(targets) and (targets.min() < 0 or targets.max() >= n):
        wrong = int(((targets < 0) | (targets >= n)).argmax())
        message = f"there is no state {targets[wrong]}: states are numbered from 0 to {n - 1}"
        raise complain("E103", message, "entry", wrong, None)
    if len(weights) and not (weights.min() >= 0 and weights.max() < np.inf):  # so is NaN refused
        wrong = int((~(np.isfinite(weights) & (weights >= 0))).argmax())
        raise complain("E104", f"{weights[wrong]} is not a probability", "entry", wrong, None)
    if len(counts) and counts.min() == 0:
        raise complain("E104", "this choice leads nowhere", "choice", int((counts == 0).argmax()), None)


def _scale(draft: Draft, complain: Complain, tell: Callable[[str], None]) -> None:
    total = np.add.reduceat(draft.probabilities, draft.entries[:-1])
    worst = int(total.argmin() if 1 - total.min() > total.max() - 1 else total.argmax())
    off = abs(float(total[worst]) - 1)
    if off <= SLACK:
        return
    if off > ROUGH:
        hint = "rates of a continuous-time chain are not probabilities" if total[worst] > 1 else None
        message = f"the probabilities of this choice sum to {float(total[worst])!r}, not to 1"
        raise complain("E104", message, "choice", worst, hint)
    draft.probabilities = draft.probabilities / np.repeat(total, np.diff(draft.entries))
    rounded = int((np.abs(total - 1) > SLACK).sum())
    tell(f"the probabilities of {rounded} choices are rounded, by {off:.1e} in sum; they are scaled to sum to 1")


def _refuse_doubles(draft: Draft, n: int, complain: Complain) -> None:
    """Two transitions of one choice to one state are no sum, but a mistake."""
    targets, entries = draft.targets, draft.entries
    is_new = np.zeros(len(targets) + 1, dtype=np.bool_)
    is_new[entries] = True
    if (is_new[1:-1] | (targets[1:] > targets[:-1])).all():
        return
    keys = np.repeat(np.arange(len(entries) - 1, dtype=np.int64), np.diff(entries)) * n + targets
    order = np.argsort(keys, kind="stable")
    equal = np.flatnonzero(keys[order[1:]] == keys[order[:-1]])
    if len(equal):
        wrong = int(order[equal + 1].min())
        message = f"a second transition of the same choice to state {targets[wrong]}"
        raise complain("E105", message, "entry", wrong, "write one, with the sum of the probabilities")


def _drop_zeros(draft: Draft) -> None:
    if not len(draft.probabilities) or draft.probabilities.min() > 0:
        return
    kept = draft.probabilities > 0
    before = np.concatenate(([0], np.cumsum(kept)))
    draft.entries = before[draft.entries]
    draft.targets, draft.probabilities = draft.targets[kept], draft.probabilities[kept]
    draft.entry_labels = {name: holds[kept] for name, holds in draft.entry_labels.items()}


def _close_ends(draft: Draft, tell: Callable[[str], None]) -> None:
    """A state without a choice gets one that stays there with probability and reward 1 and 0."""
    ends = np.flatnonzero(np.diff(draft.choices) == 0)
    if not len(ends):
        return
    tell(f"{len(ends)} states have no choice, state {ends[0]} among them; each gets a loop with reward 0")
    at_choice = draft.choices[ends]
    at_entry = draft.entries[at_choice]
    counts = np.insert(np.diff(draft.entries), at_choice, 1)
    draft.entries = np.concatenate(([0], np.cumsum(counts)))
    draft.targets = np.insert(draft.targets, at_entry, ends)
    draft.probabilities = np.insert(draft.probabilities, at_entry, 1.0)
    draft.choices = np.concatenate(([0], np.cumsum(np.maximum(np.diff(draft.choices), 1))))
    draft.rewards = {name: np.insert(values, at_choice, 0.0) for name, values in draft.rewards.items()}
    draft.choice_labels = {name: np.insert(holds, at_choice, False) for name, holds in draft.choice_labels.items()}
    draft.entry_labels = {name: np.insert(holds, at_entry, False) for name, holds in draft.entry_labels.items()}
    if draft.action is not None:
        draft.action = np.insert(draft.action, at_choice, len(draft.actions))
        draft.actions = (*draft.actions, "loop")


def _start(draft: Draft, n: int, complain: Complain, tell: Callable[[str], None]) -> tuple[NDArray[np.int32], Floats]:
    """The states with positive start probability, and these."""
    initial, weights = draft.initial, draft.start
    if weights is None:
        if len(initial) > 1:
            tell(f"{len(initial)} states are initial; each is the start with the same probability")
        weights = np.full(len(initial), 1 / max(1, len(initial)))
    elif not np.isfinite(weights).all() or (weights < 0).any() or abs(weights.sum() - 1) > SLACK:
        raise complain("E104", "the start probabilities are no distribution", "model", 0, None)
    if not len(initial):
        raise complain("E107", "no state is initial", "model", 0, None)
    return initial[weights > 0].astype(np.int32), weights[weights > 0]
