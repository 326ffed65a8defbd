"""What an argument on the command line speaks of: a formalism by its code, or an objective in a file."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from specl import formalisms
from specl.language.diagnostics import COMMAND, Diagnostic, SpecErrors, nearest, nearest_or_all, some_of
from specl.language.source import Source

if TYPE_CHECKING:
    from specl.language.document import Document, NamedObjective
    from specl.model.environment import Environment


@dataclass(frozen=True)
class Reference:
    """An objective in its document."""

    document: Document
    objective: NamedObjective

    @property
    def environment(self) -> Environment:
        """The environment that the objective is about.

        Raises:
            SpecErrors: it is about an alphabet.
        """
        return self.document.environment_of(self.objective)


def refuse(code: str, message: str, hint: str | None = None, file: str = COMMAND) -> SpecErrors:
    """An error about what was asked for, rather than about a place in a file."""
    return SpecErrors((Diagnostic(code, message, None, hint, file),), Source("", file))


def formalism_code(text: str) -> str:
    """The code of a formalism, however it is capitalised.

    Raises:
        SpecErrors: there is no such formalism.
    """
    if text.upper() in formalisms.codes():
        return text.upper()
    hint = nearest(text, formalisms.codes()) or f"the formalisms are {', '.join(formalisms.codes())}"
    raise refuse("E027", f"there is no formalism `{text}`", hint)


def document_of(source: Document | str | os.PathLike[str]) -> Document:
    """A document as it is, or loaded from what `specl.load` takes."""
    if not isinstance(source, str | os.PathLike):
        return source
    from specl.api.load import load  # the parser; what is about formalisms does without

    return load(source)


def refer(text: str, inside: Document | str | os.PathLike[str] | None = None) -> Reference | str:
    """What `text` names: ``CODE`` (gives the code), ``file.spec:name``, a ``file.spec`` with one objective, or the
    bare name of an objective `inside` a document.

    Raises:
        SpecErrors: nothing of that name, or a file that is not correct.
    """
    document = None if inside is None else document_of(inside)
    if document is not None and text in document.objectives:
        return Reference(document, document.objectives[text])
    if text.upper() in formalisms.codes():
        return text.upper()
    path, colon, name = text.rpartition(":")
    if colon and (os.path.exists(path) or not os.path.exists(text)):
        named = document_of(path)
        return Reference(named, objective_named(named, name))
    if text.endswith(".spec") or os.path.exists(text):
        return _only_objective(document_of(text), text)
    if document is not None:
        objective_named(document, text)
    hint = nearest(text, formalisms.codes()) or "write a formalism's code, FILE:OBJECTIVE, or OBJECTIVE with --in FILE"
    raise refuse("E024", f"`{text}` is neither a formalism nor a file", hint)


def objective_in(text: str, inside: Document | str | os.PathLike[str] | None) -> Reference:
    """The objective that `text` names, in a document or a file or by itself.

    Raises:
        SpecErrors: nothing of that name, or a formalism where an objective is needed.
    """
    found = refer(text, inside)
    if isinstance(found, str):
        raise refuse("E024", f"{found} is a formalism, not an objective", "write FILE:OBJECTIVE")
    return found


def objective_named(document: Document, name: str) -> NamedObjective:
    """The objective of this name.

    Raises:
        SpecErrors: the document has none.
    """
    if name in document.objectives:
        return document.objectives[name]
    hint = nearest_or_all(name, document.objectives)
    raise refuse("E024", f"there is no objective `{name}`", hint, document.file)


def _only_objective(document: Document, path: str) -> Reference:
    if len(document.objectives) == 1:
        return Reference(document, *document.objectives.values())
    if not document.objectives:
        raise refuse("E024", "the file has no objective", None, path)
    hint = f"say which: {path}:NAME with NAME one of {some_of(document.objectives)}"
    raise refuse("E024", f"the file has {len(document.objectives)} objectives", hint, path)
