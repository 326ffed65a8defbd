"""Messages about a .spec file: what is wrong, where, and what would be right; drawn with a caret or as JSON."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from specl.model.errors import Span

if TYPE_CHECKING:
    from specl.language.source import Source

MOST = 100
"""As many errors are told of one file."""

_WIDTH = 110
"""Characters of a source line that are shown."""


COMMAND = "specl"
"""Stands for the file of an error that is about no file, but about what was asked for."""


@dataclass(frozen=True)
class Diagnostic:
    """One error. ``span`` is None where it is about the whole file; ``hint`` is what to do, or the nearest name."""

    code: str
    message: str
    span: Span | None = None
    hint: str | None = None
    file: str = "<text>"


class SpecErrors(Exception):
    """Everything that is wrong in a .spec file, in the order of the text."""

    def __init__(self, diagnostics: Iterable[Diagnostic], source: Source) -> None:
        self.diagnostics = tuple(diagnostics)
        self.source = source
        super().__init__(self.diagnostics)

    def __str__(self) -> str:
        return draw(self)


@dataclass
class Diagnostics:
    """Collects the errors of one file. An error is told once, however often it is come upon."""

    source: Source
    found: dict[tuple[str, str, Span | None], Diagnostic] = field(default_factory=dict)
    count: int = 0  # how often an error was come upon; tells whether something went wrong in between

    def error(self, code: str, message: str, span: Span | None = None, hint: str | None = None) -> None:
        """Take an error down."""
        diagnostic = Diagnostic(code, message, span, hint, self.source.file)
        self.count += 1
        self.found.setdefault((code, message, span), diagnostic)

    def line_of(self, span: Span | None) -> int | None:
        """The line where a span begins, for messages that point to a second place."""
        return None if span is None else self.source.position(span[0])[0]

    def raise_any(self) -> None:
        """Raise what was found.

        Raises:
            SpecErrors: there was an error.
        """
        if self.found:
            inside = sorted(self.found.values(), key=lambda one: (one.span or (-1, -1), one.code))
            raise SpecErrors(inside[:MOST], self.source)


def nearest(name: str, candidates: Iterable[str]) -> str | None:
    """The hint ``did you mean `lab`?``, or None where no candidate is near."""
    known = {candidate.casefold(): candidate for candidate in candidates}
    close = difflib.get_close_matches(name.casefold(), known, n=1, cutoff=0.6)
    return f"did you mean `{known[close[0]]}`?" if close else None


def nearest_or_all(name: str, candidates: Iterable[str], none: str | None = None) -> str | None:
    """The hint that tells the nearest name or, where none is near, those that there are; ``none`` where none are."""
    known = list(dict.fromkeys(candidates))
    if not known:
        return none
    return nearest(name, known) or f"there {'is' if len(known) == 1 else 'are'} {some_of(known)}"


def some_of(names: Iterable[str], most: int = 8) -> str:
    """``a, b, c``, cut short where there are many."""
    listed = list(names)
    shown = ", ".join(f"`{name}`" for name in listed[:most])
    return shown + (f", … ({len(listed)} in all)" if len(listed) > most else "")


def draw(errors: SpecErrors) -> str:
    """The errors as text: ``file:line:column: code: message``, the line, a caret under the span, the hint."""
    return "\n".join(_draw_one(one, errors.source) for one in errors.diagnostics)


def as_json(errors: SpecErrors) -> dict[str, Any]:
    """``{"errors": [{code, message, file, line, column, hint}]}``; line and column count from 1, and are null where
    the error is about the whole file; so is the file where it is about none."""
    listed = []
    for one in errors.diagnostics:
        line, column = errors.source.position(one.span[0]) if one.span is not None else (None, None)
        listed.append(
            {
                "code": one.code,
                "message": one.message,
                "file": None if one.file == COMMAND else one.file,
                "line": line,
                "column": column,
                "hint": one.hint,
            }
        )
    return {"errors": listed}


def _draw_one(one: Diagnostic, source: Source) -> str:
    hint = [] if one.hint is None else [f"  = {one.hint}"]
    if one.span is None:
        return "\n".join([f"{one.file}: {one.code}: {one.message}", *hint])
    start, end = one.span
    line, column = source.position(start)
    text = source.line(line)
    first = column - 1
    width = max(1, min(end - start, len(text) - first))
    cut = max(0, first - _WIDTH // 2) if len(text) > _WIDTH else 0
    shown = text[cut : cut + _WIDTH]
    width = max(1, min(width, _WIDTH - (first - cut)))
    # Tabs stay tabs under the line, so that the caret stands where the reader's terminal puts the character.
    indent = "".join("\t" if character == "\t" else " " for character in text[cut:first])
    before = "… " if cut else ""
    after = " …" if cut + _WIDTH < len(text) else ""
    margin = f"{line:>5} | "
    shown = "".join(character if character.isprintable() or character == "\t" else "\ufffd" for character in shown)
    return "\n".join(
        [
            f"{one.file}:{line}:{column}: {one.code}: {one.message}",
            f"{margin}{before}{shown}{after}",
            " " * (len(margin) - 2) + "| " + " " * len(before) + indent + "^" + "~" * (width - 1),
            *hint,
        ]
    )
