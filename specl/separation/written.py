"""A witness as a .spec file: environment, objective, policies, and the `refute` item that they are for."""

from collections.abc import Sequence
from contextlib import suppress
from fractions import Fraction
from textwrap import wrap

from specl import reductions
from specl.language.printer import show_file
from specl.language.syntax import (
    AssertItem,
    CompareAssertion,
    Comparison,
    Distribution,
    File,
    Item,
    Name,
    PolicyItem,
    PolicyUse,
    Reference,
    RefuteItem,
)
from specl.language.writing import environment_item
from specl.model.environment import Environment
from specl.model.errors import Undefined, Unsupported
from specl.model.expression import Expression, constant, substitute, variable
from specl.model.policy import Family
from specl.reductions.writing import items_of
from specl.separation.proposal import OBJECTIVE, Proposal, ask

_WIDTH = 110


def witness_file(proposal: Proposal, target: str | None = None, comment: Sequence[str] = ()) -> str:
    """The text of the file: it loads to the same records, and `specl prove` finds the certificate again.

    Args:
        target: a formalism in which the objective is to be written as well, along the reductions.
        comment: paragraphs that come first.
    """
    environment = proposal.environment
    objectives = {OBJECTIVE: (proposal.code, proposal.objective)}
    if target is not None and target != proposal.code:
        with suppress(Undefined, Unsupported, ValueError):  # some objectives have no counterpart that can be written
            _, record = reductions.translate(proposal.code, proposal.objective, environment, target)
            objectives[f"{OBJECTIVE}_as_{target.lower()}"] = (target, record)
    families = {**proposal.path, **proposal.family}
    policies = dict(proposal.policies)
    for name, each in proposal.off.items():
        if isinstance(each, Family):
            families[name] = each
        else:
            policies[name] = each
    items: list[Item] = [
        environment_item(environment),
        *items_of(environment, policies, objectives, taken=families),
        *(family_item(environment, name, each) for name, each in families.items()),
        refute_item(proposal),
    ]
    if proposal.policies:
        ordering = ask(proposal).ordering
        items += [_assertion(ordering, name) for name in objectives]
    text: str = show_file(File(tuple(items)))
    lines = [part for line in comment for part in wrap(line, _WIDTH)]
    return "".join(f"// {line}\n" for line in lines) + text


def refute_item(proposal: Proposal) -> RefuteItem:
    """``refute X by KIND { … }``."""
    given = {
        "policies": tuple(proposal.policies), "path": tuple(proposal.path), "off": tuple(proposal.off),
        "family": tuple(proposal.family),
    }  # fmt: skip
    fields: list[tuple[Name, tuple[PolicyUse, ...]]] = [(Name("objective"), (PolicyUse(Name(OBJECTIVE)),))]
    fields += [(Name(field), tuple(PolicyUse(Name(name)) for name in names)) for field, names in given.items() if names]
    return RefuteItem(Name(proposal.refuted), Name(proposal.kind), tuple(fields))


def family_item(environment: Environment, name: str, family: Family) -> PolicyItem:
    """``policy NAME(t) { … }``; entries that are 0 are left out."""
    rows = []
    for state, row in zip(environment.states, family.rows, strict=True):
        entries = [
            (Name(action), substitute(weight, _named))
            for action, weight in zip(environment.actions, row, strict=True)
            if not _is(weight, 0)
        ]
        sure = len(entries) == 1 and _is(entries[0][1], 1)
        rows.append((Name(state), Distribution(((entries[0][0], None),) if sure else tuple(entries))))
    if len(rows) > 1 and len({row for _, row in rows}) == 1:
        rows = [(Name("_"), rows[0][1])]
    return PolicyItem(Name(name), tuple(map(Name, family.parameters)), None, tuple(rows))


def _named(node: Expression) -> Expression:
    return variable(Reference(str(node.key)))


def _is(weight: Expression, number: int) -> bool:
    return weight == constant(Fraction(number))


def _assertion(ordering: Sequence[Sequence[str]], objective: str) -> AssertItem:
    """``assert p > q ~ r under o``."""
    names = [name for group in ordering for name in group]
    ties = {later for group in ordering for later in group[1:]}
    chain = Comparison(
        tuple(PolicyUse(Name(name)) for name in names), tuple("~" if name in ties else ">" for name in names[1:])
    )
    return AssertItem(CompareAssertion(chain, Name(objective)), negated=False)
