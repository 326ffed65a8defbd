"""Values in ℝ cannot have low(p) ≺ high(p) ≺ low(q) for all p < q: each gap would hold a rational number of its own."""

from fractions import Fraction

from specl.obstructions.claims.failure import NoCertificate, NoClaim
from specl.obstructions.claims.question import Answer, Question, family_rows, rows_json
from specl.obstructions.exact.interval import DISCOUNTS, POSITIVE, UNIT, Interval
from specl.obstructions.exact.ranks import order
from specl.obstructions.exact.ratio import X, constant

REFUTES = ("FOMR", "FPR", "FTLR", "FTR", "IMORL", "INMR", "LAR", "LTL", "MR", "OMORL", "ONMR", "RM", "RRL")
NEEDS = ("family",)


INTERVALS = (UNIT, POSITIVE, DISCOUNTS, Interval(Fraction(0), Fraction(1), False, False))
"""Where p may live: at 0 and 1, where recurrent states may change, it need not."""


def search(question: Question) -> Answer:
    """Rank the family over ℚ(p), with its second parameter 0 and 1, on the first interval on which that can be done."""
    narrow: list[NoCertificate] = []
    for on in INTERVALS:
        try:
            return _search(question, on)
        except NoCertificate as error:
            if error.decided:
                raise
            narrow.append(error)
    raise narrow[-1]


def _search(question: Question, on: Interval) -> Answer:
    family = question.refutation.family
    if family is None or len(family.family.parameters) != 2:
        hint = "low(p) is its member at (p, 0), high(p) that at (p, 1)"
        raise NoClaim("E096", "a family with two parameters is needed", question.refutation.at, hint)
    first, second = family.family.parameters
    low, high = (
        family_rows(family.family, {first: X, second: constant(Fraction(end))}, on, family.name) for end in (0, 1)
    )
    below, above = question.rank(low, on), question.rank(high, on)
    key = below.keys[0]
    if key != above.keys[0]:
        raise NoCertificate(f"what matters most depends on {second}: {first} alone must decide it")
    if not key.increases(on):
        raise NoCertificate(f"what matters most does not increase with {first}")
    if order(below.keys[1:], above.keys[1:], on) >= 0:
        raise NoCertificate(f"where {first} is the same, {second} = 1 is not ranked above {second} = 0")
    environment = question.environment
    policies = {"on": str(on), "low": rows_json(environment, low), "high": rows_json(environment, high)}
    return Answer(policies, {"low": below.json, "high": above.json})
