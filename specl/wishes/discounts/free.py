"""Wishes to formalisms whose values are linear at each discount, where the objective may choose the discount."""

import time
from collections.abc import Callable, Sequence
from fractions import Fraction

from specl.obstructions.claims.failure import NoCertificate
from specl.wishes.answer import Answer, No, Unknown, Yes
from specl.wishes.asking import Asking
from specl.wishes.certificates import Piece, Weighted, at_discount, by_masses
from specl.wishes.discounts.algebraic import Algebraic
from specl.wishes.discounts.differences import Differences, TooLarge, differences
from specl.wishes.discounts.pieces import Refuted, Unwritable, irreducible, pieces, refuted
from specl.wishes.discounts.stretches import CODES, stretches
from specl.wishes.discounts.sweep import Part, sweep
from specl.wishes.linear.outcome import Conflict
from specl.wishes.linear.shortened import shortened
from specl.wishes.lotteries.length import length
from specl.wishes.wish import Wish
from specl.wishes.words import conflict_words

AtDiscount = Callable[[Fraction], Yes | Conflict]
"""Grants the wish with one discount, or says why that cannot be."""

USUAL, OTHERS = tuple(map(Fraction, ("9/10", "1/2"))), tuple(map(Fraction, ("1/3", "99/100", "1/10", "0")))
"""Discounts that are tried first; of the objectives with the usual ones, the one that is shorter is taken."""

MOST_TOLD = 3
"""Stretches of discounts whose conflicts are told one by one."""

LONGEST_TOLD = 6
"""The degree up to which functions of the discount are told."""


def decide(asking: Asking, code: str, what: str, at: AtDiscount) -> Answer:
    """The answer, with the wish's discount where it has one, and over all of [0,1) where not.

    Args:
        code: MR or RRL.
        what: its objectives in words, in the singular: "any Markov reward".
    """
    wish = asking.wish
    if wish.discount is not None:
        found = at(wish.discount)
        if isinstance(found, Yes):
            return found
        reason = conflict_words(found.strict, found.ties, f"{what} with discount {wish.discount}")
        return _no(wish, code, reason, [at_discount(wish.discount, found)])
    return _usual(wish, code, at) or _swept(asking, code, what, at)


def _usual(wish: Wish, code: str, at: AtDiscount) -> Yes | None:
    granted = [found for discount in USUAL if isinstance(found := at(discount), Yes)]
    if granted:
        return min(granted, key=lambda found: length(code, found.objective, wish.environment))
    return next((found for discount in OTHERS if isinstance(found := at(discount), Yes)), None)


def _swept(asking: Asking, code: str, what: str, at: AtDiscount) -> Answer:
    """A discount that the exact sweep over [0,1) finds, or a refutation of all of them."""
    try:
        found = differences(asking.wish, CODES[code])
    except TooLarge as error:
        return _unknown(f"not granted with the discounts that were tried, and {error}")
    parts: list[Part] = []
    end = asking.deadline()
    for part in sweep(found, until_granted=True):
        parts.append(part)
        inside = part.segment.inside
        if part.is_granted and inside is not None:
            granted = at(inside)
            if isinstance(granted, Yes):
                return granted
        asking.tell(f"{asking.wish.name}: {code}, {len(parts)} parts of the discounts in [0, 1) decided")
        if time.monotonic() > end:
            break
    return _refuted(asking, code, what, found, parts, end)


def _refuted(
    asking: Asking, code: str, what: str, found: Differences, parts: Sequence[Part], end: float
) -> Answer:
    """The answer where no rational discount among the parts grants the wish."""
    open_ones = [each for each in stretches(parts) if each.is_granted is not False]
    if any(each.is_granted is None for each in open_ones):
        left = ", ".join(str(each.segment) for each in open_ones[:MOST_TOLD])
        return _unknown(f"not decided within {asking.seconds:g} s, or not exactly: which discounts in {left} allow it")
    if open_ones:
        points = [each.segment.low for each in open_ones]
        alone = " and ".join(each.explained for each in points if isinstance(each, Algebraic))
        return Unknown(f"only irrational discounts allow it, which a .spec file cannot have: {alone}")
    try:
        chain = _shortened(irreducible(found, refuted(found, parts), end))
        covering = pieces(chain)
    except Unwritable as error:
        return _unknown(f"no discount allows it, but no certificate says so: {error}")
    return _no(asking.wish, code, _reason(chain, what), covering)


def _shortened(chain: Sequence[Refuted]) -> Sequence[Refuted]:
    """With comparisons that are chained from others, where weights that are numbers refute all discounts."""
    only = chain[0]
    if len(chain) > 1 or any(weight.rational is None for *_, weight in (*only.strict, *only.ties)):
        return chain
    piece = at_discount(Fraction(0), shortened(Conflict(_numbers(only.strict), _numbers(only.ties))))
    return [Refuted(only.segment, piece.strict, piece.ties)]


def _numbers(weighted: Weighted) -> tuple[tuple[str, str, Fraction], ...]:
    return tuple((one, other, weight.rational or Fraction(0)) for one, other, weight in weighted)


def _reason(chain: Sequence[Refuted], what: str) -> str:
    """The conflicts in words, one after the other."""
    if len(chain) == 1:
        return _words(chain[0], what)
    told = [f"with a discount in {each.segment}: {_words(each, what)}" for each in chain[:MOST_TOLD]]
    more = len(chain) - MOST_TOLD
    return "; ".join([*told, *([f"and so on for {more} more stretches of discounts"] if more > 0 else [])])


def _words(each: Refuted, what: str) -> str:
    """The conflict; with numbers, for a discount as an example, where functions of the discount would be too long."""
    inside = each.segment.inside
    if inside is None or max(weight.num.degree() for *_, weight in (*each.strict, *each.ties)) <= LONGEST_TOLD:
        return conflict_words(each.strict, each.ties, what)
    sides = (each.strict, each.ties)
    strict, ties = ([(one, other, weight.at(inside)) for one, other, weight in side] for side in sides)
    return f"{conflict_words(strict, ties, f'{what} with discount {inside}')}; others are much the same"


def _no(wish: Wish, code: str, reason: str, covering: Sequence[Piece]) -> Answer:
    try:
        return No(code, reason, *by_masses(wish, code, covering))
    except NoCertificate as error:
        return Unknown(f"{reason}; but this has no certificate: {error}")


def _unknown(reason: str) -> Unknown:
    return Unknown(f"{reason}; `--discount` decides for one")
