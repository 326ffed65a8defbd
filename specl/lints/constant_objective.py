"""An objective that gives every policy the same value, or a key of an order that does."""

from collections.abc import Iterator

from specl.language.diagnostics import Diagnostic
from specl.language.document import Document, NamedObjective
from specl.language.syntax import EnvironmentItem, ObjectiveItem, OrderField
from specl.lints.grounds.constants import components, constant_components
from specl.lints.grounds.everywhere import constant_everywhere
from specl.lints.grounds.places import finding, items, objectives, over_alphabets
from specl.model.environment import Environment
from specl.model.order import Constrained, Lexicographic
from specl.render.number import show

CODE = "L001"
TITLE = "an objective that is constant on all policies"


def find(document: Document) -> Iterator[Diagnostic]:
    """The objectives, and the parts of their orders, that are constant; the environments that leave no choice."""
    choiceless = {name for name, environment in document.environments.items() if len(environment.actions) == 1}
    written = items(document, EnvironmentItem)
    about = (named.environment for named, _, _ in objectives(document))
    for name in dict.fromkeys(name for name in about if name in choiceless):
        message = f"`{name}` has one action, and so one policy: every objective is constant"
        yield finding(document, CODE, message, written[name].name.at, "an objective needs something to choose from")
    for named, environment, item in objectives(document):
        if named.environment not in choiceless:
            yield from _constant(document, named, environment, item)
    for named, alphabet, item in over_alphabets(document):
        if len(alphabet.actions) > 1 and constant_everywhere(alphabet, named):
            message = (
                f"in every environment over `{alphabet.name}` all policies are worth the same under `{named.name}`"
            )
            yield finding(document, CODE, message, item.name.at)


def _constant(
    document: Document, named: NamedObjective, environment: Environment, item: ObjectiveItem
) -> Iterator[Diagnostic]:
    found = constant_components(environment, named.code, named.objective)
    order = getattr(named.objective, "order", None)
    count = len(order.keys) if isinstance(order, Lexicographic) else 2 if isinstance(order, Constrained) else 1
    if len(found) == count:
        worth = components(tuple(found.values()))
        shown = show(worth[0]) if count == 1 else f"({', '.join(map(show, worth))})"
        message = f"`{named.name}` is worth {shown} under every policy: it prefers none to any other"
        yield finding(document, CODE, message, item.name.at)
        return
    field = next((field for field in item.fields if isinstance(field, OrderField)), None)
    for k, value in found.items():
        if isinstance(order, Lexicographic) and field is not None:
            message = f"key {k + 1} is {show(value)} under every policy: it decides nothing"
            yield finding(document, CODE, message, field.expressions[k].at or field.at)
        elif isinstance(order, Constrained) and field is not None and k == 1:
            message = f"this value is {show(value)} under every policy: the constraints alone decide"
            yield finding(document, CODE, message, field.expressions[0].at or field.at)
