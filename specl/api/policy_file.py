"""Policies as JSON files: what `specl solve --export` writes and `specl eval --policy` reads.

``{"format": "specl-policy/1", "environment", "states", "actions", "memory", "weights"}``. The weights are exact
strings, ``{state: {action: weight}}``, beside a memory ``{memory state: {state: {action: weight}}}``; where a state is
left out the first action is taken. The memory is null, or ``{"kind", "states", "start", "moves"}``: for each move
``[u, s, a, t, v]`` it goes from u to v when the step from s by a to t is made, and otherwise it stays.
"""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from specl.api.references import refuse
from specl.language.diagnostics import SpecErrors, nearest_or_all
from specl.language.records import NamedPolicy
from specl.model.digits import parsed, written
from specl.model.environment import Environment
from specl.solvers.policies import as_policy
from specl.solvers.solved import Memory

FORMAT = "specl-policy/1"

_NUMBER = re.compile(r"([0-9]+(?:\.[0-9]+)?)(?:/([0-9]+))?")

Weights = Mapping[Any, Mapping[int, Fraction]]
"""State, or (state, memory state) -> action -> weight."""


@dataclass(frozen=True, eq=False)
class Remembering:
    """A policy with memory, and what it is called."""

    name: str
    environment: str
    weights: Weights
    memory: Memory


def policy_json(environment: Environment, weights: Weights, memory: Memory | None) -> dict[str, Any]:
    """The policy as a document."""
    return {
        "format": FORMAT,
        "environment": environment.name,
        "states": list(environment.states),
        "actions": list(environment.actions),
        "memory": None if memory is None else memory_json(environment, memory),
        "weights": weights_json(environment, weights, memory),
    }


def weights_json(environment: Environment, weights: Weights, memory: Memory | None) -> dict[str, Any]:
    """``{state: {action: weight}}``, beside a memory ``{memory state: {state: {action: weight}}}``."""
    if memory is None:
        return {environment.states[s]: _row(environment, row) for s, row in sorted(weights.items())}
    found: dict[str, Any] = {name: {} for name in memory.states}
    for (s, u), row in sorted(weights.items()):
        found[memory.states[u]][environment.states[s]] = _row(environment, row)
    return found


def memory_json(environment: Environment, memory: Memory) -> dict[str, Any]:
    """``{"kind", "states", "start", "moves"}``."""
    moves = []
    for u, row in enumerate(memory.next):
        for (s, a, t), v in zip(environment.steps, row, strict=True):
            if v != u:
                step = (environment.states[s], environment.actions[a], environment.states[t])
                moves.append([memory.states[u], *step, memory.states[v]])
    start = memory.states[memory.start]
    return {"kind": memory.kind, "states": list(memory.states), "start": start, "moves": moves}


def read_policy(
    path: str | os.PathLike[str], environments: Mapping[str, Environment]
) -> NamedPolicy | Remembering:
    """The policy of a file, for the environment that it names, or for the only one; it is called as the file is.

    Raises:
        SpecErrors: there is no such file, or it holds no policy of the environment.
    """
    file = os.fspath(path)
    try:
        document = json.loads(Path(path).read_text("utf-8"))
    except FileNotFoundError:
        raise refuse("E001", "there is no such file", None, file) from None
    except (OSError, UnicodeDecodeError) as error:
        raise refuse("E001", f"the file cannot be read: {error}", None, file) from None
    except (ValueError, RecursionError) as error:
        raise refuse("E098", f"the file is no JSON document: {error}", None, file) from None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise refuse("E098", f'the file holds no policy: `"format": "{FORMAT}"` is missing', None, file)
    named = str(document.get("environment"))
    if named not in environments and len(environments) > 1:
        hint = nearest_or_all(named, environments)
        raise refuse("E098", f"the policy is about the environment `{named}`, which there is not", hint, file)
    environment = environments[named] if named in environments else next(iter(environments.values()))
    return _Reader(file, Path(path).stem, environment).read(document)


