"""A label that holds nowhere, or everywhere, as far as policies go."""

from collections.abc import Iterator

from specl.language.diagnostics import Diagnostic
from specl.language.document import Document
from specl.language.syntax import EnvironmentItem, Label
from specl.lints.grounds import reach
from specl.lints.grounds.places import finding, items

CODE = "L009"
TITLE = "a label that holds on no step, or on every step, that policies make"


def find(document: Document) -> Iterator[Diagnostic]:
    """The labels that tell no steps from others."""
    for name, item in items(document, EnvironmentItem).items():
        environment = document.environments[name]
        made = frozenset(reach.steps(environment))
        for label in (entry for entry in item.body if isinstance(entry, Label)):
            on = environment.labels[label.name.text]
            if not on & made:
                possible = "it holds on steps from states that no policy enters" if on else "it holds nowhere"
                message = f"no policy makes a step on which `{label.name.text}` holds"
                yield finding(document, CODE, message, label.name.at, possible)
            elif made <= on:
                message = f"`{label.name.text}` holds on every step that a policy makes"
                yield finding(document, CODE, message, label.name.at, "it tells nothing from anything else")
