"""The parser of the language: grammars/spec.lark, compiled by Lark and kept compiled in the user's cache."""

import contextlib
import hashlib
import os
import sys
import tempfile
from functools import cache
from pathlib import Path

import lark

STARTS = ["item", "expression", "use", "formula"]


def grammar_path() -> Path:
    """Where the grammar lies: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parents[1]
    for folder in (package, package.parent):
        path = folder / "grammars" / "spec.lark"
        if path.is_file():
            return path
    raise FileNotFoundError("grammars/spec.lark is not installed with the package")


@cache
def parser() -> lark.Lark:
    """The compiled grammar; from the cache if it is there, and a cache that cannot be used is passed over."""
    grammar = grammar_path().read_text(encoding="utf-8")
    place = _cache_file(grammar)
    with contextlib.suppress(Exception), place.open("rb") as file:
        return lark.Lark.load(file)
    compiled = lark.Lark(
        grammar, parser="lalr", lexer="contextual", start=STARTS, propagate_positions=True, maybe_placeholders=True
    )
    with contextlib.suppress(Exception):
        _keep(compiled, place)
    return compiled


@cache
def keywords() -> dict[str, str]:
    """Terminal name -> its text, for the terminals that are fixed texts."""
    return {terminal.name: terminal.pattern.value for terminal in parser().terminals if terminal.pattern.type == "str"}


def _cache_file(grammar: str) -> Path:
    version = f"{lark.__version__} {sys.version_info[:2]} {STARTS}"
    name = hashlib.sha256(f"{version}\n{grammar}".encode()).hexdigest()[:32]
    home = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return Path(home) / "specl" / f"parser-{name}.bin"


def _keep(compiled: lark.Lark, place: Path) -> None:
    """Write beside the place and move there, so that nobody reads half a file."""
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, temporary = tempfile.mkstemp(dir=place.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            compiled.save(file)
        os.replace(temporary, place)
    except BaseException:
        os.unlink(temporary)
        raise
