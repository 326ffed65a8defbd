"""Policies whose features are linearly dependent, ordered by an objective as no linear functional of them can.

The search draws an environment, a pool of policies with few different rows, and objectives. Where the features of the
pool are independent at one discount there is nothing to find. Otherwise it asks for each objective, by an exact simplex
method, whether multipliers of Motzkin's theorem contradict the order of the whole pool, and keeps the policies that
they need: first at one discount, then at others; that it is so for all discounts is left to whoever makes the
certificate. Now and then the start and the numbers in the objective are unknowns that are solved for instead.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import count, islice
from random import Random

from specl.model.environment import Environment
from specl.model.policy import Policy
from specl.obstructions.exact.multipliers import needed
from specl.separation import ranking, skeletons, solved
from specl.separation.draws import CHANCES
from specl.separation.features import Vectors, features_at, independent
from specl.separation.proposal import Proposal, Shape

EXPRESSING: Mapping[str, tuple[str, ...]] = {
    "FTR": ("FPR", "ONMR", "RRL", "TLO"),
    "LAR": ("FPR", "LTL", "MR", "ONMR", "RM", "RRL", "TLO"),
    "MR": ("FPR", "LAR", "LTL", "ONMR", "RM", "RRL", "TLO"),
    "RRL": ("FPR", "LAR", "LTL", "ONMR", "RM", "TLO"),
}
SMALLEST = Shape(1, 2, 5)

DISCOUNTS = tuple(Fraction(*pair) for pair in ((1, 2), (0, 1), (9, 10)))
"""Where the features are compared before a certificate is asked for."""

_MOST_POLICIES = 12
_OBJECTIVES = 8
_SOLVED = 12
"""Each so many turns the start and the objective's numbers are solved for, which takes longer than drawing them."""


def propose(refuted: str, expressing: str, shape: Shape, random: Random) -> Iterator[Proposal | None]:
    """Policies of a random pool whose order under a random objective contradicts their features."""
    for turn in count(1):
        environment = skeletons.draw(shape.states, shape.actions, random)
        policies = numbered(pool(environment, random))
        if turn % _SOLVED == 0 and refuted in solved.REFUTED and expressing in solved.CODES:
            yield solved.propose(refuted, expressing, environment, policies, shape.policies, random)
            continue
        features = features_at(refuted, environment, policies, DISCOUNTS[0])
        if independent(features):
            yield None
            continue
        found = (_attempt(refuted, expressing, environment, policies, features, random) for _ in range(_OBJECTIVES))
        kept = [each for each in found if each is not None and len(each.policies) <= shape.policies]
        yield kept[0] if kept else None


def _attempt(
    refuted: str, expressing: str, environment: Environment, policies: Mapping[str, Policy], features: Vectors,
    random: Random,
) -> Proposal | None:  # fmt: skip
    wanted = ranking.draw(expressing, environment, random)
    ordering = ordered(wanted, policies)
    names = contradicting(refuted, environment, policies, features, ordering)
    if not names:
        return None
    chosen = numbered(policy for name, policy in policies.items() if name in names)
    return Proposal("linear_dependence", refuted, environment, expressing, wanted.objective, chosen)


def contradicting(
    refuted: str, environment: Environment, policies: Mapping[str, Policy], features: Vectors,
    ordering: Sequence[Sequence[str]],
) -> set[str]:  # fmt: skip
    """Policies that are enough to contradict the ordering at all of `DISCOUNTS`; none where there are no such."""
    found: set[str] = set()
    for discount in DISCOUNTS if refuted in ("MR", "RRL") else DISCOUNTS[:1]:
        vectors = features if discount == DISCOUNTS[0] else features_at(refuted, environment, policies, discount)
        restricted = [kept for group in ordering if (kept := [name for name in group if name in found])]
        if found and len(restricted) > 1 and needed(restricted, vectors):
            continue
        names = needed(ordering, vectors) if len(ordering) > 1 else None
        if names is None:
            return set()
        found.update(names)
    return found


def pool(environment: Environment, random: Random) -> list[Policy]:
    """Distinct policies whose rows are pure or, now and then, one and the same mixture of two actions; they differ in
    few states, since the more there are, the more rarely are lotteries dependent."""
    states, width = range(len(environment.states)), len(environment.actions)
    first, second = random.sample(range(width), 2) if width > 1 else (0, 0)
    chance = random.choice(CHANCES)
    pure = [tuple(Fraction(int(a == b)) for b in range(width)) for a in range(width)]
    mixed = tuple(chance * x + (1 - chance) * y for x, y in zip(pure[first], pure[second], strict=True))
    rows = [*pure, mixed] if random.random() < 0.6 else pure
    usual = [random.choice(rows) for _ in states]
    varied = random.sample(states, min(len(states), random.choice((1, 2, 2, 3))))
    found: dict[Policy, None] = {}
    for _ in range(4 * _MOST_POLICIES):
        drawn = [random.choice(rows) if s in varied else usual[s] for s in states]
        found[Policy(tuple(drawn))] = None
    return list(islice(found, _MOST_POLICIES))


def numbered(policies: Iterable[Policy]) -> dict[str, Policy]:
    """The policies by names of their own."""
    return {f"p{i}": policy for i, policy in enumerate(policies, 1)}


def ordered(wanted: ranking.Ranking, policies: Mapping[str, Policy]) -> list[list[str]]:
    """The policies in groups that tie, best first, less those whose rank is no rational number."""
    groups: dict[tuple[Fraction, ...], list[str]] = {}
    for name, policy in policies.items():
        at = wanted.at(policy)
        if at is not None:
            groups.setdefault(at, []).append(name)
    return [groups[at] for at in sorted(groups, reverse=True)]
