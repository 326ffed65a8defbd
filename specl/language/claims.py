"""Assertions and refutations: what they are about."""

from collections.abc import Callable, Collection, Mapping

from specl.language.diagnostics import Diagnostics, nearest, nearest_or_all, some_of
from specl.language.document import Claim, Compares, Equivalent, Expresses, NamedObjective, Refutation
from specl.language.objectives import Formalisms, formalism_of
from specl.language.records import NamedFamily, NamedPolicy
from specl.language.syntax import (
    AssertItem,
    CompareAssertion,
    EquivalentAssertion,
    ExpressesAssertion,
    Name,
    PolicyUse,
    RefuteItem,
)

KINDS = ("linear_dependence", "indistinguishable", "two_values", "limit", "level_set", "uncountable_chain")
"""The kinds of argument by which a formalism is refuted."""

_EVIDENCE = ("objective", "policies", "path", "off", "family")

Lookup = Callable[[PolicyUse], NamedPolicy | None]


def find_objective(
    name: Name, objectives: Mapping[str, NamedObjective], poisoned: Collection[str], diagnostics: Diagnostics
) -> NamedObjective | None:
    """The objective of this name; None after an error, or where it is one that was faulty itself. One over an alphabet
    is an error: it ranks nothing before there is an environment."""
    if name.text not in objectives and name.text not in poisoned:
        hint = nearest_or_all(name.text, [*objectives, *poisoned], "the file defines none")
        diagnostics.error("E024", f"there is no objective `{name.text}`", name.at, hint)
    found = objectives.get(name.text)
    if found is not None and found.everywhere:
        message = f"`{name.text}` is about the alphabet `{found.environment}`, and an environment is needed here"
        diagnostics.error("E033", message, name.at, "`specl compare` says whether two such objectives are the same")
        return None
    return found


def resolve_assertion(
    item: AssertItem,
    lookup: Lookup,
    objectives: Mapping[str, NamedObjective],
    orderings: Collection[str],
    poisoned: Mapping[str, Collection[str]],
    formalisms: Formalisms,
    diagnostics: Diagnostics,
) -> Claim | None:
    """What an item claims, or None after an error."""
    at = item.at or (0, 0)
    match item.claim:
        case CompareAssertion(chain, name):
            objective = find_objective(name, objectives, poisoned["objective"], diagnostics)
            found = []
            for term in chain.terms:
                if isinstance(term, PolicyUse):
                    found.append((term, lookup(term)))
                else:
                    hint = "name them one by one: `p ~ q > r`"
                    diagnostics.error("E084", "an assertion compares single policies", term.at, hint)
            if len(chain.terms) == 1:
                diagnostics.error("E080", "this assertion compares nothing", chain.at, "write `p > q under o`")
            policies = tuple(policy for _, policy in found if policy is not None)
            if objective is None or len(policies) < len(chain.terms) or not chain.relations:
                return None
            for term, policy in found:
                if policy is not None and policy.environment != objective.environment:
                    message = f"`{policy.name}` is a policy of `{policy.environment}`"
                    hint = f"`{objective.name}` is about `{objective.environment}`"
                    diagnostics.error("E082", message, term.at, hint)
            return Compares(policies, chain.relations, objective.name, item.negated, at)
        case ExpressesAssertion(formalism, ordering):
            known = formalism_of(formalism, formalisms, diagnostics)
            if ordering.text not in orderings:
                if ordering.text not in poisoned["ordering"]:
                    known_orderings = [*orderings, *poisoned["ordering"]]
                    meant = _not_an_ordering(ordering, objectives)
                    meant = meant or nearest_or_all(ordering.text, known_orderings, "the file defines none")
                    diagnostics.error("E025", f"there is no ordering `{ordering.text}`", ordering.at, meant)
                return None
            return None if known is None else Expresses(formalism.text, ordering.text, item.negated, at)
        case EquivalentAssertion(left, right):
            first = find_objective(left, objectives, poisoned["objective"], diagnostics)
            second = find_objective(right, objectives, poisoned["objective"], diagnostics)
            if first is None or second is None:
                return None
            if first.environment != second.environment:
                message = f"`{left.text}` is about `{first.environment}`, `{right.text}` about `{second.environment}`"
                diagnostics.error("E082", message, right.at, "objectives are compared in one environment")
                return None
            return Equivalent(left.text, right.text, item.negated, at)


