"""Numbers and ranks for readers (short) and for programs (exact)."""

import math
from fractions import Fraction
from typing import Any

from specl.model.digits import exponent, scientific, written
from specl.model.enclosure import Enclosure
from specl.model.errors import Undefined

DIGITS = 6
"""Decimals of a number that is too long to be written out."""

LONGEST = 9
"""Characters that a fraction may have to be written out in a table."""

WIDEST = 15
"""Places before or after the point that a table shows; what lies beyond is written ``1.23456…e400``."""

Json = str | dict[str, str] | list[Any]


def show(rank: Any) -> str:
    """A rank as a person reads it.

    Fractions and irrational numbers of a few characters are written out, longer ones cut off after DIGITS decimals
    (``0.314159…``: the digits that stand there are those of the number); enclosures are ``[low, high]``, rounded
    outward; a rank of several keys is a list in round brackets.
    """
    if isinstance(rank, tuple):
        return f"({', '.join(show(part) for part in rank)})"
    if isinstance(rank, Enclosure) and rank.rational is None:
        return _interval(rank, _places(rank.width))
    if rank.rational is not None:
        return _fraction(rank.rational)
    return str(rank) if len(str(rank)) <= 2 * LONGEST else _irrational(rank)


def exact(rank: Any) -> Json:
    """A rank for JSON: ``"p/q"`` or ``"p"``; ``{"low", "high"}`` with decimal ends for an enclosure, and with the
    number itself as ``"exact"`` for an irrational one (alone where its digits are too many); a list of these for a
    rank of several keys."""
    if isinstance(rank, tuple):
        return [exact(part) for part in rank]
    if rank.rational is not None:
        return written(rank.rational)
    if isinstance(rank, Enclosure):
        return _ends(rank, _places(rank.width))
    try:
        return _ends(rank.enclose(128), 20) | {"exact": str(rank)}
    except Undefined:  # exp(10^10) has more digits than can be written
        return {"exact": str(rank)}


def _fraction(value: Fraction) -> str:
    if value.denominator != 1 or value.numerator.bit_length() > 4 * WIDEST:
        text = written(value)
        return text if len(text) <= LONGEST else _cut(value, DIGITS)
    return str(value)


def _cut(value: Fraction, places: int) -> str:
    """The decimal expansion, cut off (towards 0) where it goes on; with more places where the first ones are all 0."""
    if not value:
        return "0"
    e = exponent(value)
    if abs(e) > WIDEST:
        return scientific(value, places)
    if e < 2 - places:
        places -= e + 1
    scaled = abs(value) * 10**places
    digits = str(math.floor(scaled)).rjust(places + 1, "0")
    sign = "-" if value < 0 else ""
    if scaled.denominator == 1:
        return f"{sign}{digits[:-places]}.{digits[-places:]}".rstrip("0").rstrip(".")
    return f"{sign}{digits[:-places]}.{digits[-places:]}…"


def _irrational(value: Any) -> str:
    try:
        around = value.enclose(128)
    except Undefined:
        return str(value)
    low, high = _cut(around.low, DIGITS), _cut(around.high, DIGITS)
    return low if low == high else _interval(around, DIGITS)


def _places(width: Fraction) -> int:
    """Decimals that keep an interval of this width from growing by more than a fifth."""
    return max(DIGITS, 1 - exponent(width))


def _interval(value: Enclosure, places: int) -> str:
    ends = _ends(value, places)
    return f"[{ends['low']}, {ends['high']}]"


def _ends(value: Enclosure, places: int) -> dict[str, str]:
    scale = 10**places
    low, high = math.floor(value.low * scale), math.ceil(value.high * scale)
    return {"low": _decimal(low, places), "high": _decimal(high, places)}


def _decimal(scaled: int, places: int) -> str:
    """scaled / 10^places, written out."""
    digits = written(abs(scaled)).rjust(places + 1, "0")
    return f"{'-' if scaled < 0 else ''}{digits[:-places]}.{digits[-places:]}"
