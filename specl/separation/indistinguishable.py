"""Pairs of policies that X cannot tell apart, and objectives that can.

The search draws an environment, an objective, and policies: deterministic ones, then some with two actions in a state.
It groups them by their features, for LAR the limit frequencies of all steps, for TLO the rows in the states that are
reached, and looks for two of one group with different ranks. It misses what needs particular probabilities: policies
whose frequencies agree by a coincidence of numbers are met by chance only.
"""

from collections.abc import Hashable, Iterator, Mapping
from itertools import combinations
from random import Random

from specl.chains.chain import induced
from specl.chains.recurrence import frequencies
from specl.model.environment import Environment
from specl.model.policy import Policy, reachable_states
from specl.separation import ranking, skeletons
from specl.separation.proposal import Proposal, Shape

EXPRESSING: Mapping[str, tuple[str, ...]] = {
    "LAR": ("FPR", "LTL", "MR", "ONMR", "RM", "RRL", "TLO"),
    "TLO": ("FPR",),
}
SMALLEST = Shape(2, 2, 2)  # in an only state, how often each action is taken is the policy

_STOCHASTIC = 6


def propose(refuted: str, expressing: str, shape: Shape, random: Random) -> Iterator[Proposal | None]:
    """Two policies of equal features and different ranks."""
    features = _lottery if refuted == "TLO" else _frequencies
    while shape.policies >= SMALLEST.policies:
        environment = skeletons.draw(shape.states, shape.actions, random)
        drawn = list(dict.fromkeys(ranking.policies(environment, random, _STOCHASTIC)))
        groups: dict[Hashable, list[Policy]] = {}
        for policy in drawn:
            groups.setdefault(features(environment, policy), []).append(policy)
        wanted = ranking.draw(expressing, environment, random)
        pairs = (pair for group in groups.values() for pair in combinations(group, 2))
        found = next((pair for pair in pairs if _are_apart(*map(wanted.at, pair))), None)
        yield wanted.listing("indistinguishable", refuted, found) if found else None


def _are_apart(*ranks: object) -> bool:
    return None not in ranks and ranks[0] != ranks[1]


def _frequencies(environment: Environment, policy: Policy) -> Hashable:
    return frozenset((step, mass) for step, mass in frequencies(induced(environment, policy)).items() if mass)


def _lottery(environment: Environment, policy: Policy) -> Hashable:
    return tuple((s, policy.rows[s]) for s in sorted(reachable_states(environment, policy)))
