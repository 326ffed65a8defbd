"""Weights that refute a wish, put together to pieces that cover all discounts and meet at rational numbers.

Where two pieces can only meet at an irrational α, both are put on a small interval [a, b] around α, each for the γ at
which plus or minus the minimal polynomial of α is ≥ 0.
"""

import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from flint import fmpq_poly

from specl.obstructions.exact.interval import Interval
from specl.obstructions.exact.ratio import ZERO, Ratio, polynomial
from specl.wishes.certificates import Piece, at_discount
from specl.wishes.discounts.algebraic import DIGITS, Algebraic, between, compare, enclosure, larger
from specl.wishes.discounts.differences import Differences
from specl.wishes.discounts.evidence import Evidence, ordered, segments, signs_at
from specl.wishes.discounts.segment import ALL, Segment, common, ends_last, starts_first, without
from specl.wishes.discounts.sweep import Part, sweep
from specl.wishes.linear.outcome import Conflict
from specl.wishes.wish import Pair

LARGEST_DEGREE = 96
"""Of the polynomials in certificates: beyond it, checking their signs takes the kernel minutes."""

FINEST = 1 << 10
"""Bits of the smallest interval around a place where pieces meet that is tried."""


class Unwritable(Exception):
    """The wish is refuted for all discounts, but certificates have no words for how; the message says why."""


@dataclass(frozen=True)
class Refuted:
    """A segment on which weights refute the wish."""

    segment: Segment
    strict: tuple[tuple[str, str, Ratio], ...]
    ties: tuple[tuple[str, str, Ratio], ...]

    def on(self, interval: Interval, where: Ratio | None = None) -> Piece:
        """These weights for a part of the segment."""
        return Piece(interval, self.strict, self.ties, where)


def refuted(found: Differences, parts: Iterable[Part], target: Segment = ALL) -> list[Refuted]:
    """As few as possible, in order, that cover a segment of which all discounts are in parts that are refuted.

    Raises:
        Unwritable: at an irrational discount nothing refutes the wish that refutes it nearby too.
    """
    spans: list[Refuted] = []
    for evidence in dict.fromkeys(part.evidence for part in parts if part.is_granted is False and part.evidence):
        spans += [_span(evidence, each) for each in segments(evidence)]
    for part in parts:
        if part.is_granted is False and part.evidence is None and isinstance(part.segment.low, Fraction):
            piece = at_discount(part.segment.low, _conflict_at(found, part.segment.low))
            spans.append(Refuted(part.segment, piece.strict, piece.ties))
    chain: list[Refuted] = []
    left = [target]
    while left:
        best: Refuted | None = None
        for span in spans:
            fits = starts_first(span.segment, left[0]) and common(span.segment, left[0]) is not None
            if fits and (best is None or not ends_last(best.segment, span.segment)):
                best = span
        if best is None:
            raise Unwritable(f"nothing was found that refutes the irrational discount {left[0].low} and others near it")
        chain.append(best)
        left = without(left, best.segment)
    return chain


def irreducible(found: Differences, chain: Sequence[Refuted], deadline: float) -> Sequence[Refuted]:
    """A chain with fewer comparisons if there is one: without any of them some discount grants the others.

    Args:
        chain: covers [0,1).
        deadline: the reading of `time.monotonic` at which to stop; what has been found then may be reducible.
    """
    for pair in _pairs(chain):
        if pair not in _pairs(chain):
            continue
        fewer = found.only([other for other in _pairs(chain) if other != pair])
        parts: list[Part] = []
        for part in sweep(fewer, until_granted=True):
            parts.append(part)
            if part.is_granted is not False or time.monotonic() > deadline:
                break
        else:
            with suppress(Unwritable):
                chain = refuted(fewer, parts)
    return chain


def _pairs(chain: Iterable[Refuted]) -> dict[Pair, None]:
    """The comparisons that occur, in order."""
    return dict.fromkeys((one, other) for span in chain for one, other, _ in (*span.strict, *span.ties))


def pieces(chain: Iterable[Refuted]) -> tuple[Piece, ...]:
    """Pieces that cover [0,1).

    Args:
        chain: segments that do, in order.

    Raises:
        Unwritable: at an irrational discount where pieces meet not both of them refute, or the weights are too long.
    """
    spans = list(chain)
    degree = max(weight.num.degree() for span in spans for *_, weight in (*span.strict, *span.ties))
    if degree > LARGEST_DEGREE:
        limit = f"polynomials of degree {degree} in the discount, and beyond {LARGEST_DEGREE} the check takes too long"
        raise Unwritable(f"the weights are {limit}")
    low, closed = Fraction(0), True
    found: list[Piece] = []
    for left, right in pairwise(spans):
        end, start = left.segment.high, right.segment.low
        is_closed = left.segment.closed_high
        if compare(start, end) < 0:
            end, is_closed = between(larger(start, low), end), True
        if isinstance(end, Fraction):
            found.append(left.on(Interval(low, end, closed, is_closed)))
            low, closed = end, not is_closed
        else:
            middle = _meeting(left, right, end, low)
            found += [left.on(Interval(low, middle[0].on.low, closed, False)), *middle]
            low, closed = middle[0].on.high, False
    return (*found, spans[-1].on(Interval(low, Fraction(1), closed, False)))


def _meeting(left: Refuted, right: Refuted, at: Algebraic, low: Fraction) -> tuple[Piece, Piece]:
    """Both on an interval around the number at which one gives way to the other."""
    minimal = polynomial(fmpq_poly(list(at.polynomial)))
    bits = DIGITS
    while bits <= FINEST:
        on = Interval(*enclosure(at, bits))
        if on.low > low and compare(on.high, right.segment.high) < 0:
            where = minimal if minimal.at(on.low).signs(on) == {1} else -minimal
            if _serves(left, where, on) and _serves(right, -where, on):
                return left.on(on, where), right.on(on, -where)
        bits *= 2
    raise Unwritable(f"the weights that refute on the two sides of the irrational discount {at} do not meet there")


def _serves(refuted: Refuted, where: Ratio, on: Interval) -> bool:
    """Whether the weights refute wherever this is ≥ 0, and it shows in a way that can be checked."""
    weights = [weight for *_, weight in refuted.strict]
    return sum(weights, ZERO).signs(on) == {1} and all(
        -1 not in weight.signs(on) or (not (weight / where).has_pole(on) and -1 not in (weight / where).signs(on))
        for weight in weights
    )


def _conflict_at(found: Differences, discount: Fraction) -> Conflict:
    """The conflict at a discount at which there is one."""
    outcome = ordered(found, [each.unscaled(discount) for each in found.all])
    assert isinstance(outcome, Conflict)  # the discount is in a part that is refuted
    return outcome


def _span(evidence: Evidence, segment: Segment) -> Refuted:
    """The weights with their signs as they should be there."""
    at = segment.low if segment.is_point else between(segment.low, segment.high)
    sign = -1 if -1 in signs_at(evidence, at) else 1
    pairs = tuple((*each.pair, polynomial(fmpq_poly(sign * weight))) for each, weight in evidence.weights)
    count = len(evidence.signed)
    return Refuted(segment, pairs[:count], pairs[count:])