def resolve_refutation(
    item: RefuteItem,
    lookup: Lookup,
    families: Mapping[str, NamedFamily],
    objectives: Mapping[str, NamedObjective],
    poisoned: Mapping[str, Collection[str]],
    formalisms: Formalisms,
    diagnostics: Diagnostics,
) -> Refutation | None:
    """What an item refutes and by what, or None after an error."""
    before = diagnostics.count
    formalism_of(item.formalism, formalisms, diagnostics)
    if item.kind.text not in KINDS:
        hint = nearest(item.kind.text, KINDS) or f"there are {some_of(KINDS)}"
        diagnostics.error("E086", f"there is no refutation by `{item.kind.text}`", item.kind.at, hint)
    given: dict[str, tuple[PolicyUse, ...]] = {}
    for name, uses in item.fields:
        if name.text not in _EVIDENCE:
            hint = nearest(name.text, _EVIDENCE) or f"there are {some_of(_EVIDENCE)}"
            diagnostics.error("E086", f"a refutation has no `{name.text}`", name.at, hint)
        elif name.text in given:
            diagnostics.error("E062", f"`{name.text}` is given twice", name.at, "list all of them in `{ … }`")
        elif len(uses) > 1 and name.text not in ("policies", "path"):
            diagnostics.error("E062", f"`{name.text}` is one name", name.at)
        else:
            given[name.text] = uses
    if "objective" not in given:
        if not any(name.text == "objective" for name, _ in item.fields):
            message = "a refutation says which objective the formalism fails to express"
            diagnostics.error("E060", message, item.formalism.at, "add `objective NAME`")
        return None
    objective = find_objective(given["objective"][0].name, objectives, poisoned["objective"], diagnostics)
    silent = objective is None

    def single(use: PolicyUse) -> NamedPolicy | NamedFamily | None:
        nonlocal silent
        found: NamedPolicy | NamedFamily | None = families.get(use.name.text) if use.arguments is None else None
        found = found or lookup(use)
        silent = silent or found is None
        if found is not None and objective is not None and found.environment != objective.environment:
            message = f"`{found.name}` belongs to `{found.environment}`"
            diagnostics.error("E082", message, use.at, f"`{objective.name}` is about `{objective.environment}`")
        return found

    def family(use: PolicyUse) -> NamedFamily | None:
        found = single(use)
        if isinstance(found, NamedPolicy):
            message = f"a family of policies is needed here, and `{found.name}` is one policy"
            diagnostics.error("E054", message, use.at, "write it as `policy NAME(t) { … }`")
            return None
        return found

    policies = [lookup(use) for use in given.get("policies", ())]
    silent = silent or None in policies
    path = [family(use) for use in given.get("path", ())]
    off = next((single(use) for use in given.get("off", ())), None)
    whole = next((family(use) for use in given.get("family", ())), None)
    if objective is None or silent or diagnostics.count > before:
        return None
    return Refutation(
        item.formalism.text,
        item.kind.text,
        objective.environment,
        objective.name,
        tuple(policy for policy in policies if policy is not None),
        tuple(one for one in path if one is not None),
        off,
        whole,
        item.at or (0, 0),
    )


def _not_an_ordering(name: Name, objectives: Mapping[str, NamedObjective]) -> str | None:
    if name.text not in objectives:
        return None
    return f"`{name.text}` is an objective: `ordering NAME = {name.text} on {{ … }}` makes an ordering of it"
