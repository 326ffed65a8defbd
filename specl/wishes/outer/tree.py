"""Cases on several quantities: a decision tree that gives every point its height."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from specl.model.expression import Expression, constant
from specl.wishes.outer.linear import cases, linear
from specl.wishes.outer.quantities import Argument, Quantity
from specl.wishes.outer.simplest import in_half_open

DEEPEST = 40
"""Cases inside each other; text may be nested a few times more deeply than that."""


def tree(
    base: Sequence[Quantity], heights: Sequence[int], argument: Argument, most: int
) -> tuple[Expression, list[Quantity]] | None:
    """``if x < c then … else if y < d then … else …``, and the quantities in it, in the order of their numbers.

    Every case is on the quantity and the bound after which the fewest pairs of points of different heights are still
    together (the Gini index of Breiman et al. 1984). None where the quantities do not tell apart what they should, more
    than `most` of them would be needed, or cases would be nested too deeply.
    """
    used: list[int] = []

    def grow(members: list[int], depth: int) -> Expression | None:
        if len({heights[i] for i in members}) == 1:
            return constant(Fraction(heights[members[0]]))
        found = _cut(base, members, heights, used) if depth else None
        if found is None:
            return None
        chosen, bound = found
        if chosen not in used:
            if len(used) == most:
                return None
            used.append(chosen)
        quantity = base[chosen]
        below = grow([i for i in members if quantity.values[i] < bound], depth - 1)
        if below is None:
            return None
        above = grow([i for i in members if quantity.values[i] >= bound], depth - 1)
        if above is None:
            return None
        return cases(linear(argument(used.index(chosen), quantity)), bound, below, above)

    expression = grow(list(range(len(heights))), DEEPEST)
    return None if expression is None else (expression, [base[k] for k in used])


def _cut(
    base: Sequence[Quantity], members: Sequence[int], heights: Sequence[int], used: Sequence[int]
) -> tuple[int, Fraction] | None:
    """The best quantity, those in use before others, and the bound."""
    best: tuple[tuple[int, bool], int, Fraction, Fraction] | None = None
    for k, quantity in enumerate(base):
        ordered = sorted(members, key=quantity.values.__getitem__)
        low: dict[int, int] = {}
        high: dict[int, int] = {}
        for i in ordered:
            high[heights[i]] = high.get(heights[i], 0) + 1
        for count, (i, j) in enumerate(pairwise(ordered), 1):
            low[heights[i]] = low.get(heights[i], 0) + 1
            high[heights[i]] -= 1
            a, b = quantity.values[i], quantity.values[j]
            if a < b:
                alike = sum(n * n for n in low.values()) + sum(n * n for n in high.values())
                price = (count**2 + (len(ordered) - count) ** 2 - alike, k not in used)
                if best is None or price < best[0]:
                    best = (price, k, a, b)
    return None if best is None else (best[1], in_half_open(best[2], best[3]))
