"""Orderings of a document as wishes: those that are written down, and those that an objective induces."""

import itertools
from collections.abc import Mapping
from fractions import Fraction

from specl.evaluation.context import Rank
from specl.evaluation.ranks import compare_ranks, order_policies
from specl.model.environment import Environment
from specl.model.ordering import Induced, Ordering, TrajectoryOrdering
from specl.model.policy import Policy
from specl.wishes.trajectories import TrajectoryWish
from specl.wishes.wish import Pair, Wish


def of_ordering(ordering: Ordering, environment: Environment, discount: Fraction | None = None) -> Wish:
    """The wish that is written down."""
    return Wish(ordering.name, environment, ordering.policies, ordering.strict, ordering.ties, discount)


def of_ranks(
    induced: Induced, environment: Environment, ranks: Mapping[str, Rank], discount: Fraction | None = None
) -> tuple[Wish, tuple[Pair, ...]]:
    """The wish for what an objective's ranks order, and the pairs of policies that they leave open: those whose
    enclosures overlap, less what follows from others.

    Args:
        ranks: policy -> its rank, for all of the policies. Names of one policy tie, also where its rank is enclosed.
    """
    first: dict[Policy, str] = {}
    ties = [
        (first[policy], name) for name, policy in induced.policies.items() if first.setdefault(policy, name) != name
    ]
    known = {name: ranks[name] for name in first.values()}
    groups, undecided = order_policies(known)
    strict: list[Pair]
    if not undecided:
        ties += [pair for group in groups for pair in itertools.pairwise(group)]
        strict = [(better[0], worse[0]) for better, worse in itertools.pairwise(groups)]
    else:
        signs = {pair: compare_ranks(known[pair[0]], known[pair[1]]) for pair in itertools.combinations(known, 2)}
        ties += [pair for pair, sign in signs.items() if sign == 0]
        strict = [pair if sign == 1 else pair[::-1] for pair, sign in signs.items() if sign in (1, -1)]
    return Wish(induced.name, environment, induced.policies, tuple(strict), tuple(ties), discount), undecided


def of_trajectories(
    ordering: TrajectoryOrdering, environment: Environment, discount: Fraction | None = None
) -> TrajectoryWish:
    """The wish about finite trajectories that is written down."""
    return TrajectoryWish(
        ordering.name, environment, ordering.trajectories, ordering.strict, ordering.ties, discount
    )
