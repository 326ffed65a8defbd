"""The Hasse diagram of the formalisms, computed from the facts."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from specl import formalisms
from specl.api.references import formalism_code
from specl.expressivity.preorder import Preorder, known
from specl.render import diagram, layout, levels


@dataclass(frozen=True)
class Hasse:
    """The diagram; a notebook shows it as a picture."""

    preorder: Preorder
    marked: tuple[str, ...] = ()

    @cached_property
    def diagram(self) -> diagram.Diagram:
        """What is drawn."""
        order = self.preorder
        classes = tuple(_first(order.representative(group[0]), group) for group in order.classes)
        index = {code: number for number, group in enumerate(classes) for code in group}
        covers = tuple(
            diagram.Cover(index[lower], index[upper], order.evidence(lower, upper).verdict == "fails" or None)
            for lower, upper in order.covers
        )
        names = {code: formalisms.formalism(code).name for code in order.codes}
        counts = Counter(str(evidence.verdict) for evidence in order.pairs.values())
        return diagram.Diagram(classes, covers, names, counts, self.marked)

    def svg(self) -> str:
        """The picture as SVG."""
        return layout.draw(self.dot(), "svg").decode()

    def png(self) -> bytes:
        """The picture as PNG."""
        return layout.draw(self.dot(), "png")

    def dot(self) -> str:
        """The picture in the DOT language."""
        return diagram.dot(self.diagram)

    def text(self) -> str:
        """The diagram in plain text, level by level."""
        return levels.text(self.diagram)

    def json(self) -> dict[str, Any]:
        """``{"classes": [[code, …], …], "covers": [[lower, upper], …], "pairs": {"X>=Y": verdict, …}}``."""
        pairs = {f"{upper}>={lower}": evidence.verdict for (upper, lower), evidence in self.preorder.pairs.items()}
        return {
            "classes": [list(group) for group in self.preorder.classes],
            "covers": [list(cover) for cover in self.preorder.covers],
            "pairs": pairs,
        }

    def _repr_svg_(self) -> str:
        return self.svg()


def hasse(explain: tuple[str, str] | None = None) -> Hasse:
    """The diagram that follows from the registered reductions.

    Args:
        explain: two codes; the chain of reductions between them is brought out in the picture, or the two of them
            where there is none.

    Raises:
        specl.language.diagnostics.SpecErrors: `explain` names a formalism that there is not.
    """
    preorder = known()
    if explain is None:
        return Hasse(preorder)
    left, right = (formalism_code(code) for code in explain)
    for lower, upper in ((right, left), (left, right)):
        evidence = preorder.evidence(upper, lower)
        if evidence.verdict == "holds":
            return Hasse(preorder, (lower, *(fact.upper for fact in evidence.reductions)))
    return Hasse(preorder, (left, right))


def _first(code: str, group: tuple[str, ...]) -> tuple[str, ...]:
    return (code, *(other for other in group if other != code))
