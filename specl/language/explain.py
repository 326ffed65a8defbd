"""What the parser expected, in the user's words."""

import unicodedata
from collections.abc import Collection

from specl.language.diagnostics import nearest
from specl.language.grammar import keywords

_OPERAND = frozenset(("NUMBER", "MINUS"))
_FORMULA = frozenset(("NOT", "NEXT", "EVENTUALLY", "ALWAYS", "TRUE", "FALSE"))
_OPERATORS = frozenset(("PLUS", "MINUS", "TIMES", "OVER", "CIRCUMFLEX", "COMPARISON", "AND", "OR"))
_CONNECTIVES = frozenset(("VBAR", "AMPERSAND", "UNTIL", "RELEASE", "WEAK", "STRONG", "__ANON_2", "__ANON_3"))
_FIELDS = frozenset(("REWARD", "MACHINE", "FORMULA", "DISCOUNT", "STRENGTH", "VALUE", "REGULARISER", "ORDER"))
_ENTRIES = frozenset(("STATES", "ACTIONS", "START", "LABEL"))
_ARROW = "__ANON_0"  # the `--` of a transition

_WORDS = ("and", "or", "not")

_SEVERAL = "several are separated by `,`"

_FOREIGN = {
    "==": "equality is written `=`",
    "!=": "inequality is written `not a = b` in expressions, `!(a <-> b)` in formulas",
    "&&": "`and` in expressions and `&` in formulas",
    "||": "`or` in expressions and `|` in formulas",
    "**": "a power is written `x^2`",
    "=>": "implication is written `->`",
    ":=": "write `=` or `:`",
    "/*": "a comment begins with `//` and ends with the line",
    "#": "a comment begins with `//`",
    '"': "names are written without quotes",
    "--": "a comment begins with `//`",
    ".": "a decimal has digits on both sides of the point: `0.5`",
    "?": "a choice is written `if … then … else …`",
}


def expected(accepted: Collection[str]) -> str:
    """``a name, `,` or `}```: what may come next, from the terminals that the parser accepts there."""
    left = set(accepted)
    words: list[str] = []

    def group(members: frozenset[str], words_for_it: str, also: Collection[str] = ()) -> None:
        if members <= left:
            words.append(words_for_it)
            left.difference_update(members, also)

    if "NUMBER" in left:
        group(_OPERAND, "an expression", ("NAME", "PROBABILITY", "LPAR", "LSQB", "IF", "DENIED"))
    group(_FORMULA, "a formula", ("NAME", "LPAR"))
    if len(left & _OPERATORS) > 2:
        left -= _OPERATORS
        words.append("an operator")
    if len(left & _CONNECTIVES) > 2:
        left -= _CONNECTIVES
        words.append("a connective (`&`, `|`, `U`, …)")
    if left & _FIELDS == _FIELDS and "NAME" not in left:
        listed = _listed([f"`{keywords()[one]}`" for one in sorted(_FIELDS)])
        words.append("another field" if words else f"a field ({listed})")
        left -= _FIELDS
    if left >= _ENTRIES:
        words.append("`states`, `actions`, `start`, `label` or a transition `s --a--> t`")
        left -= _ENTRIES | {"NAME", "WILD"}
    if "NAME" in left:
        words += ["a name", "`_`"] if "WILD" in left else ["a name"]
        left -= {"NAME", "WILD", *_ENTRIES, *_FIELDS, "THEN", "ELSE", "AND", "OR", "SUBJECT"}
    texts = keywords()
    words += sorted((f"`{texts[one]}`" for one in left if one in texts), key=lambda text: (text[1].isalpha(), text))
    if "$END" in left:
        words.append("the next item")
    return _listed(words) if words else "something else"


def hint_for(found: str, before: str, accepted: Collection[str], accepted_before: Collection[str]) -> str | None:
    """What may have been meant, where the text ``found`` could not stand after the word or sign ``before``."""
    texts = keywords()
    first = found[:1]
    if ("ABOVE" in accepted and first in ("<", ">", "=")) or (before == ">" and first == "=" and "OTHERS" in accepted):
        return "policies are compared by `>` (better) and `~` (as good)"
    if first in (":", "=") and before in (texts[field] for field in _FIELDS):
        return f"write `{before} …`, without `{first}`"
    if first.isalpha() and not first.isascii():
        return "a name is made of the letters A to Z and a to z, digits, `_` and `'`"
    if first == "_" and set(accepted) >= _FORMULA:
        return "what holds on every step is `true`"
    if first == "_" and "NAME" in accepted:
        return "a name begins with a letter; `_` alone stands for every state or action"
    if first == "_" and "COMMA" in accepted:
        return _SEVERAL
    for sign in (before + found[:1], found[:2], found[:1]):
        if sign in _FOREIGN:
            return _FOREIGN[sign]
    if first.isdigit() and set(accepted) <= {"NAME", "WILD", _ARROW}:
        return "a name begins with a letter"
    if first in (",", ";") and set(accepted) >= _FIELDS:
        return f"fields stand one after another, without `{first}`"
    if first == ";":
        return "items stand one after another, without `;`" if not accepted else None
    if len(before) > 1 and set(before) <= set("XFG") and "EVENTUALLY" in accepted_before:
        return f"write the operators apart: `{' '.join(before)}`"
    if set(accepted) >= _CONNECTIVES and (found in _WORDS or before in _WORDS):
        return "in formulas write `!`, `&` and `|`"
    if _is_word(found):
        near = nearest(found, _words(accepted))
        if near:
            return near
    if _is_word(before) and before not in texts.values():
        near = nearest(before, _words(accepted_before))
        if near:
            return near
    if set(accepted) == {_ARROW} and not set(accepted_before) >= _ENTRIES:
        return "an edge is written `u --GUARD--> v`"
    if set(accepted) == {_ARROW}:
        return "names in a list are separated by `,`, with none after the last; a transition is `s --a--> t`"
    if before.isdigit() and _is_word(found) and found not in texts.values() and "TIMES" in accepted:
        return f"a product is written `{before} * {found}`"
    if _is_word(found) and "COMMA" in accepted and "NAME" not in accepted:
        return _SEVERAL
    if found in texts.values() and _is_word(found) and "NAME" in accepted:
        return f"`{found}` is a keyword here; another name is needed"
    if before == "if" and "NUMBER" in accepted:
        return "`if` begins a choice here, and cannot be a name"
    return None


def shown(found: str) -> str:
    """A word, or a character, as a message quotes it: an invisible one by its code."""
    if len(found) == 1 and (found.isspace() or not found.isprintable()):
        return f"the character U+{ord(found):04X}" + f" ({unicodedata.name(found, 'a control character')})".lower()
    return f"`{found[:40]}…`" if len(found) > 40 else f"`{found}`"


def _words(terminals: Collection[str]) -> list[str]:
    """Their keywords, less those of one letter, which are near to everything."""
    texts = keywords()
    return [texts[one] for one in terminals if len(texts.get(one, "")) > 1 and texts[one].isalpha()]


def _is_word(text: str) -> bool:
    return text.replace("'", "_").isidentifier()


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " or " + words[-1]
