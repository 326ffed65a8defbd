"""Comparing two formalisms, or two objectives of one environment."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from specl.api.references import Reference, refer, refuse
from specl.api.status import Status
from specl.api.verify import explain_pair
from specl.expressivity import explain

if TYPE_CHECKING:
    from collections.abc import Callable

    from specl.api.everywhere import EverywhereCompared
    from specl.api.objectives import ObjectivesCompared
    from specl.language.document import Document


@dataclass(frozen=True)
class FormalismsCompared:
    """What is known of two formalisms. ``verdict`` is "more", "less", "equal", "incomparable" or "open": "more" says
    that the first is strictly more expressive than the second."""

    explanation: explain.Explanation

    @property
    def verdict(self) -> str:
        """The relation of the first to the second."""
        return self.explanation.verdict

    @property
    def status(self) -> Status:
        """Whether they are equally expressive."""
        if self.verdict == "equal":
            return "yes"
        return "unknown" if self.verdict == "open" else "no"

    def text(self) -> str:
        """The verdict, and the chain of facts behind each direction."""
        sides = [explain.describe(side) for side in (self.explanation.at_least, self.explanation.at_most)]
        return "\n".join([explain.headline(self.explanation), *sides])

    def json(self) -> dict[str, Any]:
        """``{"verdict", "at_least": {…chain…}, "at_most": {…chain…}}``."""
        return explain.explanation_json(self.explanation)

    def __str__(self) -> str:
        return self.text()


def compare(
    left: str,
    right: str,
    document: Document | str | os.PathLike[str] | None = None,
    *,
    every_environment: bool = False,
    in_environment: bool = False,
    seconds: float | None = None,
    watch: Callable[[str], None] | None = None,
) -> FormalismsCompared | ObjectivesCompared | EverywhereCompared:
    """Compare two formalisms by what is proved of them, or two objectives on all stationary policies.

    Two objectives over alphabets are compared in every environment over them.

    Args:
        left, right: two codes of formalisms; or two objectives, each ``file.spec:name``, a file with one objective,
            or a name in `document`.
        every_environment: compare in every environment, also where the objectives are about one.
        in_environment: compare in one environment, and refuse objectives that are about none.
        seconds: for a search of an environment; a minute if None.
        watch: is told what that search tries.

    Raises:
        SpecErrors: nothing of that name, one of each kind, objectives of different environments, or objectives over
            alphabets where one environment is asked for.
        ValueError: both one environment and every one are asked for.
    """
    if every_environment and in_environment:
        raise ValueError("in every environment, or in one")
    first, second = refer(left, document), refer(right, document)
    if isinstance(first, str) and isinstance(second, str):
        if every_environment or in_environment:
            raise refuse("E090", "formalisms are compared in every environment anyway", "name two objectives")
        return FormalismsCompared(explain_pair(first, second))
    if isinstance(first, Reference) and isinstance(second, Reference):
        if in_environment:
            _refuse_without_environment(first, second)
        if every_environment or first.objective.everywhere or second.objective.everywhere:
            from specl.api.everywhere import compare_everywhere

            return compare_everywhere(first, second, seconds, watch)
        from specl.api.objectives import compare_objectives  # arithmetic and search, which formalisms do without

        return compare_objectives(first, second)
    formalism, objective = (left, right) if isinstance(first, str) else (right, left)
    message = f"`{formalism}` is a formalism and `{objective}` an objective: two of a kind are compared"
    raise refuse("E090", message, "write FILE:OBJECTIVE for an objective whose name is a formalism's code")


def _refuse_without_environment(*references: Reference) -> None:
    for reference in references:
        objective = reference.objective
        if objective.everywhere:
            message = f"`{objective.name}` is about the alphabet `{objective.environment}`, not about an environment"
            raise refuse("E033", message, "leave out --in-environment", reference.document.file)
