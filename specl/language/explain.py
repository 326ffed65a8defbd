"""What the parser expected, in the user's words."""

from collections.abc import Collection

from specl.language.diagnostics import nearest
from specl.language.grammar import keywords

_OPERAND = frozenset(("NUMBER", "MINUS"))
_FORMULA = frozenset(("NOT", "NEXT", "EVENTUALLY", "ALWAYS", "TRUE", "FALSE"))
_OPERATORS = frozenset(("PLUS", "MINUS", "TIMES", "OVER", "CIRCUMFLEX", "COMPARISON", "AND", "OR"))
_CONNECTIVES = frozenset(("VBAR", "AMPERSAND", "UNTIL", "RELEASE", "WEAK", "STRONG", "__ANON_2", "__ANON_3"))
_FIELDS = frozenset(("REWARD", "MACHINE", "FORMULA", "DISCOUNT", "STRENGTH", "VALUE", "REGULARISER", "ORDER"))
_ENTRIES = frozenset(("STATES", "ACTIONS", "START", "LABEL"))
_BRACKETS = ("LBRACE", "LPAR", "LSQB")

_WORDS = ("and", "or", "not")

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
    "_": "a name begins with a letter; `_` alone stands for every state or action",
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
    for sign in (before + found[:1], found[:2], found[:1]):
        if sign in _FOREIGN:
            return _FOREIGN[sign]
    if found[:1].isdigit() and set(accepted) <= {"NAME", "WILD"}:
        return "a name begins with a letter"
    if found[:1] == "," and set(accepted) >= _FIELDS:
        return "fields stand one after another, without `,`"
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
    if _is_word(found) and "COMMA" in accepted and "NAME" not in accepted:
        return "several are separated by `,`"
    if found in texts.values() and _is_word(found) and "NAME" in accepted:
        return f"`{found}` is a keyword here; another name is needed"
    return None


def _words(terminals: Collection[str]) -> list[str]:
    """Their keywords, less those of one letter, which are near to everything."""
    texts = keywords()
    return [texts[one] for one in terminals if len(texts.get(one, "")) > 1 and texts[one].isalpha()]


def _is_word(text: str) -> bool:
    return text.replace("'", "_").isidentifier()


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " or " + words[-1]
