"""Text to syntax tree, item by item, so that every item's mistakes are told at once."""

from dataclasses import dataclass
from typing import Any

import lark
from lark import TextSlice, Token

from specl.language import explain
from specl.language.build import BuildError, build_expression, build_item, build_use
from specl.language.build_expressions import build_formula
from specl.language.diagnostics import MOST, Diagnostics, nearest
from specl.language.grammar import parser
from specl.language.scan import DEEPEST, KEYWORDS, Piece, first_word, scan
from specl.language.source import Source
from specl.language.syntax import File, Item, PolicyUse
from specl.model.errors import Span
from specl.model.expression import Expression
from specl.model.formula import Formula

_STACK = 13 * DEEPEST
"""Symbols on the parser's stack; one level of nesting puts at most 13 there."""

_TOKENS = 1_000_000
"""Words and signs in one item."""


@dataclass(frozen=True)
class Broken:
    """An item with a syntax error: its keyword and, where it can be told, the name that it was to define."""

    keyword: str
    name: str | None


@dataclass(frozen=True)
class Parsed:
    file: File
    broken: tuple[Broken, ...]


def parse(text: str, file: str = "<text>") -> File:
    """The syntax tree of a .spec text.

    Raises:
        SpecErrors: every syntax error in it.
    """
    diagnostics = Diagnostics(Source(text, file))
    parsed = parse_items(diagnostics)
    diagnostics.raise_any()
    return parsed.file


def parse_items(diagnostics: Diagnostics) -> Parsed:
    """The items that are well-formed and what is known of the others; errors go to ``diagnostics``."""
    text = diagnostics.source.text
    cut = scan(text)
    items: list[Item] = []
    broken: list[Broken] = []
    if cut.too_deep is not None:
        diagnostics.error("E004", _too_deep(), cut.too_deep, "write inner parts as policies, rewards or objectives")
        return Parsed(File(()), (Broken("environment", None),))
    for piece in cut.pieces:
        if len(diagnostics.found) >= MOST:
            # As many as are told; what is left may define any name.
            return Parsed(File(()), tuple(Broken(keyword, None) for keyword in KEYWORDS))
        if not piece.keyword:
            broken += _stray(piece, diagnostics)
            continue
        try:
            items.append(build_item(_tree(diagnostics.source.text, piece, "item")))
        except BuildError as error:
            diagnostics.error(error.code, error.message, error.span, error.hint)
            broken.append(Broken(piece.keyword, _name_of(text, piece)))
    if not cut.pieces:
        diagnostics.error("E003", "there is no item in this file", None, "begin with `environment NAME { … }`")
    return Parsed(File(tuple(items)), tuple(broken))


def parse_expression(text: str) -> Expression:
    """A single expression.

    Raises:
        SpecErrors: a syntax error.
    """
    return build_expression(_alone(text, "expression"))


def parse_use(text: str, file: str = "<text>") -> PolicyUse:
    """A policy's name, or a member ``gate(1/3)`` of a family.

    Raises:
        SpecErrors: a syntax error.
    """
    return build_use(_alone(text, "use", file))


def parse_formula(text: str, file: str = "formula") -> Formula:
    """A single formula of temporal logic; its atoms are not looked up.

    Raises:
        SpecErrors: a syntax error.
    """
    tree = _alone(text, "formula", file)
    try:
        return build_formula(tree)
    except BuildError as error:
        diagnostics = Diagnostics(Source(text, file))
        diagnostics.error(error.code, error.message, error.span, error.hint)
        diagnostics.raise_any()
        raise


def _alone(text: str, start: str, file: str = "<text>") -> lark.Tree[Token]:
    diagnostics = Diagnostics(Source(text, file))
    try:
        return _tree(text, Piece("", 0, len(text)), start)
    except BuildError as error:
        diagnostics.error(error.code, error.message, error.span, error.hint)
        diagnostics.raise_any()
        raise


