"""Families of policies that are ranked by one parameter first and by another next: too many ranks for real numbers.

The search draws an environment, a lexicographic order, and a family that is linear in p and in q: it differs from a
policy in the row of one state, which depends on p, and in that of another, which depends on q; or else in the row of
one state, which depends on both. It is kept where the first key rises strictly with p and is the same for q = 0 and
q = 1, and the keys after it rank q = 1 above q = 0 at every p. Families that are not linear in p are missed.
"""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from random import Random

from specl.model.environment import Environment
from specl.model.policy import Family, Policy
from specl.obstructions.claims.failure import NoCertificate
from specl.obstructions.exact.interval import Interval
from specl.obstructions.exact.ranks import Keys, order
from specl.obstructions.uncountable_chain import INTERVALS, REFUTES
from specl.separation import draws, ranking, skeletons
from specl.separation.families import member, polynomial, segment
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
        environment = skeletons.draw(shape.states, shape.actions, random)
        yield _drawn(refuted, ranking.draw(expressing, environment, random), random)


def again(proposal: Proposal, random: Random) -> Iterator[Proposal | None]:
    """Other families in the same environment, for the same objective."""
    wanted = ranking.ranking(proposal.environment, proposal.code, proposal.objective)
    while True:
        yield _drawn(proposal.refuted, wanted, random)


def _drawn(refuted: str, wanted: Ranking, random: Random) -> Proposal | None:
    """The simplest of some families."""
    drawn = [_corners(wanted.environment, random) for _ in range(_FAMILIES)]
    drawn.sort(
        key=lambda corners: sum(map(bool, (x for ends in corners for end in ends for row in end.rows for x in row)))
    )
    found = next((corners for corners in drawn if _is_chain(wanted, corners)), None)
    return wanted.proposal("uncountable_chain", refuted, family={"family": _family(found)}) if found else None


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


def _is_chain(wanted: Ranking, corners: Corners) -> bool:
    low, high = (segment(*ends) for ends in corners)
    if low == high:
        return False
    third = [wanted.at(member(rows, Fraction(1, 3))) for rows in (low, high)]
    if third[0] is None or third[1] is None or third[0][0] != third[1][0] or third[0] >= third[1]:
        return False
    for on in INTERVALS:
        below, above = wanted.along(low, on), wanted.along(high, on)
        if below is not None and above is not None:
            return below[0] == above[0] and below[0].increases(on) and _is_below(below[1:], above[1:], on)
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
