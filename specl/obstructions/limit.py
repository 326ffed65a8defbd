"""A value that is continuous in the policy and constant on (0,1] is the same at 0; here the rank at 0 is another.

Discounted values are continuous in the policy: rewards are bounded and γ < 1.
"""

from fractions import Fraction

from specl.obstructions.claims.failure import NoCertificate, NoClaim
from specl.obstructions.claims.question import Answer, Question, family_rows, one_parameter, rows_at, rows_json
from specl.obstructions.exact.interval import POINT, POSITIVE, UNIT
from specl.obstructions.exact.ranks import order
from specl.obstructions.exact.ratio import Ratio, X

REFUTES = ("MR", "RM")
NEEDS = ("path",)


def search(question: Question) -> Answer:
    """Rank the path over ℚ(t), and its end."""
    path = question.refutation.path
    if len(path) != 1:
        hint = "parametrise it so that t = 0 is the end"
        raise NoClaim("E096", "a refutation by `limit` has one path", question.refutation.at, hint)
    parameter = one_parameter(path[0], question.refutation.at)
    rows = family_rows(path[0].family, {parameter: X}, UNIT, path[0].name)
    along = question.rank(rows, POSITIVE)
    for key in along.keys:
        if key.rational is None:
            raise NoCertificate(f"the value along the path is not constant: at t = 1/2 and t = 1 it is {_two(key)}")
    end = question.rank(rows_at(rows, Fraction(0)), POINT)
    side = order(end.keys, along.keys)
    if side == 0:
        raise NoCertificate("the policy at t = 0 is ranked with the path")
    policies = {"path": rows_json(question.environment, rows), "end": "above" if side > 0 else "below"}
    return Answer(policies, {"along": along.json, "end": end.json})


def _two(key: Ratio) -> str:
    return " and ".join(str(key.at(x).rational) for x in (Fraction(1, 2), Fraction(1)))
