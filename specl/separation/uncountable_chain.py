"""Families of policies that are ranked by one parameter first and by another next: too many ranks for real numbers.

The search draws an environment, a lexicographic order, and a family that is linear in p and in q: it differs from a
policy in the row of one state, which depends on p, and in that of another, which depends on q; or else in the row of
one state, which depends on both. Its parameters are exchanged or reversed where that helps. It is kept where the first
key rises strictly with p and is the same for q = 0 and q = 1, and the keys after it rank q = 1 above q = 0 at every p.
Families that are not linear in p are missed.
"""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from operator import mul
from random import Random

from specl.model.environment import Environment
from specl.model.policy import Family, Policy
from specl.obstructions.claims.failure import NoCertificate
from specl.obstructions.exact.interval import Interval
from specl.obstructions.exact.ranks import Keys, order
from specl.obstructions.uncountable_chain import INTERVALS, REFUTES
from specl.separation import draws, ranking, skeletons
from specl.separation.families import polynomial, segment
from specl.separation.proposal import Proposal, Shape
from specl.separation.ranking import Ranking

EXPRESSING: Mapping[str, tuple[str, ...]] = dict.fromkeys(REFUTES, ("TLO",))
SMALLEST = Shape(1, 2, 0)

Corners = tuple[tuple[Policy, Policy], tuple[Policy, Policy]]
"""The members of a family at p = 0 and at p = 1: those for q = 0, and those for q = 1."""

_FAMILIES = 8
"""As many are tried for one objective at a time."""


def propose(refuted: str, expressing: str, shape: Shape, random: Random) -> Iterator[Proposal | None]:
    """Families with low(p) ≺ high(p) ≺ low(p') for all p < p'."""
    while shape.states * (shape.actions - 1) > 1:  # with one free entry there are not two that vary
        wanted = ranking.draw(expressing, skeletons.draw(shape.states, shape.actions, random), random)
        if len(wanted.carried.keys) > 1:
            yield from _drawn(refuted, wanted, random)


def again(proposal: Proposal, random: Random) -> Iterator[Proposal | None]:
    """Other families in the same environment, for the same objective."""
    wanted = ranking.ranking(proposal.environment, proposal.code, proposal.objective)
    while True:
        yield from _drawn(proposal.refuted, wanted, random)


def _drawn(refuted: str, wanted: Ranking, random: Random) -> Iterator[Proposal | None]:
    """None for families that are not as they should be, simple ones first, up to the first that is."""
    for drawn in sorted((_corners(wanted.environment, random) for _ in range(_FAMILIES)), key=_mixing):
        corners = _turned(wanted, drawn)
        if corners is not None and _is_chain(wanted, corners):
            yield wanted.proposal("uncountable_chain", refuted, family={"family": _family(corners)})
            return
        yield None


def _mixing(corners: Corners) -> int:
    return sum(bool(weight) for ends in corners for policy in ends for row in policy.rows for weight in row)


def _corners(environment: Environment, random: Random) -> Corners:
    states = range(len(environment.states))
    base, *others = (draws.policy(environment, random) for _ in range(4))
    s, t = random.choice(states), random.choice(states)

    def corner(p: int, q: int) -> Policy:
        rows = list(base.rows)
        if s == t:
            rows[s] = (base, *others)[2 * p + q].rows[s]
        else:
            rows[s], rows[t] = (base, others[0])[p].rows[s], (base, others[1])[q].rows[t]
        return Policy(tuple(rows))

    return (corner(0, 0), corner(1, 0)), (corner(0, 1), corner(1, 1))


def _turned(wanted: Ranking, corners: Corners) -> Corners | None:
    """The family with its parameters exchanged or reversed, so that near its middle the first key rises with p and
    is the same for all q, and the keys after it rise with q; None where that cannot be."""
    first_key = wanted.first_key
    here, along_p, along_q = (first_key.at(_inside(corners, *point)) for point in ((1, 1), (2, 1), (1, 2)))
    if here is None or along_p is None or along_q is None or (here == along_p) == (here == along_q):
        return None
    if here == along_p:
        (a, b), (c, d) = corners
        corners, along_p = ((a, c), (b, d)), along_q
    if along_p < here:
        (a, b), (c, d) = corners
        corners = (b, a), (d, c)
    lower, upper = (wanted.at(_inside(corners, *point)) for point in ((1, 1), (1, 2)))
    if lower is None or upper is None or lower == upper:
        return None
    return corners if lower < upper else corners[::-1]


def _inside(corners: Corners, p: int, q: int) -> Policy:
    """The member at (p/3, q/3)."""
    parts = [Fraction(part, 9) for part in ((3 - p) * (3 - q), p * (3 - q), (3 - p) * q, p * q)]
    rows = zip(*(policy.rows for ends in corners for policy in ends), strict=True)
    return Policy(tuple(tuple(sum(map(mul, parts, entries)) for entries in zip(*four, strict=True)) for four in rows))


def _is_chain(wanted: Ranking, corners: Corners) -> bool:
    low, high = (segment(*ends) for ends in corners)
    for on in INTERVALS:
        least, most = wanted.along(low, on), wanted.along(high, on)
        if least is not None and most is not None:
            return least[0] == most[0] and least[0].increases(on) and _is_below(least[1:], most[1:], on)
    return False


def _is_below(left: Keys, right: Keys, on: Interval) -> bool:
    try:
        return order(left, right, on) < 0
    except NoCertificate:
        return False


def _family(corners: Corners) -> Family:
    """Σ of the corners times p or 1 − p, q or 1 − q."""
    return Family(
        ("p", "q"),
        tuple(
            tuple(
                polynomial({(): a, (("p", 1),): b - a, (("q", 1),): c - a, (("p", 1), ("q", 1)): a - b - c + d})
                for a, b, c, d in zip(*rows, strict=True)
            )
            for rows in zip(*(policy.rows for ends in corners for policy in ends), strict=True)
        ),
    )
