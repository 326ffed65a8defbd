"""Orderings of policies: from chains of terms to pairs, and whether they are free of contradiction."""

import itertools
from collections.abc import Callable, Iterable

from specl.language.cycles import Pairs, check_cycles
from specl.language.diagnostics import Diagnostics
from specl.language.places import Place
from specl.language.records import NamedPolicy
from specl.language.syntax import Comparison, OrderingItem, Others, PolicySet, PolicyUse, Term
from specl.model.errors import Span
from specl.model.ordering import Ordering
from specl.model.policy import Policy, deterministic_policies

_MOST_OTHERS = 4096

Lookup = Callable[[PolicyUse], NamedPolicy | None]


def resolve_ordering(item: OrderingItem, place: Place, lookup: Lookup, diagnostics: Diagnostics) -> Ordering | None:
    """The ordering that the chains of an item describe, or None after an error."""
    if not item.chains:
        diagnostics.error("E080", "this ordering compares nothing", item.name.at, "write `{ p > q ~ r }`")
        return None
    before = diagnostics.count
    policies: dict[str, Policy] = {}
    uses = [use for chain in item.chains for term in chain.terms for use in _uses(term)]
    for use in uses:
        policies |= named(use, place, lookup, diagnostics)
    if any(lookup(use) is None for use in uses):
        return None
    others: dict[str, Policy] = {}
    wanted = [term for chain in item.chains for term in chain.terms if isinstance(term, Others)]
    if diagnostics.count > before:
        return None
    if wanted:
        others = _others(policies, place, wanted[0].at, diagnostics)
    if diagnostics.count > before:
        return None
    pairs = Pairs()
    for chain in item.chains:
        _compare(chain, place, lookup, others, pairs, diagnostics)
    if not pairs.strict and not pairs.ties and diagnostics.count == before:
        diagnostics.error("E080", "this ordering compares nothing", item.name.at, "write `{ p > q ~ r }`")
    policies |= others
    check_cycles(policies, pairs, diagnostics)
    if diagnostics.count > before:
        return None
    environment = place.environment.name
    return Ordering(item.name.text, environment, policies, tuple(pairs.strict), tuple(pairs.ties))


def named(use: PolicyUse, place: Place, lookup: Lookup, diagnostics: Diagnostics) -> dict[str, Policy]:
    """The policy of this use under its name; nothing where it is unknown, or of another environment."""
    found = lookup(use)
    if found is None:
        return {}
    if found.environment != place.environment.name:
        message = f"`{found.name}` is a policy of `{found.environment}`, not of `{place.environment.name}`"
        diagnostics.error("E082", message, use.at)
        return {}
    return {found.name: found.policy}


def _uses(term: Term) -> Iterable[PolicyUse]:
    match term:
        case PolicyUse():
            return (term,)
        case PolicySet(members):
            return members
    return ()


def _others(policies: dict[str, Policy], place: Place, at: Span | None, diagnostics: Diagnostics) -> dict[str, Policy]:
    """Every deterministic policy that is not named, called by its choices."""
    environment = place.environment
    count = len(environment.actions) ** len(environment.states)
    if count > _MOST_OTHERS:
        message = f"`others` would be {len(environment.actions)}^{len(environment.states)} deterministic policies"
        diagnostics.error("E085", message, at, f"it may be {_MOST_OTHERS} at most; name those that matter")
        return {}
    known = set(policies.values())
    found = {}
    for policy in deterministic_policies(environment):
        if policy not in known:
            choices = (environment.actions[row.index(1)] for row in policy.rows)
            shown = ", ".join(f"{s}: {a}" for s, a in zip(environment.states, choices, strict=True))
            found[f"{{{shown}}}"] = policy
    return found


def _compare(
    chain: Comparison, place: Place, lookup: Lookup, others: dict[str, Policy], pairs: Pairs, diagnostics: Diagnostics
) -> None:
    groups: list[list[str]] = []
    for term in chain.terms:
        members = list(others) if isinstance(term, Others) else []
        for use in _uses(term):
            members += named(use, place, lookup, diagnostics)
        groups.append(members)
        if isinstance(term, PolicySet) and term.tied:
            for left, right in itertools.pairwise(members):
                pairs.ties.setdefault((left, right), term.at)
    for relation, better, worse in zip(chain.relations, groups, groups[1:], strict=False):
        into = pairs.strict if relation == ">" else pairs.ties
        if len(better) * len(worse) > 16 * _MOST_OTHERS:
            message = f"{len(better)} policies against {len(worse)} are too many pairs"
            diagnostics.error("E085", message, chain.at)
            return
        for left in better:
            for right in worse:
                into.setdefault((left, right), chain.at)