def _tree(text: str, piece: Piece, start: str) -> lark.Tree[Token]:
    interactive: Any = _interactive(text, piece.start, piece.end, start)
    state = interactive.parser_state
    try:
        for count, token in enumerate(interactive.iter_parse()):
            if len(state.state_stack) > _STACK:
                raise BuildError("E004", _too_deep(), _span(token))
            if count > _TOKENS:
                raise BuildError("E005", f"this {piece.keyword} has more than {_TOKENS} words and signs", _span(token))
        tree: lark.Tree[Token] = interactive.feed_eof(Token("$END", "", piece.end, 1, 1, 1, 1, piece.end))
        return tree
    except lark.UnexpectedCharacters as error:
        position: Any = error.pos_in_stream
        place = (position, position + 1)
    except lark.UnexpectedToken as error:
        place = _span(error.token) if error.token.type != "$END" else (piece.end, piece.end)
    raise _syntax_error(text, piece, place, start)


def _interactive(text: str, begin: int, end: int, start: str) -> Any:
    return parser().parse_interactive(TextSlice(text, begin, end), start=start)


def _syntax_error(text: str, piece: Piece, place: Span, start: str) -> BuildError:
    accepted = _accepted_at(text, piece, place[0], start)
    wanted = explain.expected(accepted)
    previous = _before(text, piece, place[0])
    before = text[previous[0] : previous[1]]
    accepted_before = _accepted_at(text, piece, previous[0], start)
    if place[0] >= piece.end:
        if piece.unclosed is not None:
            bracket = text[piece.unclosed]
            message = f"this `{bracket}` is never closed; expected {wanted} at the end of the {piece.keyword}"
            return BuildError("E012", message, (piece.unclosed, piece.unclosed + 1))
        hint = explain.hint_for("", before, accepted, accepted_before)
        return BuildError("E010", f"expected {wanted}, but the text ends here", previous, hint)
    found = text[place[0] : place[1]]
    # A sign is shown to the hints with its neighbours, as `=` and `=` are `==` to whoever wrote it.
    seen = found if found[0].isalnum() else text[place[0] : min(place[0] + 2, piece.end)].strip()
    joined = before if previous[1] == place[0] or before[:1].isalnum() else ""
    hint = explain.hint_for(seen, joined, accepted, accepted_before)
    return BuildError("E010", f"expected {wanted}, found {explain.shown(found)}", place, hint)


def _before(text: str, piece: Piece, position: int) -> Span:
    """The last word or sign before a position; comments are not looked into."""
    window = text[max(piece.start, position - 400) : position]
    offset = position - len(window)
    kept = "\n".join(line.split("//")[0].ljust(len(line)) for line in window.split("\n")).rstrip()
    end = len(kept)
    begin = end
    while begin and (kept[begin - 1].isalnum() or kept[begin - 1] in "_'"):
        begin -= 1
    begin = min(begin, max(end - 1, 0))
    return offset + begin, offset + max(end, begin + 1)


def _accepted_at(text: str, piece: Piece, position: int, start: str) -> frozenset[str]:
    """What the parser accepts at a position, by parsing up to there once more: when it finds an error it has already
    closed what only the next word could have told to be closed."""
    interactive = _interactive(text, piece.start, position, start)
    try:
        for _ in interactive.iter_parse():
            pass
    except lark.UnexpectedInput:
        return frozenset()
    return frozenset(interactive.accepts())


def _stray(piece: Piece, diagnostics: Diagnostics) -> list[Broken]:
    """Tell of what stands between items; a misspelt keyword counts as its item, for the sake of the name."""
    text = diagnostics.source.text
    word, span = first_word(text, piece.start)
    known = ", ".join(f"`{keyword}`" for keyword in KEYWORDS[:-1]) + f" or `{KEYWORDS[-1]}`"
    if word in ")]}":
        diagnostics.error("E011", f"this `{word}` closes nothing", span, "remove it, or open the bracket before")
        return []
    hint = nearest(word, KEYWORDS) or explain.hint_for(text[span[0] : span[0] + 2], "", (), ())
    diagnostics.error("E011", f"expected an item ({known}), found {explain.shown(word)}", span, hint)
    if hint is None or not hint.startswith("did you mean"):
        return []
    keyword = hint.split("`")[1]
    return [Broken(keyword, _name_of(text, piece))]


def _name_of(text: str, piece: Piece) -> str | None:
    _, head = first_word(text, piece.start)
    word, _ = first_word(text, head[1])
    return word if word[:1].isalpha() else None


def _span(token: Token) -> Span:
    start = token.start_pos or 0
    return start, token.end_pos or start


def _too_deep() -> str:
    return f"nested more than {DEEPEST} levels deep"
