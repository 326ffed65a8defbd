"""A state that no policy enters: nothing that is said about it counts."""

from collections.abc import Iterator

from specl.language.diagnostics import Diagnostic
from specl.language.document import Document
from specl.language.syntax import EnvironmentItem, Names
from specl.lints.grounds import reach
from specl.lints.grounds.places import finding, items

CODE = "L007"
TITLE = "no policy enters this state"


def find(document: Document) -> Iterator[Diagnostic]:
    """The states that the environment's transitions never lead to from its start."""
    for name, item in items(document, EnvironmentItem).items():
        environment = document.environments[name]
        entered = reach.states(environment)
        written = {each.text: each.at for entry in item.body if isinstance(entry, Names) for each in entry.names}
        for s, state in enumerate(environment.states):
            if s not in entered:
                message = f"no policy enters `{state}`"
                hint = f"nothing leads there from the start; let `start` or a transition do so, or leave `{state}` out"
                yield finding(document, CODE, message, written[state], hint)
