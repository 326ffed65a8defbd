"""An objective that orders all policies as another of the file does, when nothing in the file says that it should.

Ng, Harada, Russell: Policy invariance under reward transformations. ICML 1999, for the reason that is told most: they
pay alike but for potential shaping.
"""

from collections.abc import Iterator
from itertools import combinations

from specl.expressivity import linear, shaping
from specl.language.diagnostics import Diagnostic
from specl.language.document import Document, Equivalent, NamedObjective
from specl.lints.grounds import reach
from specl.lints.grounds.constants import constant_components
from specl.lints.grounds.everywhere import alike_everywhere, constant_everywhere
from specl.lints.grounds.expressions import recovered
from specl.lints.grounds.places import finding, objectives, over_alphabets
from specl.model.environment import Environment
from specl.model.errors import Undefined
from specl.model.real import Real

CODE = "L005"
TITLE = "an objective that orders all policies as another does"


def find(document: Document) -> Iterator[Diagnostic]:
    """The objectives that are written as an earlier one of their environment is, or pay as it does but for shaping and
    a factor."""
    said = {frozenset((each.left, each.right)) for each in document.assertions if isinstance(each, Equivalent)}
    line = document.text.count
    told: set[str] = set()
    for (left, environment, first), (right, _, second) in combinations(objectives(document), 2):
        if left.environment != right.environment or right.name in told or frozenset((left.name, right.name)) in said:
            continue
        if len(environment.states) > reach.MOST_STATES:
            continue
        found = _alike(environment, left, right)
        if found is None or constant_components(environment, left.code, left.objective):
            continue
        told.add(right.name)
        beside = "" if first.name.at is None else f" (line {line(chr(10), 0, first.name.at[0]) + 1})"
        message = f"`{right.name}` orders all policies as `{left.name}` does{beside}: {found}"
        hint = f"if that is meant, say so: `assert {left.name} equivalent {right.name}`"
        yield finding(document, CODE, message, second.name.at, hint)
    for (left, alphabet, _), (right, other, second) in combinations(over_alphabets(document), 2):
        if alphabet != other or right.name in told or constant_everywhere(alphabet, left):
            continue
        found = alike_everywhere(alphabet, left, right)
        if found is not None:
            told.add(right.name)
            message = f"in every environment `{right.name}` orders all policies as `{left.name}` does: {found}"
            yield finding(document, CODE, message, second.name.at)


def _alike(environment: Environment, left: NamedObjective, right: NamedObjective) -> str | None:
    """How the second objective is the first in other words; None where it is not, or that is not seen."""
    a, b = left.objective, right.objective
    if left.code == right.code and a == b and recovered(a) is None:
        return "the two are written alike"
    if left.code == right.code == "MR" and a.discount == b.discount:
        try:
            gradients = (linear.gradient(environment, each.reward, each.discount) for each in (b, a))
            found = linear.proportion(*gradients)
        except Undefined:
            return None
        if found is None or found.factor is None:
            return None
        return f"in expectation {_times(found.factor)}, but for potential shaping"
    sides = [shaping.paid(each.code, each.objective) for each in (right, left)]
    if sides[0] is None or sides[1] is None:
        return None
    found = shaping.shaped(environment, sides[0], sides[1])
    return None if found is None or found.factor is None else f"{_times(found.factor)}, but for potential shaping"


def _times(factor: Real) -> str:
    return "it pays the same" if factor == 1 else f"it pays {factor} times as much"
