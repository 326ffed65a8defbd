"""Where the things of a document are written."""

from collections.abc import Iterator
from typing import TypeVar

from specl.language import syntax
from specl.language.diagnostics import Diagnostic
from specl.language.document import Document, NamedObjective
from specl.model.alphabet import Alphabet
from specl.model.environment import Environment
from specl.model.errors import Span

Named = TypeVar(
    "Named",
    syntax.EnvironmentItem,
    syntax.PolicyItem,
    syntax.ObjectiveItem,
    syntax.OrderingItem,
)


def items(document: Document, kind: type[Named]) -> dict[str, Named]:
    """The items of a kind by name."""
    return {item.name.text: item for item in document.syntax.items if isinstance(item, kind)}


def finding(document: Document, code: str, message: str, at: Span | None, hint: str | None = None) -> Diagnostic:
    """Something found at a place of the document."""
    return Diagnostic(code, message, at, hint, document.file)


def objectives(document: Document) -> Iterator[tuple[NamedObjective, Environment, syntax.ObjectiveItem]]:
    """The objectives that are about an environment, with it and with what is written."""
    written = items(document, syntax.ObjectiveItem)
    for named in document.objectives.values():
        if not named.everywhere:
            yield named, document.environments[named.environment], written[named.name]


def over_alphabets(document: Document) -> Iterator[tuple[NamedObjective, Alphabet, syntax.ObjectiveItem]]:
    """The objectives that are about every environment over an alphabet, with it and with what is written."""
    written = items(document, syntax.ObjectiveItem)
    for named in document.objectives.values():
        if named.everywhere:
            yield named, document.alphabets[named.environment], written[named.name]
