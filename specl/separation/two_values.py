"""Policies with three ranks, the one in the middle with a single trajectory, on which a formula is true or false.

The search draws an environment, an objective, and policies: deterministic ones, then some with two actions in a state.
It looks for one with a single trajectory that is strictly between two others. It tries a few policies of each
environment only, and objectives as simple as `specl.separation.objectives` draws them.
"""

from collections.abc import Iterator, Mapping
from random import Random

from specl.chains.chain import induced
from specl.model.environment import Environment
from specl.model.policy import Policy
from specl.separation import ranking, skeletons
from specl.separation.proposal import Proposal, Shape

EXPRESSING: Mapping[str, tuple[str, ...]] = {"LTL": ("FPR", "LAR", "MR", "ONMR", "RM", "RRL", "TLO")}
SMALLEST = Shape(1, 2, 3)

_STOCHASTIC = 4


def propose(refuted: str, expressing: str, shape: Shape, random: Random) -> Iterator[Proposal | None]:
    """The best policy, one in the middle, and the worst."""
    while shape.policies >= SMALLEST.policies:
        environment = skeletons.draw(shape.states, shape.actions, random)
        drawn = list(dict.fromkeys(ranking.policies(environment, random, _STOCHASTIC)))
        wanted = ranking.draw(expressing, environment, random)
        found = _between(wanted, drawn)
        yield wanted.listing("two_values", refuted, found) if found else None


def _between(wanted: ranking.Ranking, drawn: list[Policy]) -> tuple[Policy, ...] | None:
    ranks = {policy: wanted.at(policy) for policy in drawn}
    known = sorted((rank for rank in ranks.values() if rank is not None), reverse=True)
    inner = [p for p, rank in ranks.items() if rank is not None and known[-1] < rank < known[0]]
    middle = next((p for p in inner if _is_single(wanted.environment, p)), None)
    if middle is None:
        return None
    best, worst = (next(p for p, rank in ranks.items() if rank == known[end]) for end in (0, -1))
    return best, middle, worst


def _is_single(environment: Environment, policy: Policy) -> bool:
    chain = induced(environment, policy)
    return len(chain.start) == 1 and all(len(moves) == 1 for moves in chain.moves)
