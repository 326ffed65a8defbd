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
from specl.separation import draws, ranking
from specl.separation.families import family, member, segment
from specl.separation.proposal import Proposal, Shape

EXPRESSING: Mapping[str, tuple[str, ...]] = dict.fromkeys(("MR", "RM"), ("FPR", "LAR", "LTL", "ONMR", "RRL", "TLO"))
SMALLEST = Shape(1, 2, 0)

_STOCHASTIC = 4
_MOST_PATHS = 12


def propose(refuted: str, expressing: str, shape: Shape, random: Random) -> Iterator[Proposal | None]:
    """A path from A to B that is constant on (0, 1] and has another rank at 0."""
    while True:
        environment = draws.environment(shape.states, shape.actions, random)
        wanted = ranking.draw(expressing, environment, random)
        drawn = list(dict.fromkeys(ranking.policies(environment, random, _STOCHASTIC)))
        random.shuffle(drawn)
        found = next((ends for ends in islice(permutations(drawn, 2), _MOST_PATHS) if _jumps(wanted, *ends)), None)
        path = found and {"path": family("t", segment(*found))}
        yield wanted.proposal("limit", refuted, path=path) if path else None


def _jumps(wanted: ranking.Ranking, first: Policy, last: Policy) -> bool:
    level = wanted.at(last)
    path = segment(first, last)
    if level is None or wanted.at(first) in (None, level) or wanted.at(member(path, Fraction(1, 2))) != level:
        return False
    return wanted.along(path, POSITIVE) == tuple(map(constant, level))
