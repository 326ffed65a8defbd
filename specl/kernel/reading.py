"""Reading the two documents: strict shapes, exact numbers; every complaint says where."""

import json
import re
from collections.abc import Container
from fractions import Fraction
from typing import NamedTuple, NoReturn

from specl.kernel.arithmetic import Interval, Ratio, Rejected, charge, ratio, signs, spend

NAME, DIGITS, TEXT = 1_000, 20_000, 1 << 26
RATIONAL = re.compile(r"-?[0-9]+(/[0-9]*[1-9][0-9]*)?")

class Malformed(Exception):
    """The document has not the form of docs/certificate-format.md: (reason, path)."""

class Node(NamedTuple):
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
        self.form(0 < len(found) <= NAME and found.isprintable(), "a printable name is expected, and not a long one")
        return found

    def one_of(self, choices: Container[str], what: str) -> str:
        name = self.text()
        self.form(name in choices, f"{what} is expected, not {name}")
        return name

    def items(self) -> list["Node"]:
        found = self.content if type(self.content) is list else []
        self.form(self.content is found, "a list is expected")
        spend(len(found) * (1 + len(self.path) // 50))
        return [Node(part, f"{self.path}[{i}]") for i, part in enumerate(found)]

    def tuple_of(self, length: int) -> list["Node"]:
        parts = self.items()
        self.form(len(parts) == length, f"{length} entries are expected")
        return parts

    def members(self) -> dict[str, "Node"]:
        found = self.content if type(self.content) is dict else {}
        self.form(self.content is found, "an object is expected")
        spend(len(found) * (1 + len(self.path) // 50))
        names = [Node(key, f"{self.path} (a key)").text() for key in found]
        return {name: Node(found[name], f"{self.path}.{name}") for name in names}

    def fields(self, *names: str) -> list["Node"]:
        """The fields of these names, in this order; there must be no others."""
        found = self.members()
        self.form(found.keys() == set(names), f"exactly the fields {', '.join(names)} are expected")
        return [found[name] for name in names]

    def names(self) -> dict[str, int]:
        """Different names, at least one, with their places."""
        parts = self.items()
        found = {part.text(): i for i, part in enumerate(parts)}
        self.form(0 < len(found) == len(parts), "different names are expected")
        return found

    def rational(self) -> Fraction:
        text = self.content if type(self.content) is str else ""
        self.proves(len(text) <= DIGITS, f"a number of more than {DIGITS} digits")
        self.form(RATIONAL.fullmatch(text) is not None, 'a number like "3" or "-1/2" is expected')
        top, _, bottom = text.removeprefix("-").partition("/")
        found = Fraction(_integer(top), _integer(bottom or "1"))
        charge(1, (found,))
        return -found if text[0] == "-" else found

    def discount(self) -> Fraction:
        found = self.rational()
        self.form(0 <= found < 1, "a discount lies in [0,1)")
        return found

    def value(self, on: Interval) -> Ratio:
        """An element of ℚ(x) without a pole on the interval; its value there where that is a point."""
        if type(self.content) is str:
            return Ratio.of(self.rational())
        parts = [self] if type(self.content) is list else self.fields("num", "den")
        numerator, denominator, *_ = [*(tuple(c.rational() for c in part.items()) for part in parts), (Fraction(1),)]
        self.form(any(denominator), "the denominator is 0")
        self.proves(0 not in signs(denominator, on), "the denominator has a zero on the interval")
        return ratio(numerator, denominator).along(on)

    def interval(self) -> Interval:
        text = self.content if type(self.content) is str else ""
        low, comma, high = text[1:-1].partition(",")
        self.form(text[:1] in "[(" and text[-1:] in "])" and bool(comma), "an interval like [0,1) is expected")
        ends = [Node(end, self.path).rational() for end in (low, high)]
        on = Interval(ends[0], ends[1], text[0] == "[", text[-1] == "]")
        self.form(on.low < on.high or (on.low == on.high and text[0] + text[-1] == "[]"), "the interval is empty")
        return on

def _integer(digits: str) -> int:
    """In parts that no host's limit forbids."""
    return int(digits) if len(digits) <= 500 else _integer(digits[:-500]) * 10**500 + int(digits[-500:])

def _distinct(pairs: list[tuple[str, object]]) -> dict[str, object]:
    Node(None, "").form(len(dict(pairs)) == len(pairs), "a key occurs twice in an object")
    return dict(pairs)

def _number(text: str) -> NoReturn:
    raise Malformed(f"the number {text[:20]}; numbers are written as strings", "")

def read_text(data: bytes) -> object:
    """The JSON document in these bytes."""
    Node(None, "").form(len(data) <= TEXT, f"more than {TEXT} bytes")
    try:
        return json.loads(
            data.decode(), object_pairs_hook=_distinct, parse_int=_number, parse_float=_number, parse_constant=_number
        )
    except (ValueError, RecursionError) as error:
        raise Malformed(f"not a JSON document ({type(error).__name__})", "") from None
