"""The exact set of discounts for which a formalism can grant a wish, as maximal stretches of [0,1)."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cmp_to_key
from typing import Any

from specl.wishes.discounts.algebraic import Algebraic, point_json
from specl.wishes.discounts.differences import differences
from specl.wishes.discounts.segment import ALL, Segment, starts_first, without
from specl.wishes.discounts.sweep import Part, sweep
from specl.wishes.wish import Wish

Json = Any
"""What `json.dumps` takes."""

VERDICTS = {True: "yes", False: "no", None: "unknown"}


@dataclass(frozen=True)
class Stretch:
    """Discounts that all allow the formalism to grant the wish, or all do not; as many as there are side by side.

    Attributes:
        is_granted: None where it was not decided.
    """

    segment: Segment
    is_granted: bool | None

    def __str__(self) -> str:
        ends = [end for end in dict.fromkeys((self.segment.low, self.segment.high)) if isinstance(end, Algebraic)]
        told = ", with " + " and ".join(end.explained for end in ends) if ends else ""
        return f"{self.segment} {VERDICTS[self.is_granted]}{told}"

    def json(self) -> Json:
        """Ends are rationals as strings, or algebraic numbers as records; `sample` is a rational number within."""
        segment, inside = self.segment, self.segment.inside
        return {
            "low": point_json(segment.low),
            "high": point_json(segment.high),
            "closed_low": segment.closed_low,
            "closed_high": segment.closed_high,
            "verdict": VERDICTS[self.is_granted],
            "sample": None if inside is None else str(inside),
        }


CODES = {"MR": False, "RRL": True}
"""Formalisms with a discount on which it depends what they can grant -> whether they see action distributions."""


def discounts(
    wish: Wish, code: str, tell: Callable[[str], None] = lambda _: None, deadline: float | None = None
) -> tuple[Stretch, ...]:
    """For which discounts the formalism can grant the wish, whatever discount the wish itself has.

    Args:
        code: MR or RRL.
        tell: shows the progress.
        deadline: the reading of `time.monotonic` at which to stop; stretches of what is left then are undecided.

    Raises:
        TooLarge: a policy reaches too many states.
    """
    found: tuple[Stretch, ...] = ()
    for found in progress(wish, code):
        tell(f"{wish.name}: {code}, {len(found)} stretches of discounts")
        if deadline is not None and time.monotonic() > deadline:
            break
    return found


def progress(wish: Wish, code: str) -> Iterator[tuple[Stretch, ...]]:
    """The same as it becomes known: less and less is undecided, and in the end nothing."""
    parts: list[Part] = []
    for part in sweep(differences(wish, CODES[code])):
        parts.append(part)
        yield stretches(parts)


def stretches(parts: Iterable[Part]) -> tuple[Stretch, ...]:
    """Parts, and what of [0,1) is in none of them, in order and joined."""
    left = [ALL]
    known: list[Stretch] = []
    for part in parts:
        known.append(Stretch(part.segment, part.is_granted))
        left = without(left, part.segment)
    known += [Stretch(segment, None) for segment in left]
    found: list[Stretch] = []
    for each in sorted(known, key=cmp_to_key(_order)):
        if found and found[-1].is_granted == each.is_granted:
            before, after = found.pop().segment, each.segment
            joined = Segment(before.low, after.high, before.closed_low, after.closed_high)
            found.append(Stretch(joined, each.is_granted))
        else:
            found.append(each)
    return tuple(found)


def _order(one: Stretch, other: Stretch) -> int:
    return -1 if starts_first(one.segment, other.segment) else 1
