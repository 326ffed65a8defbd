"""The best policy of a model that is no .spec environment: for a person, as JSON, and as a file."""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from specl.api.solved_text import MOST, OVER, columns, counted, json_value, times, value_text
from specl.solvers.solved import Bounds
from specl.solvers.sparse import Bools, Indices, SparseModel

if TYPE_CHECKING:
    from specl.automata.automaton import Automaton

LARGEST = 1000
"""So many states has a policy that stands in the JSON document itself."""


@dataclass(frozen=True, eq=False)
class Watched:
    """Where a policy runs beside an automaton.

    Attributes:
        state, memory: the state of the model and that of the automaton, for each place of the policy.
        first: the first choice of each place in ``equal``.
        is_equal: the places where the policy chooses with equal weights among several choices.
        equal: these choices.
    """

    automaton: "Automaton"
    state: NDArray[np.int32]
    memory: NDArray[np.int32]
    first: Indices
    is_equal: Bools
    equal: Bools


@dataclass(frozen=True, eq=False)
class Answer:
    """What a solver says of a model.

    Attributes:
        bounds: on the best value from the start, among all policies.
        choice: the choice of each state, numbered from 0 in it; beside an automaton that of each place.
        note: what stood in the way of narrower bounds.
    """

    bounds: Bounds
    choice: NDArray[np.int32]
    method: str
    iterations: int
    note: str = ""
    watched: Watched | None = None
    seconds: Mapping[str, float] = field(default_factory=dict)

    def chosen(self, i: int) -> list[int]:
        """The choices of a place, numbered from 0 in its state; of several each has the same weight."""
        watched = self.watched
        if watched is None or not watched.is_equal[i]:
            return [int(self.choice[i])]
        found: list[int] = np.flatnonzero(watched.equal[watched.first[i] : watched.first[i + 1]]).tolist()
        return found


@dataclass(frozen=True, eq=False)
class ModelSolution:
    """The best policy of a model for what was asked.

    Attributes:
        name: of the model: its file's.
        question: what was asked, in words.
        precision: the width that was asked for.
        told: what was rounded or left out when the model was read.
    """

    name: str
    model: SparseModel
    question: str
    answer: Answer
    precision: Fraction
    seconds: Mapping[str, float]
    told: Sequence[str] = ()
    interrupted: bool = False

    @property
    def value(self) -> tuple[Bounds, ...]:
        """Bounds on the best value from the start."""
        return (self.answer.bounds,)

    @property
    def status(self) -> Literal["precise", "wide"]:
        """Whether the bounds are as narrow as asked for, or valid but wider."""
        return "precise" if self.answer.bounds.width <= self.precision else "wide"

    # --- for a person ---

    def headline(self) -> str:
        """The question and the value, in a line."""
        return f"{self.question} in {self.name}: {value_text(self.value)}"

    def details(self) -> Iterator[str]:
        """The lines of `text` below the headline."""
        model, answer = self.model, self.answer
        sizes = {"state": model.size, "choice": len(model.entries) - 1, "transition": len(model.targets)}
        yield f"  {', '.join(counted(size, what) for what, size in sizes.items())}"
        yield ""
        yield from columns([self._row(i) for i in range(min(len(answer.choice), MOST))])
        if len(answer.choice) > MOST:
            yield f"  … and {len(answer.choice) - MOST} more; --export FILE writes all of them"
        yield ""
        count = f", {counted(answer.iterations, 'iteration')}" if answer.iterations else ""
        facts = [("best among", OVER["all policies"]), ("method", f"{answer.method}{count}")]
        facts += [("note", note) for note in (answer.note, *self.told) if note]
        for label, text in (*facts, ("time", times(self.seconds))):
            yield f"{label:10}  {text}"

    def text(self) -> str:
        """The value, the policy, and what both are."""
        return "\n".join([self.headline(), *self.details()])

    def __str__(self) -> str:
        return self.text()

    def _row(self, i: int) -> list[str]:
        """State, the automaton's state where there is one, and what is chosen."""
        watched = self.answer.watched
        s = i if watched is None else int(watched.state[i])
        names = [self.model.act(int(self.model.choices[s]) + k) for k in self.answer.chosen(i)]
        beside = [] if watched is None else [f"automaton in {watched.memory[i]}"]
        return [self.model.state(s), *beside, " or ".join(names) + (" equally" if len(names) > 1 else "")]

    # --- for programs ---

    def json(self) -> dict[str, Any]:
        """``{"value", "policy", "memory", "method", "iterations"}`` and more: "model", "question", "states", "over",
        "seconds", "status", "note". The policy is a list of [state, choice], beside an automaton of [state, automaton's
        state, choice], and null where it has more than LARGEST places."""
        answer = self.answer
        rows = [self._row(i) for i in range(len(answer.choice))] if len(answer.choice) <= LARGEST else None
        return {
            "model": self.name,
            "question": self.question,
            "states": self.model.size,
            "value": json_value(self.value),
            "policy": rows,
            "memory": None if answer.watched is None else automaton_json(answer.watched.automaton),
            "method": answer.method,
            "iterations": answer.iterations,
            "over": "all policies",
            "seconds": dict(self.seconds),
            "status": self.status,
            "note": "; ".join(note for note in (answer.note, *self.told) if note),
        }

    # --- as a file ---

    def export(self, path: str | os.PathLike[str]) -> None:
        """Write the choice of each state, numbered from 0 in it; beside an automaton that of each place, a list where
        each of several has the same weight.

        Raises:
            OSError: the file cannot be written.
        """
        from specl.api.policy_file import FORMAT  # it loads the records of .spec files

        answer, watched = self.answer, self.answer.watched
        document: dict[str, Any] = {"format": FORMAT, "model": self.name, "question": self.question}
        choices: list[Any] = answer.choice.tolist()
        if watched is not None:
            document["memory"] = automaton_json(watched.automaton)
            document["places"] = np.column_stack((watched.state, watched.memory)).tolist()
            for i in np.flatnonzero(watched.is_equal[: len(choices)]):
                choices[i] = answer.chosen(int(i))
        document["choices"] = choices
        Path(path).write_text(json.dumps(document, ensure_ascii=False) + "\n", encoding="utf-8")


def automaton_json(automaton: "Automaton") -> dict[str, Any]:
    """``{"kind", "states", "start", "moves"}``, with moves [q, labels that hold on the step, q']."""
    moves = [[q, sorted(letter), target] for (q, letter), (target, _) in automaton.delta.items()]
    return {"kind": "automaton", "states": automaton.states, "start": automaton.start, "moves": moves}
