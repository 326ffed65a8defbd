"""The numbers of a text that the compiled loops leave out: exactly, by Python's integers."""

import re
from collections.abc import Iterable
from fractions import Fraction

import numpy as np

from specl.interchange.reading.faults import LONGEST, Text
from specl.solvers.sparse import Floats, Indices

_WORD = re.compile(rb"[^ \t\r\n,\]]*")


def exactly(text: Text, places: Iterable[int], known: dict[bytes, float], what: str) -> list[float]:
    """The numbers that stand at these places: decimals and fractions of integers, each rounded once.

    Args:
        known: those that were met before.

    Raises:
        SpecErrors: no number stands there, or none that a double can come near.
    """
    found = []
    for at in places:
        word: bytes = _WORD.match(text.data, at, at + LONGEST).group()  # type: ignore[union-attr]  # it matches nothing too
        value = known.get(word)
        if value is None:
            value = known[word] = _value(text, word, at, what)
        found.append(value)
    return found


def _value(text: Text, word: bytes, at: int, what: str) -> float:
    try:
        if not set(word) <= set(b"0123456789+-.eE/"):
            raise ValueError
        above, slash, below = word.partition(b"/")
        value = float(Fraction(int(above), int(below))) if slash else float(word)
    except ZeroDivisionError:
        raise text.fault("E101", "this divides by 0", at) from None
    except (ValueError, OverflowError):
        shown = word[:40].decode("utf-8", "replace")
        hint = "numbers are decimals such as 0.25 or fractions such as 1/3; parameters, intervals and NaN are not read"
        raise text.fault("E101", f"{what} is expected, not `{shown}`", at, hint) from None
    if value in (float("inf"), float("-inf")):
        raise text.fault("E101", "this number is larger than any double", at)
    return value


def put(text: Text, values: Floats, later: Indices, known: dict[bytes, float], what: str) -> bool:
    """Fill in the numbers that `number` left out; whether one of them was a fraction."""
    open_ones = np.flatnonzero(later >= 0)
    if len(open_ones):
        values[open_ones] = exactly(text, later[open_ones].tolist(), known, what)
    return any(b"/" in word for word in known)
