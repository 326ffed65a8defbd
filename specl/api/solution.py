"""A solved objective: what is known of the best value, and the policy; for a person, as JSON, and as a file."""

import json
import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

from specl.api.confirmed import INTERRUPTED, Confirmed, is_among, is_deterministic
from specl.api.policy_file import memory_json, policy_json, weights_json
from specl.api.solved_text import (
    MOST,
    OVER,
    brief,
    counted,
    json_value,
    memory_lines,
    policy_lines,
    times,
    value_text,
    width_text,
)
from specl.language.document import Document
from specl.language.printer import show_item
from specl.language.syntax import Name
from specl.language.writing import policy_item
from specl.model.environment import Environment
from specl.model.policy import Policy, reachable_states
from specl.render.number import exact
from specl.solvers.policies import as_policy
from specl.solvers.solved import Bounds, Memory, Solved
from specl.solvers.without_memory import entered

Status = Literal["precise", "wide", "fault"]


@dataclass(frozen=True, eq=False)
class Solution:
    """The best policy for an objective, and how good it is.

    Attributes:
        objective, code: the objective's name, its formalism's code.
        environment: what it is about.
        solved: the bounds and the policy.
        confirmed: what came of evaluating the policy again.
        precision: the width that was asked for; 0 for an exact answer.
        seconds: phase -> seconds.
        text_of_policy: the policy as .spec text, where it is stationary.
        was_cut_short: whether Ctrl-C ended a search, which then gave what it had.
    """

    objective: str
    code: str
    environment: Environment
    solved: Solved
    confirmed: Confirmed
    precision: Fraction
    seconds: Mapping[str, float]
    text_of_policy: str | None
    was_cut_short: bool = False

    @property
    def faults(self) -> tuple[str, ...]:
        """What the solver claimed and is not so; empty, or specl has a fault."""
        return self.confirmed.faults

    @property
    def value(self) -> tuple[Bounds, ...] | None:
        """Bounds on the best value, for each number that the objective compares; None where a fault was found."""
        return None if self.faults else self.solved.value

    @property
    def worth(self) -> Any:
        """What the policy is worth, by the formalism's definition; None where that was not evaluated."""
        return self.confirmed.worth

    @property
    def memory(self) -> Memory | None:
        """What the policy runs beside; None where it is stationary."""
        return self.solved.memory

    @property
    def policy(self) -> Policy | None:
        """The policy, where it is stationary."""
        if self.solved.policy is None or self.memory is not None:
            return None
        return as_policy(self.environment, self.solved.policy)

    @property
    def status(self) -> Status:
        """Whether the bounds are as narrow as asked for, valid but wider, or not to be believed."""
        if self.faults:
            return "fault"
        wide = any(bounds.width > self.precision for bounds in self.solved.value) and self.precision > 0
        return "precise" if self.solved.is_precise and not wide else "wide"

    @property
    def interrupted(self) -> bool:
        """Whether Ctrl-C ended a search, or the evaluation of the policy."""
        return self.was_cut_short or self.confirmed.why_not == INTERRUPTED

    # --- for a person ---

    def headline(self) -> str:
        """The objective and its best value, in a line."""
        name = f"{self.objective} ({self.code}) in {self.environment.name}"
        return f"{name}: {'no answer' if self.faults else value_text(self.solved.value)}"

    def details(self) -> Iterator[str]:
        """The lines of `text` below the headline."""
        for fault in self.faults:
            yield f"  this is a fault of specl, not yours: {fault}"
        if self.faults:
            return
        yield ""
        reached = self._reached()
        yield from policy_lines(self.environment, self.solved, reached)
        if self.memory is not None:
            yield ""
            yield from memory_lines(self.environment, self.solved, reached)
        yield ""
        for label, text in self._facts():
            yield f"{label:10}  {text}"
        if self.text_of_policy is not None and len(self.environment.states) <= MOST:
            yield ""
            yield self.text_of_policy

    def text(self) -> str:
        """The value, the policy, and what both are."""
        return "\n".join([self.headline(), *self.details()])

    def __str__(self) -> str:
        return self.text()

    def _facts(self) -> Iterator[tuple[str, str]]:
        solved = self.solved
        yield "best among", OVER[solved.over]
        yield "the policy", self._described()
        if solved.stationary is not None:
            width = f" (known to {width_text(solved.stationary[0].width)})" if solved.stationary[0].width else ""
            yield "stationary", f"the best stationary policy is worth {brief(solved.stationary)}{width}"
        count = f", {counted(solved.iterations, 'iteration')}" if solved.iterations else ""
        yield "method", f"{solved.method}{count}"
        if solved.note:
            yield "note", solved.note
        yield "time", times(self.seconds)

    def _described(self) -> str:
        solved = self.solved
        choices = "deterministic" if is_deterministic(solved.policy or {}) else "stochastic"
        kind = f"stationary, {choices}" if self.memory is None else f"with memory, {choices}"
        if self.worth is None:
            return f"{kind}; worth {value_text(solved.achieved)}, not evaluated again: {self.confirmed.why_not}"
        own = all(not bounds.width for bounds in solved.achieved)
        same = own and is_among(solved) and solved.achieved == solved.value
        return f"{kind}; worth {'just that' if same else brief(solved.achieved)}, evaluated again"

    def _reached(self) -> Collection[Any]:
        """The states that the policy enters, beside a memory the pairs."""
        weights = self.solved.policy or {}
        if self.memory is None:
            return reachable_states(self.environment, as_policy(self.environment, weights))
        return set(entered(self.environment, weights, self.memory))

    def _repr_html_(self) -> str:
        from html import escape

        return f"<pre>{escape(self.text())}</pre>"

    # --- for programs ---

    def json(self) -> dict[str, Any]:
        """``{"value", "policy", "memory", "method", "iterations"}`` and more: "objective", "formalism", "environment",
        "over", "achieved", "stationary", "worth" (evaluated again), "seconds", "status", "note", "faults", "spec"."""
        solved, environment = self.solved, self.environment
        weights, memory = None, None
        if not self.faults and solved.policy is not None:
            weights = weights_json(environment, solved.policy, solved.memory)
            memory = None if solved.memory is None else memory_json(environment, solved.memory)
        return {
            "objective": self.objective,
            "formalism": self.code,
            "environment": environment.name,
            "value": json_value(self.value),
            "policy": weights,
            "memory": memory,
            "method": solved.method,
            "iterations": solved.iterations,
            "over": solved.over,
            "achieved": None if self.faults else json_value(solved.achieved),
            "worth": None if self.worth is None else exact(self.worth),
            "stationary": None if self.faults else json_value(solved.stationary),
            "seconds": dict(self.seconds),
            "status": self.status,
            "note": solved.note,
            "faults": list(self.faults),
            "spec": self.text_of_policy,
        }

    # --- as a file ---

    def export(self, path: str | os.PathLike[str]) -> None:
        """Write the policy as JSON, for `specl eval --policy`.

        Raises:
            ValueError: there is no policy.
            OSError: the file cannot be written.
        """
        if self.solved.policy is None or self.faults:
            raise ValueError("there is no policy to export")
        document = policy_json(self.environment, self.solved.policy, self.memory)
        document = {"format": document.pop("format"), "objective": self.objective, **document}
        Path(path).write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def spec_text(document: Document, environment: Environment, solved: Solved) -> str | None:
    """The policy as text that can be pasted into the file; None where it has a memory, or no table."""
    if solved.memory is not None or solved.policy is None:
        return None
    taken = {*document.policies, *document.families}
    name = "best"
    while name in taken:
        name += "'"
    item = policy_item(environment, name, as_policy(environment, solved.policy))
    if len(document.environments) > 1:
        item = replace(item, environment=Name(environment.name))
    return show_item(item)
