"""Orders of policies, as GOMORL, OMO, TLO and PO have them."""

from collections.abc import Callable

from specl.language.records import NamedPolicy
from specl.language.syntax import OrderField, PolicyUse
from specl.language.values import Scope, resolve_value
from specl.model.order import Constrained, Lexicographic, Order, Ranking
from specl.model.policy import Policy


def resolve_order(field: OrderField, scope: Scope, policy: Callable[[PolicyUse], NamedPolicy | None]) -> Order:
    """The order that is written; after an error, something of its type."""
    if field.kind == "ranking":
        return _ranking(field, scope, policy)
    resolved = tuple(resolve_value(expression, scope) for expression in field.expressions)
    if field.kind == "lexicographic":
        return Lexicographic(resolved)
    return Constrained(resolved[0], resolved[1:])


def _ranking(field: OrderField, scope: Scope, policy: Callable[[PolicyUse], NamedPolicy | None]) -> Order:
    diagnostics = scope.diagnostics
    if scope.context != "policy":
        message = f"{scope.formalism} cannot rank policies by their names"
        diagnostics.error("E068", message, field.at, "PO can; else write `lexicographic(x, …)`")
        return Lexicographic(())
    if not field.tiers:
        diagnostics.error("E080", "this ranking names no policy", field.at, "write `{ p > q ~ r }`")
    ranked: dict[str, PolicyUse] = {}
    tier_of: dict[Policy, tuple[int, str]] = {}
    tiers: list[tuple[tuple[str, Policy], ...]] = []
    for index, tier in enumerate(field.tiers):
        members: list[tuple[str, Policy]] = []
        for use in tier:
            found = policy(use)
            if found is None:
                continue
            if found.environment != scope.place.environment.name:
                message = f"`{found.name}` is a policy of `{found.environment}`, and this objective is about another"
                diagnostics.error("E082", message, use.at)
                continue
            if found.name in ranked:
                line = diagnostics.line_of(ranked[found.name].at)
                message = f"`{found.name}` is ranked twice"
                diagnostics.error("E083", message, use.at, f"it stands on line {line} already")
                continue
            ranked[found.name] = use
            other, name = tier_of.setdefault(found.policy, (index, found.name))
            if other != index:
                message = f"`{found.name}` and `{name}` are the same policy, and ranked differently"
                diagnostics.error("E083", message, use.at, "rank them in one tier, with `~`")
                continue
            members.append((found.name, found.policy))
        tiers.append(tuple(members))
    return Ranking(tuple(tiers))
