"""Where the items of a file begin and end: a scan that knows comments and brackets, and nothing of the grammar.

An item begins at its keyword outside all brackets. Inside a bracket that was never closed it begins where a line
opens with a keyword and goes on as only an item's head can, so that a lost bracket costs one item and not the file.
"""

import re
from dataclasses import dataclass

from specl.model.errors import Span

KEYWORDS = ("environment", "alphabet", "policy", "objective", "ordering", "assert", "refute")
DEEPEST = 150
"""Levels of nesting: of brackets, operators, and branches."""

_MARK = re.compile(
    r"//[^\n]*"
    r"|(?:\([^(){}\[\]/]*+\)\s*+)++|(?:\[[^(){}\[\]/]*+\]\s*+)++"  # innermost pairs do not matter
    r"|(?:\{\s*+\}\s*+){2,}+"
    r"|[(){}\[\]]"
    r"|\b(?:environment|alphabet|policy|objective|ordering|assert|refute)\b(?!')"
)
_HEAD = re.compile(
    r"(?:(?:environment|alphabet)\s+[\w']+\s*\{"
    r"|policy\s+[\w']+\s*(?:\([^(){}]*\)\s*)?(?:in\s+[\w']+\s*)?\{"
    r"|objective\s+[\w']+\s*(?:in\s+[\w']+\s*)?:"
    r"|ordering\s+[\w']+\s*(?:in\s+[\w']+\s*)?(?:\{|=|over\b)"
    r"|assert\s+[\w'\[{]"
    r"|refute\s+[\w']+\s+by\b)"
)
_NAME_FOLLOWS = re.compile(r"(?:[,:=~>(]|\b(?:in|under|on|by|not|expresses|equivalent|refute))\s*\Z")
_STRAY = 10_000
"""Brackets outside every item after which the rest of the text is taken as one stretch that is no item."""

_BLANK = re.compile(r"(?:\s|\ufeff|//[^\n]*)*+")
_WORD = re.compile(r"[A-Za-z_][\w']*|[^\s]")
_CLOSES = {")": "(", "]": "[", "}": "{"}


@dataclass(frozen=True)
class Piece:
    """A stretch of the text: an item (``keyword`` its first word), or what stands between items (``keyword`` "")."""

    keyword: str
    start: int
    end: int
    unclosed: int | None = None  # where the outermost bracket stands that the piece leaves open


@dataclass(frozen=True)
class Scan:
    pieces: tuple[Piece, ...]
    too_deep: Span | None = None


def scan(text: str) -> Scan:
    """Cut a text into items and what stands between them; stops at a bracket that is nested too deeply."""
    pieces: list[Piece] = []
    keyword, start = "", 0
    stack: list[tuple[str, int]] = []
    after_keyword, stray = -1, 0

    def close(end: int) -> None:
        # What is in front of a first item, or between items, counts only if it is not blank.
        begin = start if keyword else _skip_blank(text, start, end)
        if keyword or begin < end:
            pieces.append(Piece(keyword, begin, end, stack[0][1] if stack else None))

    for mark in _MARK.finditer(text):
        found = mark[0]
        first = found[0]
        position = mark.start()
        if not keyword and first in "()[]{}":
            stray += 1
            if stray > _STRAY:
                break
        if first == "/" or (first in "([{" and len(found) > 1):
            continue
        if first in "([{":
            stack.append((first, position))
            if len(stack) > DEEPEST:
                return Scan(tuple(pieces), (position, position + 1))
        elif first in ")]}":
            if any(opener == _CLOSES[first] for opener, _ in stack):
                while stack.pop()[0] != _CLOSES[first]:
                    pass
                if not stack and first == "}" and keyword not in ("", "assert"):
                    close(mark.end())
                    keyword, start = "", mark.end()
        elif _begins_item(text, position, bool(stack), after_keyword):
            close(position)
            keyword, start, stack = found, position, []
            after_keyword = _skip_blank(text, mark.end(), len(text))
    close(len(text))
    return Scan(tuple(pieces))


def first_word(text: str, start: int) -> tuple[str, Span]:
    """The first word, or the first character that is not part of one, at or after ``start``."""
    word = _WORD.search(text, start)
    return (word[0], word.span()) if word else ("", (start, start + 1))


def _begins_item(text: str, position: int, inside: bool, after_keyword: int) -> bool:
    line = text.rfind("\n", max(0, position - 400), position) + 1
    opens_line = text[line:position].strip(" \t\r\f\ufeff") == "" if line or position < 400 else False
    if opens_line and _HEAD.match(text, position):
        return True
    if inside or position == after_keyword:
        return False
    return opens_line or not _NAME_FOLLOWS.search(text, max(0, position - 40), position)


def _skip_blank(text: str, start: int, end: int) -> int:
    blank = _BLANK.match(text, start, end)
    return blank.end() if blank else start
