"""Branch and bound over the stationary policies of one support: the largest value of a rational function on them.

A box fixes an interval for each free entry; boxes outside the simplex are dropped. What a box can be worth at most is
bounded by `ranges`, what it is worth at least by the exact value at one policy in it. The box with the largest bound is
split next, so the largest bound of those left is a proved upper bound at any time.
"""

import heapq
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import count

from specl.model.quantities import Choice
from specl.solvers.whole.ranges import Box, Ranged

MOST_BOXES = 100_000


@dataclass(frozen=True)
class Bounded:
    """No policy of the support is worth more than ``high`` (None: no bound was found); ``best``: the entries of the
    best one that was seen, None where none beat what was known before."""

    high: Fraction | None
    best: dict[Choice, Fraction] | None
    low: Fraction
    boxes: int


def largest(
    ranged: Ranged,
    free: tuple[Choice, ...],
    known: Fraction,
    precision: Fraction,
    deadline: float,
    tell: Callable[[str], None],
) -> Bounded:
    """The largest value of a function on the closed simplices of its free entries, within the precision.

    Args:
        free: all actions of a state's support but the last, for all states.
        known: a value that is attained by some policy already.
        deadline: the reading of `time.monotonic` at which to stop.
    """
    rows: dict[int, list[Choice]] = {}
    for choice in free:
        rows.setdefault(choice.state, []).append(choice)
    whole: Box = dict.fromkeys(free, (Fraction(0), Fraction(1)))
    number = count()
    low, best = known, None
    _, at_most, _ = ranged.on(whole)
    waiting: list[tuple[float, int, Fraction | None, Box]] = [(float("-inf"), next(number), at_most, whole)]
    boxes = 0
    while waiting:
        _, _, bound, box = waiting[0]
        if bound is not None and bound <= low + precision:
            return Bounded(max(bound, low), best, low, boxes)
        if boxes >= MOST_BOXES or time.monotonic() > deadline:
            return Bounded(bound, best, low, boxes)
        heapq.heappop(waiting)
        for part in _halves(box):
            inside = _tight(part, rows)
            if inside is None:
                continue
            boxes += 1
            _, high, signs = ranged.on(inside)
            inside = _pushed(inside, signs, rows)
            point = _point(inside, rows)
            value = ranged.at(point)
            if value is not None and value[0] > low:
                low, best = value[0], point
            if value is not None and all(start == end for start, end in inside.values()):
                high = value[1]
            if high is None or high > low:
                key = float("-inf") if high is None else -float(high)
                heapq.heappush(waiting, (key, next(number), high, inside))
        if boxes % 500 == 0 and waiting:
            tell(f"{boxes} boxes of policies; at most {-waiting[0][0]:.6g}, at least {float(low):.6g}")
    return Bounded(low, best, low, boxes)


def _halves(box: Box) -> Iterator[Box]:
    widest = max(box, key=lambda choice: box[choice][1] - box[choice][0])
    low, high = box[widest]
    if low == high:
        yield box
        return
    middle = (low + high) / 2
    yield {**box, widest: (low, middle)}
    yield {**box, widest: (middle, high)}


def _tight(box: Box, rows: dict[int, list[Choice]]) -> Box | None:
    """The smallest box around what of this one lies in the simplices; None where nothing does."""
    found = dict(box)
    for row in rows.values():
        least = sum((box[choice][0] for choice in row), Fraction(0))
        if least > 1:
            return None
        for choice in row:
            low, high = box[choice]
            found[choice] = low, min(high, 1 - least + low)
    return found


def _pushed(box: Box, signs: object, rows: dict[int, list[Choice]]) -> Box:
    """The part of a box on which a function, monotone in some entries, is largest; rows of one free entry only, where
    the entry may take any value of its interval."""
    found = dict(box)
    for row in rows.values():
        if len(row) == 1 and isinstance(signs, dict) and row[0] in signs:
            end = box[row[0]][1 if signs[row[0]] > 0 else 0]
            found[row[0]] = end, end
    return found


def _point(box: Box, rows: dict[int, list[Choice]]) -> dict[Choice, Fraction]:
    """A policy in the box."""
    found = {}
    for row in rows.values():
        room = 1 - sum((box[choice][0] for choice in row), Fraction(0))
        wanted = sum(((box[choice][1] - box[choice][0]) / 2 for choice in row), Fraction(0))
        share = min(Fraction(1), room / wanted) if wanted else Fraction(0)
        for choice in row:
            low, high = box[choice]
            found[choice] = low + share * (high - low) / 2
    return found
