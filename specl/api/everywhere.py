"""Comparing two objectives in every environment over their alphabet."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from specl import formalisms
from specl.api.references import Reference, refuse
from specl.api.status import Status, of_verdict
from specl.everywhere.decide import decide
from specl.everywhere.difference import Outcome, Side
from specl.everywhere.search import Limits
from specl.language.diagnostics import Diagnostic, SpecErrors, some_of
from specl.language.document import Document
from specl.language.objectives import recovered_names
from specl.language.resolve import resolve
from specl.language.source import Source
from specl.language.syntax import (
    AlphabetItem,
    EnvironmentItem,
    File,
    Item,
    Label,
    Name,
    Names,
    ObjectiveItem,
    OrderField,
)
from specl.model.alphabet import ANONYMOUS, Alphabet
from specl.render.number import exact, show
from specl.render.table import columns

MOST_NAMES = 8
"""So many states, actions and labels of an alphabet are named."""


@dataclass(frozen=True)
class EverywhereCompared:
    """Whether two objectives order all stationary policies alike in every environment over their alphabet."""

    left: str
    right: str
    alphabet: Alphabet
    outcome: Outcome

    @property
    def verdict(self) -> str:
        """ "same", "different" or "unknown"."""
        return self.outcome.verdict

    @property
    def status(self) -> Status:
        """Whether they are the same."""
        return of_verdict(self.verdict)

    @property
    def reason(self) -> str:
        """Why, in words."""
        return self.outcome.reason

    @property
    def spec(self) -> str | None:
        """The environment where they differ, with both objectives, two policies and assertions, as a .spec file."""
        return None if self.outcome.difference is None else self.outcome.difference.text()

    def lines(self) -> list[str]:
        """The verdict, the reason, and four values; without the file."""
        alike = f"all policies alike in every environment over {_names(self.alphabet)}"
        headline = {
            "same": f"{self.left} and {self.right} order {alike}.",
            "different": f"{self.left} and {self.right} differ in an environment over {_names(self.alphabet)}.",
        }.get(self.verdict, f"Whether {self.left} and {self.right} order {alike} is unknown.")
        told = self.reason.split("\n")
        end = "" if told[-1].startswith(" ") else "."  # a list of values has none
        lines = [headline, *(f"  {line}" for line in told[:-1]), f"  {told[-1]}{end}"]
        found = self.outcome.difference
        if found is not None:
            rows = [[str(each.name), show(each.left), show(each.right)] for each in (found.first, found.second)]
            lines += ["", *columns(["", found.left.name, found.right.name], rows)]
        return lines

    def text(self) -> str:
        """The verdict, the reason, four values, and the file."""
        return "\n".join([*self.lines(), *([] if self.spec is None else ["", self.spec.rstrip("\n")])])

    def json(self) -> dict[str, Any]:
        """``{"verdict", "scope": "every environment", "witness": {"policies": [p, q], "values": {objective: [of p, of
        q]}, "environment": text of a .spec file}, "reason"}``; the policies and objectives are called as in that file.
        """
        found = self.outcome.difference
        witness = None
        if found is not None:
            both = (found.first, found.second)
            witness = {
                "policies": [each.name for each in both],
                "values": {
                    found.left.name: [exact(each.left) for each in both],
                    found.right.name: [exact(each.right) for each in both],
                },
                "environment": found.text(),
            }
        tried = {"tried": list(self.outcome.tried)} if self.outcome.tried else {}
        scope = "every environment"
        return {"verdict": self.verdict, "scope": scope, "witness": witness, "reason": self.reason} | tried

    def __str__(self) -> str:
        return self.text()


def compare_everywhere(
    left: Reference,
    right: Reference,
    seconds: float | None = None,
    watch: Callable[[str], None] | None = None,
) -> EverywhereCompared:
    """Compare two objectives in every environment over their alphabet.

    Args:
        seconds: for a search, where nothing decides; None for a minute.
        watch: is told what is tried.

    Raises:
        SpecErrors: they are over alphabets that do not fit together.
    """
    alphabet, first, second = common(left, right)
    limits = Limits() if seconds is None else Limits(seconds=seconds)
    outcome = decide(alphabet, first, second, limits, watch or (lambda _: None))
    return EverywhereCompared(first.name, second.name, alphabet, outcome)


def common(left: Reference, right: Reference) -> tuple[Alphabet, Side, Side]:
    """The alphabet of two objectives, and both over it. Of an environment the states, actions and labels count; each
    file may have labels that the other one lacks.

    Raises:
        SpecErrors: their states, actions or labels do not fit together.
    """
    (here, document, one), (there, _, other) = (_over_alphabet(reference) for reference in (left, right))
    for what in ("states", "actions"):
        if getattr(here, what) != getattr(there, what):
            message = f"`{left.objective.name}` and `{right.objective.name}` are over different {what}"
            shown = (
                some_of(name for name in getattr(each, what) if name != ANONYMOUS) or "none" for each in (here, there)
            )
            raise refuse("E090", message, " and ".join(shown) + ": they must be the same, in one order", document.file)
    told = {name for each in (here, there) for name in (*each.labels, *each.free)}
    apart = [name for name in told if here.labels.get(name) != there.labels.get(name) and _declares(here, there, name)]
    if apart:
        message = f"the label `{min(apart)}` holds elsewhere for `{right.objective.name}`"
        raise refuse("E090", message, "two objectives over one alphabet share its labels", document.file)
    labels = {**here.labels, **there.labels}
    free = dict.fromkeys((*here.free, *there.free))
    alphabet = Alphabet(here.name, here.states, here.actions, labels, tuple(free))
    alike = left.objective.name == right.objective.name
    first, second = (
        Side(f"{reference.document.file}:{record[0]}" if alike else record[0], *record[1:])
        for reference, record in ((left, one), (right, other))
    )
    return alphabet, first, second


def _declares(here: Alphabet, there: Alphabet, name: str) -> bool:
    return all(name in each.labels or name in each.free for each in (here, there))


def _over_alphabet(reference: Reference) -> tuple[Alphabet, Document, tuple[str, str, Any]]:
    objective, document = reference.objective, reference.document
    if not objective.everywhere:
        document = without_dynamics(document, objective.environment, objective.name)
        objective = document.objectives[objective.name]
    return document.alphabets[objective.environment], document, (objective.name, objective.code, objective.objective)


def without_dynamics(document: Document, environment: str, objective: str) -> Document:
    """An environment's alphabet, and over it an objective with those that it recovers: the text read once more.

    Raises:
        SpecErrors: the objective means nothing without the environment, since it names policies, or since guards of its
            machine exclude each other on possible steps only.
    """
    items = {item.name.text: item for item in document.syntax.items if isinstance(item, ObjectiveItem)}
    needed = [objective]
    for name in needed:  # grows while it is walked
        needed += [each.text for each in recovered_names(items[name]) if each.text not in needed]

    source = Source(document.text, document.file)
    for name in needed:
        for field in items[name].fields:
            if isinstance(field, OrderField) and field.kind == "ranking":
                message = f"`{name}` ranks policies of `{environment}`: elsewhere it means nothing"
                raise SpecErrors([Diagnostic("E033", message, field.at, None, document.file)], source)

    def kept() -> Iterable[Item]:
        for item in document.syntax.items:
            if isinstance(item, EnvironmentItem) and item.name.text == environment:
                names = tuple(entry for entry in item.body if isinstance(entry, Names | Label))
                yield AlphabetItem(item.name, names, item.at)
            elif isinstance(item, ObjectiveItem) and item.name.text in needed:
                yield replace(item, environment=Name(environment))

    return resolve(File(tuple(kept())), source, formalisms)


def _names(alphabet: Alphabet) -> str:
    states = [] if alphabet.states == (ANONYMOUS,) else list(alphabet.states)
    groups = (states, list(alphabet.actions), [*alphabet.labels, *alphabet.free])
    shown = (group if len(group) <= MOST_NAMES else [*group[: MOST_NAMES - 1], "…", group[-1]] for group in groups)
    return "{" + "; ".join(", ".join(group) for group in shown if group) + "}"
