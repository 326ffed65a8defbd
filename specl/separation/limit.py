"""Paths of policies that an objective ties but for their end, where it jumps; a discounted value cannot.

The search draws an environment, an objective and the straight path (1 − t)·A + t·B between two policies: its support,
and so the states that it reaches or stays in for ever, may be smaller at t = 0. Ranks at 0, 1/2 and 1 are compared
first; where they look right, the rank for 0 < t ≤ 1 is computed as a rational function of t. Curved paths are missed.
"""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import islice, permutations
from random import Random

from specl.model.policy import Policy
from specl.obstructions.exact.interval import POSITIVE
from specl.obstructions.exact.ratio import constant
from specl.separation import ranking, skeletons
from specl.separation.families import family, member, segment
from specl.separation.proposal import Proposal, Shape
from specl.separation.ranking import Ranking

EXPRESSING: Mapping[str, tuple[str, ...]] = dict.fromkeys(("MR", "RM"), ("FPR", "LAR", "LTL", "ONMR", "RRL", "TLO"))
SMALLEST = Shape(1, 2, 0)

_STOCHASTIC = 4
_MOST_PATHS = 12


def propose(refuted: str, expressing: str, shape: Shape, random: Random) -> Iterator[Proposal | None]:
    """Paths from A to B with one rank on (0, 1] and another at 0."""
    while True:
        environment = skeletons.draw(shape.states, shape.actions, random)
        yield from _drawn(refuted, ranking.draw(expressing, environment, random), random)


def again(proposal: Proposal, random: Random) -> Iterator[Proposal | None]:
    """Other paths in the same environment, for the same objective."""
    wanted = ranking.ranking(proposal.environment, proposal.code, proposal.objective)
    while True:
        yield from _drawn(proposal.refuted, wanted, random)


def _drawn(refuted: str, wanted: Ranking, random: Random) -> Iterator[Proposal | None]:
    """None for paths without a jump, those with simple ends first, up to the first that has one."""
    policies = list(dict.fromkeys(ranking.policies(wanted.environment, random, _STOCHASTIC)))
    policies.sort(key=lambda policy: sum(bool(weight) for row in policy.rows for weight in row))
    for first, last in islice(permutations(policies, 2), _MOST_PATHS):
        if _jumps(wanted, first, last):
            yield wanted.proposal("limit", refuted, path={"path": family("t", segment(first, last))})
            return
        yield None


def _jumps(wanted: Ranking, first: Policy, last: Policy) -> bool:
    level, path = wanted.at(last), segment(first, last)
    if level is None or wanted.at(first) in (None, level) or wanted.at(member(path, Fraction(1, 2))) != level:
        return False
    return wanted.along(path, POSITIVE) == tuple(map(constant, level))
