"""A preference among policies that differ only where neither of them goes.

Policies that agree in every state that they enter make the same trajectories with the same probabilities, and the same
choices along them. All formalisms but FPR and PO, which look at the policy itself, rank them alike. So where policies
that agree in this way are taken for one, a strict preference must not lie on a circle of preferences and ties.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from specl.language.diagnostics import Diagnostic
from specl.language.document import Document
from specl.language.syntax import OrderField, OrderingItem, Others, PolicySet, PolicyUse
from specl.lints.grounds.places import finding, items, objectives
from specl.model.environment import Environment
from specl.model.errors import Span
from specl.model.order import Ranking
from specl.model.ordering import Ordering
from specl.model.policy import Policy, reachable_states

CODE = "L003"
TITLE = "a preference among policies that differ only where nobody goes"

Behaviour = frozenset[tuple[int, tuple[object, ...]]]
"""What a policy does in the states that it enters."""


def find(document: Document) -> Iterator[Diagnostic]:
    """The orderings, and the rankings of objectives, that strictly prefer a policy to one that behaves as it does, or
    whose preferences go in a circle if such policies are taken for one."""
    written = items(document, OrderingItem)
    for ordering in document.orderings.values():
        if isinstance(ordering, Ordering):
            environment, item = document.environments[ordering.environment], written[ordering.name]
            for better, worse in _unfounded(environment, ordering.policies, ordering.strict, ordering.ties)[:1]:
                yield _told(document, environment, ordering.policies, better, worse, _place(item, better, worse))
    for named, environment, objective in objectives(document):
        order = getattr(named.objective, "order", None)
        if isinstance(order, Ranking):
            tiers = [dict(tier) for tier in order.tiers]
            policies = {name: policy for tier in tiers for name, policy in tier.items()}
            strict = [(better, worse) for upper, lower in pairwise(tiers) for better in upper for worse in lower]
            ties = [pair for tier in tiers for pair in pairwise(tier)]
            for better, worse in _unfounded(environment, policies, strict, ties)[:1]:
                at = next(field.at for field in objective.fields if isinstance(field, OrderField))
                yield _told(document, environment, policies, better, worse, at)


def behaviour(environment: Environment, policy: Policy) -> Behaviour:
    """What the policy does where it goes."""
    return frozenset((s, policy.rows[s]) for s in reachable_states(environment, policy))


def _unfounded(
    environment: Environment,
    policies: Mapping[str, Policy],
    strict: Iterable[tuple[str, str]],
    ties: Iterable[tuple[str, str]],
) -> list[tuple[str, str]]:
    """The strict preferences on a circle, those between two policies that behave alike first."""
    does = {name: behaviour(environment, policy) for name, policy in policies.items()}
    below: dict[Behaviour, set[Behaviour]] = {each: set() for each in does.values()}
    for first, second in ties:
        below[does[first]].add(does[second])
        below[does[second]].add(does[first])
    strict = list(strict)
    for better, worse in strict:
        below[does[better]].add(does[worse])
    leads = {first: _from(first, below) for first in {does[worse] for _, worse in strict}}
    found = [(better, worse) for better, worse in strict if does[better] in leads[does[worse]]]
    return sorted(found, key=lambda pair: does[pair[0]] != does[pair[1]])


def _from(first: Behaviour, below: Mapping[Behaviour, set[Behaviour]]) -> set[Behaviour]:
    """What preferences and ties lead to."""
    found = {first}
    waiting = [first]
    for each in waiting:  # grows while it is walked
        further = below[each] - found
        found |= further
        waiting += further
    return found


def _told(
    document: Document,
    environment: Environment,
    policies: Mapping[str, Policy],
    better: str,
    worse: str,
    at: Span | None,
) -> Diagnostic:
    hint = "only FPR and PO, which look at the policy itself, can say so; no trajectory shows a difference"
    if behaviour(environment, policies[better]) == behaviour(environment, policies[worse]):
        first, second = policies[better].rows, policies[worse].rows
        apart = [environment.states[s] for s in range(len(first)) if first[s] != second[s]]
        where = ", ".join(f"`{state}`" for state in apart)
        message = f"`{better}` is preferred to `{worse}`, and they differ only in {where}, where neither goes"
    else:
        message = f"`{better}` is preferred to `{worse}` and, but for choices where nobody goes, not preferred to it"
    return finding(document, CODE, message, at, hint)


def _place(item: OrderingItem, better: str, worse: str) -> Span | None:
    """The chain that names them, as far as one does by name."""
    names = {better.partition("(")[0], worse.partition("(")[0]}
    for chain in item.chains:
        uses = [use for term in chain.terms for use in _uses(term)]
        several = any(isinstance(term, Others) for term in chain.terms)
        known = {use.name.text for use in uses}
        if names <= known or (several and names & known):
            return chain.at
    return item.name.at


def _uses(term: PolicyUse | PolicySet | Others) -> tuple[PolicyUse, ...]:
    match term:
        case PolicyUse():
            return (term,)
        case PolicySet(members):
            return members
    return ()
