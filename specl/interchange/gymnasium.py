"""Toy-text environments of Gymnasium (FrozenLake, Taxi, CliffWalking) as models: from the table that they carry.

Source: Gymnasium's documentation of these environments. ``env.unwrapped.P[s][a]`` lists what can happen, as
``(probability, next state, reward, terminated)``. Gymnasium ends an episode there; a model goes on for ever, so that
what terminates leads to one more state, `over`, which is never left and earns nothing. Time limits of wrappers are no
part of the table, nor of the model.
"""

from typing import Any, Protocol

import numpy as np

from specl.interchange.reading.assembly import Draft, What, expected, finish
from specl.interchange.reading.faults import refusal
from specl.language.diagnostics import SpecErrors
from specl.solvers.sparse import SparseModel


class _Env(Protocol):
    @property
    def unwrapped(self) -> Any: ...


def from_gymnasium(env: _Env | str) -> SparseModel:
    """The model of an environment that has a table: states and actions as numbered there, then `over`.

    The reward is called `reward`; the label `over` marks the last state.

    Args:
        env: an environment, or the name under which Gymnasium makes it.

    Raises:
        SpecErrors: it has no table, or the table is none of a Markov decision process.
    """
    name, made = (env, _make(env)) if isinstance(env, str) else (_name(env), env)
    bare = made.unwrapped
    table: Any = getattr(bare, "P", None)
    if not hasattr(table, "__getitem__") or not hasattr(table, "__len__"):
        hint = "FrozenLake, Taxi and CliffWalking have one; others can only be sampled"
        raise refusal("E109", "the environment has no table `P` of its transitions", name, hint)
    n = len(table)
    counts, lengths, rows = [], [], []
    try:
        for s in range(n):
            counts.append(len(table[s]))
            for a in range(len(table[s])):
                lengths.append(len(table[s][a]))
                rows += [(float(p), int(t), float(r), bool(over)) for p, t, r, over in table[s][a]]
    except (KeyError, IndexError, TypeError, ValueError):
        message = f"`P[{len(counts) - 1}]` is no list of `(probability, state, reward, terminated)` for each action"
        raise refusal("E109", message, name) from None
    columns = zip(*rows, strict=True) if rows else ((), (), (), ())
    probabilities, targets, rewards, is_over = (np.array(column) for column in columns)
    entries = np.concatenate(([0], np.cumsum(lengths)))

    def complain(code: str, message: str, what: What, index: int, hint: str | None) -> SpecErrors:
        k = int(np.searchsorted(entries, index, side="right")) - 1 if what == "entry" else index
        s = int(np.searchsorted(choices, k, side="right")) - 1
        place = "" if what == "model" else f"`P[{s}][{k - int(choices[s])}]`: "
        return refusal(code, place + message, name, hint)

    choices = np.concatenate(([0], np.cumsum(counts)))
    if not np.isfinite(rewards).all():
        raise complain("E109", "a reward is no finite number", "entry", int((~np.isfinite(rewards)).argmax()), None)
    owner = np.repeat(np.arange(len(lengths)), lengths)
    known = {int(t) for t in targets} - set(range(n))
    if known:
        wrong = int(np.isin(targets, list(known)).argmax())
        raise complain("E103", f"there is no state {targets[wrong]}", "entry", wrong, None)
    draft = Draft(
        np.append(choices, choices[-1] + 1),
        np.append(entries, entries[-1] + 1),
        np.append(np.where(is_over, n, targets), n),
        np.append(probabilities, 1.0),
        *_initial(bare, n, name),
        rewards={"reward": np.append(expected(probabilities * rewards, owner, len(lengths)), 0.0)},
        state_labels={"over": np.arange(n + 1) == n},
        states=(*map(str, range(n)), "over"),
    )
    return finish(draft, complain, lambda _: None, doubles_allowed=True)


def _make(name: str) -> _Env:
    try:
        import gymnasium
    except ImportError:
        hint = 'pip install "specl-rl[gymnasium]"'
        raise refusal("E109", "Gymnasium is not installed", name, hint) from None
    try:
        made: _Env = gymnasium.make(name)
    except gymnasium.error.Error as error:
        raise refusal("E109", f"Gymnasium does not make it: {error}", name) from None
    return made


def _name(env: _Env) -> str:
    spec = getattr(env.unwrapped, "spec", None)
    return str(getattr(spec, "id", None) or type(env.unwrapped).__name__)


def _initial(bare: Any, n: int, name: str) -> tuple[Any, Any]:
    """The states where an episode may begin, and their probabilities."""
    weights = getattr(bare, "initial_state_distrib", None)
    if weights is None:
        raise refusal("E109", "the environment has no `initial_state_distrib`", name)
    given = np.asarray(weights, dtype=np.float64)
    if given.shape != (n,) or not np.isfinite(given).all() or (given < 0).any() or abs(given.sum() - 1) > 1e-9:
        raise refusal("E104", f"`initial_state_distrib` is no distribution over the {n} states", name)
    initial = np.flatnonzero(given)
    return initial, given[initial]