def _row(environment: Environment, row: Mapping[int, Fraction]) -> dict[str, str]:
    return {environment.actions[a]: written(weight) for a, weight in sorted(row.items()) if weight}


@dataclass(frozen=True)
class _Reader:
    file: str
    name: str
    environment: Environment

    def read(self, document: Mapping[str, Any]) -> NamedPolicy | Remembering:
        for what, names in (("states", self.environment.states), ("actions", self.environment.actions)):
            listed = list(map(str, _list(document.get(what))))
            if sorted(listed) != sorted(names):
                message = f"the policy is about other {what}: {', '.join(listed[:8]) or 'none'}"
                raise self.wrong(message, f"the environment `{self.environment.name}` has {', '.join(names[:8])}")
        given, weights = document.get("memory"), document.get("weights")
        if given is None:
            rows = self.rows(weights, "")
            return NamedPolicy(self.name, self.environment.name, as_policy(self.environment, rows))
        memory = self.memory(given)
        if not isinstance(weights, dict):
            raise self.wrong("`weights` maps memory states to states to actions to weights")
        found = {}
        for name, inner in weights.items():
            u = self.index(name, memory.states, "memory state")
            found.update({(s, u): row for s, row in self.rows(inner, f" of memory state `{name}`").items()})
        return Remembering(self.name, self.environment.name, found, memory)

    def rows(self, weights: Any, where: str) -> dict[int, dict[int, Fraction]]:
        if not isinstance(weights, dict):
            raise self.wrong(f"the weights{where} map states to actions to weights")
        return {
            self.index(state, self.environment.states, "state"): self.row(row, f"state `{state}`{where}")
            for state, row in weights.items()
        }

    def row(self, row: Any, where: str) -> dict[int, Fraction]:
        if not isinstance(row, dict):
            raise self.wrong(f"the weights in {where} map actions to weights")
        found = {}
        for action, weight in row.items():
            number = _number(str(weight))
            if number is None:
                raise self.wrong(f"the weight of `{action}` in {where} is no number such as \"1/3\": {weight!r}")
            found[self.index(action, self.environment.actions, "action")] = number
        if sum(found.values()) != 1:
            raise self.wrong(f"the weights in {where} sum to {sum(found.values())}, not to 1")
        return found

    def memory(self, given: Any) -> Memory:
        if not isinstance(given, dict) or not _list(given.get("states")):
            raise self.wrong("the memory is no object with `states`, `start` and `moves`")
        states = tuple(map(str, _list(given["states"])))
        if len(set(states)) < len(states):
            raise self.wrong("two states of the memory have one name")
        environment = self.environment
        number = {step: i for i, step in enumerate(environment.steps)}
        following = [[u] * len(environment.steps) for u in range(len(states))]
        for move in _list(given.get("moves")):
            if len(_list(move)) != 5:
                raise self.wrong(f"a move of the memory is a list [u, state, action, state, v], not {move!r}")
            u, v = (self.index(move[i], states, "memory state") for i in (0, 4))
            s, t = (self.index(move[i], environment.states, "state") for i in (1, 3))
            a = self.index(move[2], environment.actions, "action")
            if (s, a, t) not in number:
                raise self.wrong(f"the memory watches a step that is impossible: {environment.show_step((s, a, t))}")
            following[u][number[s, a, t]] = v
        start = self.index(given.get("start"), states, "memory state")
        return Memory(str(given.get("kind", "machine")), states, start, tuple(map(tuple, following)))

    def index(self, name: Any, names: tuple[str, ...], what: str) -> int:
        if name not in names:
            raise self.wrong(f"there is no {what} `{name}`", nearest_or_all(str(name), names))
        return names.index(name)

    def wrong(self, message: str, hint: str | None = None) -> SpecErrors:
        return refuse("E098", message, hint, self.file)


def _number(text: str) -> Fraction | None:
    match = _NUMBER.fullmatch(text)
    if match is None:
        return None
    divisor = parsed(match[2] or "1")
    return None if divisor == 0 else parsed(match[1]) / divisor


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
