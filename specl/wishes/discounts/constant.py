"""Weights that are numbers and refute a wish for all discounts at once."""

from fractions import Fraction

from flint import fmpq_poly, fmpz_poly

from specl.obstructions.exact.ratio import ZERO, polynomial
from specl.wishes.discounts.differences import Difference, Differences
from specl.wishes.discounts.evidence import Evidence, ordered
from specl.wishes.linear.outcome import Conflict, Functional

Weights = list[tuple[Difference, Fraction]]


def constant_weights(found: Differences) -> Evidence | None:
    """Weights of an irreducible conflict that cancel the differences for every γ; None where there are none.

    They have to cancel them at a few discounts. Those that do mostly cancel them at all discounts; where they do not,
    more discounts are taken, and finitely many are enough, as a polynomial with too many zeros is 0.
    """
    count = 4
    while True:
        discounts = [Fraction(k, count) for k in range(count)]
        rows = [[x for discount in discounts for x in each.unscaled(discount)] for each in found.all]
        if isinstance(ordered(found, rows, readable=False), Functional):
            return None
        outcome = ordered(found, rows)
        assert isinstance(outcome, Conflict)  # as before
        of = {each.pair: each for each in found.all}
        strict, ties = ([(of[one, other], x) for one, other, x in side] for side in (outcome.strict, outcome.ties))
        if _cancels([*strict, *ties], found.width):
            signed = tuple(fmpz_poly([int(x)]) for _, x in strict)  # an order's conflicts have coprime integer weights
            return Evidence(False, signed, tuple((each, fmpz_poly([int(x)])) for each, x in (*strict, *ties)))
        count *= 2


def _cancels(weights: Weights, width: int) -> bool:
    return all(
        sum((polynomial(fmpq_poly(each.row[k])) / polynomial(each.scale) * x for each, x in weights), ZERO).is_zero()
        for k in range(width)
    )
