"""A Markov decision process in flat arrays, for models of millions of states."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Indices = NDArray[Any]
"""int32, or int64 where that is too small."""
Bools = NDArray[np.bool_]

SLACK = 1e-9
"""How far from 1 the probabilities of a choice may sum, before they are scaled to sum to 1."""


class NotAModel(ValueError):
    """The arrays describe no Markov decision process; the message says where."""


@dataclass(frozen=True, eq=False)
class SparseModel:
    """States 0 … n−1; the choices of state s are choices[s] … choices[s+1]−1; the entries of choice k are entries[k] …
    entries[k+1]−1, each a target and its probability.

    Attributes:
        choices: shape [n + 1].
        entries: shape [m + 1], m the number of choices.
        targets: int32 [nnz].
        probabilities: float64 [nnz], positive; those of a choice with L entries sum to 1 up to rounding: none is more
            than 2L + 2 roundings from itself divided by the exact sum.
        start: the states with positive start probability, int32, and these probabilities.
        rewards: name -> expected reward of each choice, float64 [m].
        labels: name -> where it holds: bool, [n] for states, [m] for choices or [nnz] for entries.
        states: names of the states; None for large models without any.
        actions, action: names of actions, and for each choice the index of its own, int32 [m].
    """

    choices: Indices
    entries: Indices
    targets: NDArray[np.int32]
    probabilities: Floats
    start: tuple[NDArray[np.int32], Floats]
    rewards: Mapping[str, Floats] = field(default_factory=dict)
    labels: Mapping[str, Bools] = field(default_factory=dict)
    states: Sequence[str] | None = None
    actions: Sequence[str] = ()
    action: NDArray[np.int32] | None = None

    @property
    def size(self) -> int:
        """The number of states."""
        return len(self.choices) - 1

    @property
    def bytes(self) -> int:
        """What the arrays of the transitions take."""
        return sum(a.nbytes for a in (self.choices, self.entries, self.targets, self.probabilities))

    def state(self, s: int) -> str:
        """What a state is called: its name, or its number."""
        return str(s) if self.states is None else self.states[s]

    def act(self, choice: int) -> str:
        """What a choice is called: its action, or its number among the choices of its state."""
        if self.action is not None:
            return self.actions[int(self.action[choice])]
        return str(choice - int(self.choices[np.searchsorted(self.choices, choice, side="right") - 1]))

    @staticmethod
    def from_arrays(
        choices: ArrayLike,
        entries: ArrayLike,
        targets: ArrayLike,
        probabilities: ArrayLike,
        *,
        start: int | ArrayLike = 0,
        rewards: ArrayLike | Mapping[str, ArrayLike] | None = None,
        labels: Mapping[str, ArrayLike] | None = None,
        states: Sequence[str] | None = None,
        actions: Sequence[str] = (),
        action: ArrayLike | None = None,
    ) -> "SparseModel":
        """The model that these arrays describe, checked; arrays of the right type are not copied.

        Args:
            start: a state, or the probability of each state, shape [n].
            rewards: an array [m], called "reward", or named ones.

        Raises:
            NotAModel: they describe none.
        """
        first, last = _offsets("choices", choices), _offsets("entries", entries)
        into = np.asarray(targets)
        weight = np.ascontiguousarray(probabilities, dtype=np.float64)
        if into.ndim != 1 or weight.ndim != 1 or (into.size and into.dtype.kind not in "iu"):
            raise NotAModel("`targets` is an array of integers, `probabilities` an array of numbers")
        n, m, nnz = len(first) - 1, len(last) - 1, len(weight)
        if n == 0:
            raise NotAModel("a model has at least one state")
        if int(first[-1]) != m or int(last[-1]) != nnz or len(into) != nnz:
            message = f"{int(first[-1])} choices are announced and {m} given, {int(last[-1])} entries announced and "
            raise NotAModel(message + f"{nnz} probabilities and {len(into)} targets given")
        _where(np.diff(first) == 0, "state {} has no choice")
        _where(np.diff(last) == 0, "choice {} leads nowhere")
        if nnz and (into.min() < 0 or into.max() >= n):
            _where((into < 0) | (into >= n), f"entry {{}} leads to a state that is not among 0 … {n - 1}")
        _where(~np.isfinite(weight) | (weight < 0), "the probability of entry {} is negative, infinite or not a number")
        into = np.ascontiguousarray(into, dtype=np.int32)
        named = {name: _label(name, holds, (n, m, nnz)) for name, holds in (labels or {}).items()}
        if not weight.all():
            named = {
                name: holds[weight > 0] if len(holds) == nnz and nnz not in (n, m) else holds
                for name, holds in named.items()
            }
            last, into, weight = _positive(last, into, weight)
            _where(np.diff(last) == 0, "choice {} has probability 0 everywhere")
        total = np.add.reduceat(weight, last[:-1])
        off = np.abs(total - 1)
        if off.max() > SLACK:
            k = int(off.argmax())
            raise NotAModel(f"the probabilities of choice {k} sum to {float(total[k])!r}, not to 1")
        lengths = np.diff(last)
        if (off > (lengths + 2) * 2.0**-53).any():  # more than what rounding does
            weight = weight / np.repeat(total, lengths)
        given = {} if rewards is None else rewards if isinstance(rewards, Mapping) else {"reward": rewards}
        model = SparseModel(
            first,
            last,
            into,
            weight,
            _start(start, n),
            {name: _vector(f"reward {name}", values, m) for name, values in given.items()},
            named,
            states,
            actions,
            None if action is None else np.ascontiguousarray(action, dtype=np.int32),
        )
        if states is not None and len(states) != n:
            raise NotAModel(f"{n} states have {len(states)} names")
        if model.action is not None and (
            len(model.action) != m or not ((model.action >= 0) & (model.action < len(actions))).all()
        ):
            raise NotAModel("each choice needs the index of its action")
        return model


def _offsets(name: str, values: ArrayLike) -> Indices:
    found: Any = np.asarray(values)
    if found.ndim != 1 or len(found) == 0 or found.dtype.kind not in "iu" or found[0] != 0:
        raise NotAModel(f"`{name}` is an array of integers that starts with 0")
    if (np.diff(found.astype(np.int64, copy=False)) < 0).any():
        raise NotAModel(f"`{name}` must not decrease")
    return np.ascontiguousarray(found, dtype=np.int32 if found[-1] < 2**31 else np.int64)


def _where(wrong: Bools, message: str) -> None:
    if wrong.any():
        raise NotAModel(message.format(int(wrong.argmax())))


def _positive(last: Indices, into: NDArray[np.int32], weight: Floats) -> tuple[Indices, NDArray[np.int32], Floats]:
    """The same without entries of probability 0."""
    kept = weight > 0
    before = np.concatenate(([0], np.cumsum(kept)))
    return before[last].astype(last.dtype), into[kept], weight[kept]


def _start(start: int | ArrayLike, n: int) -> tuple[NDArray[np.int32], Floats]:
    given = np.asarray(start)
    if given.ndim == 0:
        if given.dtype.kind not in "iu" or not 0 <= given < n:
            raise NotAModel(f"the start is one of the states 0 … {n - 1}, or a probability for each of them")
        return np.array([given], dtype=np.int32), np.ones(1)
    weights = _vector("start", given, n)
    _where(weights < 0, "the start probability of state {} is negative")
    if abs(weights.sum() - 1) > SLACK:
        raise NotAModel(f"the start probabilities sum to {float(weights.sum())!r}, not to 1")
    states = np.flatnonzero(weights)
    return states.astype(np.int32), weights[states]


def _vector(name: str, values: ArrayLike, length: int) -> Floats:
    found = np.ascontiguousarray(values, dtype=np.float64)
    if found.shape != (length,):
        raise NotAModel(f"`{name}` has shape {found.shape}, not ({length},)")
    _where(~np.isfinite(found), f"`{name}` is infinite or not a number at {{}}")
    return found


def _label(name: str, holds: ArrayLike, lengths: tuple[int, int, int]) -> Bools:
    found = np.ascontiguousarray(holds, dtype=np.bool_)
    if found.ndim != 1 or len(found) not in lengths:
        raise NotAModel(f"label `{name}` has shape {found.shape}; states, choices and entries number {lengths}")
    return found
