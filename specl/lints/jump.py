"""A discounted formalism asked for the order of an objective that jumps.

Along a path of policies p(t) the objective ties all with t > 0 and ranks the end p(0) apart. Discounted returns are
continuous in the policy, so that a tie for t > 0 is a tie at t = 0: no objective of the formalism orders all policies
as this one does, whatever it may do with finitely many of them (proofs/lemmas/limit.md).
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import chain
from time import monotonic

from specl.evaluation.ranks import compare_ranks
from specl.expressivity.faces import continuous
from specl.formalisms import rank
from specl.language.diagnostics import Diagnostic
from specl.language.document import Document, Equivalent, Expresses, NamedFamily, NamedObjective, Refutation
from specl.language.print_expressions import show_expression
from specl.language.syntax import Reference
from specl.lints.grounds.places import finding
from specl.lints.grounds.policies import some, uniform
from specl.model.environment import Environment
from specl.model.errors import Span, Undefined, Unsupported
from specl.model.expression import Expression, add, constant, multiply, negate, substitute, variable
from specl.model.ordering import Induced
from specl.model.policy import Family, Policy
from specl.obstructions import NoCertificate, NoClaim, prove

CODE = "L002"
TITLE = "a discounted formalism asked for the order of an objective that jumps"

DISCOUNTED = ("MR", "RM")

SECONDS = 3.0
"""For one objective."""

DENSE, SPARSE = Fraction(1, 2), Fraction(1, 3)
"""Where paths are tried before they are proved."""


def find(document: Document) -> Iterator[Diagnostic]:
    """The assertions that a discounted formalism expresses what an objective induces, or is equivalent to it, where a
    path of policies is found along which the objective jumps."""
    paths: dict[str, NamedFamily | None] = {}
    for claim in document.assertions:
        if claim.negated:
            continue
        match claim:
            case Expresses(code, name) if code in DISCOUNTED:
                ordering = document.orderings[name]
                if isinstance(ordering, Induced):
                    asked = f"{code} is asked for the order that `{ordering.objective}` induces"
                    yield from _told(document, ordering.objective, asked, code, claim.at, paths)
            case Equivalent(left, right):
                for calm, other in ((left, right), (right, left)):
                    named = document.objectives[calm]
                    if continuous(named.code, named.objective):
                        asked = f"`{calm}` is continuous, and `{other}` is said to order policies alike"
                        yield from _told(document, other, asked, f"`{calm}`", claim.at, paths)


def _told(
    document: Document, objective: str, asked: str, who: str, at: Span, paths: dict[str, NamedFamily | None]
) -> Iterator[Diagnostic]:
    if objective not in paths:
        paths[objective] = jump(document, document.objectives[objective])
    path = paths[objective]
    if path is not None:
        shown = f"`{path.name}(t)`" if path.name in document.families else f"`{_shown(document, path)}`"
        message = f"{asked}; `{objective}` ties all {shown} with t > 0 and ranks t = 0 apart"
        hint = "discounted values are continuous in the policy, so none of them orders all policies like this"
        yield finding(document, CODE, message, at, hint)


def jump(document: Document, named: NamedObjective) -> NamedFamily | None:
    """A path along which the objective jumps, proved; None where none is found."""
    environment = document.environments[named.environment]
    if continuous(named.code, named.objective):
        return None
    deadline = monotonic() + SECONDS
    for path in chain(_families(document, named.environment), _lines(environment)):
        if monotonic() > deadline:
            return None
        if _seems(environment, named, path.family) and _proved(document, named, path):
            return path
    return None


def _seems(environment: Environment, named: NamedObjective, family: Family) -> bool:
    try:
        end, sparse, dense = (
            rank(named.code, named.objective, environment, family.member((t,))) for t in (Fraction(0), SPARSE, DENSE)
        )
    except (Undefined, Unsupported, ValueError):
        return False
    return compare_ranks(sparse, dense) == 0 and compare_ranks(end, dense) not in (0, None)


def _proved(document: Document, named: NamedObjective, path: NamedFamily) -> bool:
    asked = Refutation("MR", "limit", named.environment, named.name, (), (path,), None, None, (0, 0))
    try:
        prove(document, asked)
    except (NoCertificate, NoClaim):
        return False
    return True


def _families(document: Document, environment: str) -> Iterator[NamedFamily]:
    """The file's own paths, and each the other way round."""
    for named in document.families.values():
        if named.environment == environment and len(named.family.parameters) == 1:
            yield named
            rows = tuple(tuple(substitute(entry, _back) for entry in row) for row in named.family.rows)
            yield NamedFamily("path", environment, Family(("t",), rows))


def _back(_: Expression) -> Expression:
    return add((constant(Fraction(1)), negate(variable("t"))))


def _lines(environment: Environment) -> Iterator[NamedFamily]:
    """From simple policies towards others that differ from them in one state, and towards the uniform one."""
    width = len(environment.actions)
    for end in some(environment, 64):
        for s, row in enumerate(end.rows):
            for a in range(width):
                turned = tuple(Fraction(int(a == b)) for b in range(width))
                if turned != row:
                    yield _line(environment, end, Policy((*end.rows[:s], turned, *end.rows[s + 1 :])))
        yield _line(environment, end, uniform(environment))


def _line(environment: Environment, end: Policy, towards: Policy) -> NamedFamily:
    """p(t) = (1 − t) · end + t · towards."""
    t = variable("t")

    def entry(x: Fraction, y: Fraction) -> Expression:
        change = t if abs(y - x) == 1 else multiply((constant(abs(y - x)), t))
        if x == 0 or x == y:
            return change if x < y else constant(x)
        return add((constant(x), change if x < y else negate(change)))

    rows = tuple(
        tuple(entry(x, y) for x, y in zip(one, other, strict=True))
        for one, other in zip(end.rows, towards.rows, strict=True)
    )
    return NamedFamily("path", environment.name, Family(("t",), rows))


def _shown(document: Document, path: NamedFamily) -> str:
    """The path as the file would define it; an entry that is 1 stands alone, entries that are 0 are left out."""
    environment = document.environments[path.environment]
    parts = []
    for state, row in zip(environment.states, path.family.rows, strict=True):
        taken = [(a, weight) for a, weight in zip(environment.actions, row, strict=True) if weight != constant(0)]
        several = ", ".join(f"{a}: {_written(weight)}" for a, weight in taken)
        parts.append(f"{state}: {taken[0][0] if len(taken) == 1 else f'{{ {several} }}'}")
    return f"policy path(t) {{ {', '.join(parts)} }}"


def _written(weight: Expression) -> str:
    return show_expression(substitute(weight, lambda node: variable(Reference(str(node.key)))))
