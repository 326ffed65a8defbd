"""A label that no formula and no guard speaks of."""

from collections.abc import Iterator

from specl.language.diagnostics import Diagnostic
from specl.language.document import Document
from specl.language.syntax import EnvironmentItem, Label
from specl.lints.grounds.expressions import formulas, machines
from specl.lints.grounds.places import finding, items, objectives
from specl.model.formula import atoms_of

CODE = "L013"
TITLE = "a label that nothing speaks of"


def find(document: Document) -> Iterator[Diagnostic]:
    """The unused labels of environments that objectives are about."""
    spoken: dict[str, set[str]] = {}
    for named, _, _ in objectives(document):
        names = spoken.setdefault(named.environment, set())
        guards = (edge.guard for machine in machines(named.objective).values() for edge in machine.edges)
        names.update(name for formula in (*formulas(named.objective), *guards) for name in atoms_of(formula))
    for name, item in items(document, EnvironmentItem).items():
        for label in (entry for entry in item.body if isinstance(entry, Label)):
            if name in spoken and label.name.text not in spoken[name]:
                yield finding(document, CODE, f"no objective speaks of the label `{label.name.text}`", label.name.at)
