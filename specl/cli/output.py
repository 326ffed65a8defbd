"""What every command prints alike: JSON documents, errors, and text that suits the terminal."""

import json
import os
import sys
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from specl.language.diagnostics import SpecErrors

FINE, NO, INPUT, UNKNOWN, INTERNAL, INTERRUPTED = 0, 1, 2, 3, 70, 130
"""Exit statuses: yes; no, differs, failed; wrong usage or input; unknown; a fault of specl itself; Ctrl-C."""

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
Inside = Annotated[str | None, typer.Option("--in", metavar="FILE", help="The file in which bare names are looked up.")]
Precision = Annotated[
    str | None,
    typer.Option(metavar="WIDTH", help="Width of the enclosures of values that cannot be exact, such as 1e-9."),
]


def json_text(document: Any) -> str:
    """The document as readable JSON."""
    return json.dumps(document, indent=2, ensure_ascii=False)


def print_json(document: Any) -> None:
    """The document on the standard output."""
    print(json_text(document))


def console() -> "Console":
    """Where rich things are drawn: the standard output, at the terminal's width (80 where it is none), in colour only
    where a person looks and NO_COLOR is not set."""
    from rich.console import Console  # slow to load; commands that print plain text do not wait for it

    wide = None if sys.stdout.isatty() or "COLUMNS" in os.environ else 100
    return Console(width=wide, highlight=False, emoji=False, markup=False)


def styled(text: str, **style: Any) -> str:
    """The text in a colour, where the standard output is a terminal and NO_COLOR is not set."""
    return typer.style(text, **style) if sys.stdout.isatty() and not os.environ.get("NO_COLOR") else text


def report(errors: "SpecErrors") -> None:
    """The errors on the standard error, each with its line and a caret, after what was printed so far."""
    from specl.language.diagnostics import draw  # nothing of the language is needed where all goes well

    sys.stdout.flush()
    colour = sys.stderr.isatty() and not os.environ.get("NO_COLOR")
    for line in draw(errors).split("\n"):
        print(_coloured(line) if colour else line, file=sys.stderr)


def _coloured(line: str) -> str:
    if line.startswith("  = "):
        return typer.style(line, fg="cyan")
    if line.lstrip(" |").startswith("^"):
        return typer.style(line, fg="red")
    return line if line[:5].strip().isdigit() else typer.style(line, bold=True)


def width_of(text: str | None) -> dict[str, Fraction]:
    """The keyword argument `precision` that ``--precision`` asks for; none where it was not given.

    Raises:
        typer.BadParameter: not a positive number.
    """
    if text is None:
        return {}
    try:
        width = Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise typer.BadParameter(f"--precision is a positive number such as 1e-9, not `{text}`") from None
    if width <= 0:
        raise typer.BadParameter("--precision must be positive")
    return {"precision": width}


def fraction_of(option: str, text: str | None) -> Fraction | None:
    """The rational number that an option has; None where it was not given.

    Raises:
        typer.BadParameter: not a number.
    """
    if text is None:
        return None
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise typer.BadParameter(f"{option} is a number such as 9/10, not `{text}`") from None
