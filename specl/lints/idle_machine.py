"""A part of a reward machine that no policy brings into play."""

from collections.abc import Iterator

from specl.language.diagnostics import Diagnostic
from specl.language.document import Document
from specl.language.syntax import MachineField
from specl.lints.grounds import reach
from specl.lints.grounds.expressions import machines
from specl.lints.grounds.places import finding, objectives
from specl.model.formula import holds_on

CODE = "L010"
TITLE = "a state of a machine that is never entered, or an edge that is never taken"


def find(document: Document) -> Iterator[Diagnostic]:
    """The states and edges of machines that are idle in their environment."""
    for named, environment, item in objectives(document):
        known = machines(named.objective)
        for field in (field for field in item.fields if isinstance(field, MachineField)):
            machine = known["machine" if field.name is None else field.name.text]
            made = reach.beside(environment, machine)
            entered = {u for u, _ in made}
            told: set[int] = set()
            for edge, written in zip(machine.edges, field.edges, strict=True):
                for u, name in ((edge.source, written.source), (edge.target, written.target)):
                    if u not in entered and u not in told:
                        told.add(u)
                        yield finding(document, CODE, f"no policy brings the machine into `{name.text}`", name.at)
                steps = (step for u, step in made if u == edge.source)
                if edge.source in entered and not any(holds_on(edge.guard, step, environment.atoms) for step in steps):
                    message = f"in `{written.source.text}` no step on which this guard holds is ever made"
                    yield finding(document, CODE, message, written.guard.at or written.at)
