"""Reading the two documents: strict shapes, exact numbers, hard limits; every complaint says where."""

import json
import re
from collections.abc import Container
from dataclasses import dataclass
from fractions import Fraction
from typing import NoReturn

from specl.kernel.arithmetic import Interval, Ratio, Rejected, ratio, signs, spend

ENTRIES, DEGREE, DIGITS, TEXT = 64, 32, 400, 1 << 22
RATIONAL = re.compile(r"-?[0-9]+(/[0-9]*[1-9][0-9]*)?")

class Malformed(Exception):
    """The document has not the form of docs/certificate-format.md: (reason, path)."""

@dataclass(frozen=True)
class Node:
    """A part of a document and its path in it; form complains that it is malformed, proves rejects it."""

    content: object
    path: str

    def form(self, right: bool, wanted: str) -> None:
        if not right:
            raise Malformed(wanted, self.path)

    def proves(self, right: bool, complaint: str) -> None:
        if not right:
            raise Rejected(complaint, self.path)

    def text(self) -> str:
        found = self.content if type(self.content) is str else ""
        self.form(0 < len(found) <= 64 and found.isprintable(), "a name of 1 to 64 printable characters is expected")
        return found

    def one_of(self, choices: Container[str], what: str) -> str:
        name = self.text()
        self.form(name in choices, f"{what} is expected, not {name}")
        return name

    def items(self, limit: int = ENTRIES) -> list["Node"]:
        found = self.content if type(self.content) is list else []
        self.form(self.content is found, "a list is expected")
        self.proves(len(found) <= limit, f"more than {limit} entries")
        spend(len(found))
        return [Node(part, f"{self.path}[{i}]") for i, part in enumerate(found)]

    def tuple_of(self, length: int) -> list["Node"]:
        parts = self.items(max(length, ENTRIES))
        self.form(len(parts) == length, f"{length} entries are expected")
        return parts

    def members(self) -> dict[str, "Node"]:
        found = self.content if type(self.content) is dict else {}
        self.form(self.content is found, "an object is expected")
        self.proves(len(found) <= ENTRIES, f"more than {ENTRIES} fields")
        spend(len(found))
        names = [Node(key, f"{self.path} (a key)").text() for key in found]
        return {name: Node(found[name], f"{self.path}.{name}") for name in names}

    def fields(self, *names: str) -> list["Node"]:
        """The fields of these names, in this order; there must be no others."""
        found = self.members()
        self.form(found.keys() == set(names), f"exactly the fields {', '.join(names)} are expected")
        return [found[name] for name in names]

    def names(self) -> tuple[str, ...]:
        found = tuple(part.text() for part in self.items())
        self.form(0 < len(set(found)) == len(found), "different names are expected")
        return found

    def rational(self) -> Fraction:
        text = self.content if type(self.content) is str else ""
        self.proves(all(len(part) <= DIGITS for part in text.split("/")), f"a number of more than {DIGITS} digits")
        self.form(RATIONAL.fullmatch(text) is not None, 'a number like "3" or "-1/2" is expected')
        return Fraction(text)

    def value(self, on: Interval) -> Ratio:
        """An element of ℚ(x) without a pole on the interval."""
        if type(self.content) is str:
            return Ratio.of(self.rational())
        parts = [self] if type(self.content) is list else self.fields("num", "den")
        numerator, *rest = [tuple(c.rational() for c in part.items(DEGREE + 1)) for part in parts]
        denominator = rest[0] if rest else (Fraction(1),)
        self.form(any(denominator), "the denominator is 0")
        self.proves(0 not in signs(denominator, on), "the denominator has a zero on the interval")
        return ratio(numerator, denominator)

    def values(self, length: int, on: Interval) -> list[Ratio]:
        return [part.value(on) for part in self.tuple_of(length)]

    def interval(self) -> Interval:
        text = self.content if type(self.content) is str else ""
        low, comma, high = text[1:-1].partition(",")
        self.form(text[:1] in "[(" and text[-1:] in "])" and bool(comma), "an interval like [0,1) is expected")
        ends = [Node(end, self.path).rational() for end in (low, high)]
        on = Interval(ends[0], ends[1], text[0] == "[", text[-1] == "]")
        self.form(on.low < on.high or (on.low == on.high and text[0] + text[-1] == "[]"), "the interval is empty")
        return on

def _distinct(pairs: list[tuple[str, object]]) -> dict[str, object]:
    Node(None, "").form(len(dict(pairs)) == len(pairs), "a key occurs twice in an object")
    return dict(pairs)

def _number(text: str) -> NoReturn:
    raise Malformed(f"the number {text[:20]}; numbers are written as strings", "")

def read_text(data: bytes) -> object:
    """The JSON document in these bytes."""
    Node(None, "").form(len(data) <= TEXT, f"more than {TEXT} bytes")
    try:
        decoder = json.JSONDecoder(
            object_pairs_hook=_distinct, parse_int=_number, parse_float=_number, parse_constant=_number
        )
        return decoder.decode(data.decode())
    except (ValueError, RecursionError) as error:
        raise Malformed(f"not a JSON document ({type(error).__name__})", "") from None
