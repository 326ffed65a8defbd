"""The Hasse diagram of the formalisms, computed from the facts."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from specl import formalisms
from specl.api.references import formalism_code
from specl.api.verify import current
from specl.expressivity.explain import Explanation, describe, explanation_json, headline
from specl.expressivity.explain import explain as explained
from specl.expressivity.preorder import Preorder
from specl.render import diagram, layout, levels


@dataclass(frozen=True)
class Hasse:
    """The diagram; a notebook shows it as a picture."""

    preorder: Preorder
    marked: tuple[str, ...] = ()
    explanation: Explanation | None = None

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
        """The diagram in plain text, level by level; below it the explanation, where one was asked for."""
        picture = levels.text(self.diagram)
        return f"{picture.rstrip()}\n\n{self.reason()}" if self.explanation else picture

    def reason(self) -> str:
        """How the two formalisms compare that were to be explained, with the chains of facts; else nothing."""
        if self.explanation is None:
            return ""
        sides = [describe(side) for side in (self.explanation.at_least, self.explanation.at_most)]
        return "\n".join([headline(self.explanation), *sides])

    def json(self) -> dict[str, Any]:
        """``{"classes": [[code, …], …], "covers": [[lower, upper], …], "pairs": {"X>=Y": verdict, …}}``, and
        ``"explanation"`` where one was asked for."""
        pairs = {f"{upper}>={lower}": evidence.verdict for (upper, lower), evidence in self.preorder.pairs.items()}
        drawn: dict[str, Any] = {
            "classes": [list(group) for group in self.preorder.classes],
            "covers": [list(cover) for cover in self.preorder.covers],
            "pairs": pairs,
        }
        return drawn | ({"explanation": explanation_json(self.explanation)} if self.explanation else {})

    def _repr_svg_(self) -> str:
        return self.svg()


def hasse(explain: tuple[str, str] | None = None) -> Hasse:
    """The diagram that follows from the reductions and from the refutations that the kernel accepts in this run.

    Args:
        explain: two codes; how they compare is told, and the chain of reductions between them is brought out in the
            picture, or the two of them where there is none.

    Raises:
        specl.language.diagnostics.SpecErrors: `explain` names a formalism that there is not.
    """
    preorder = current()
    if explain is None:
        return Hasse(preorder)
    left, right = (formalism_code(code) for code in explain)
    explanation = explained(preorder, left, right)
    for lower, upper in ((right, left), (left, right)):
        evidence = preorder.evidence(upper, lower)
        if evidence.verdict == "holds":
            return Hasse(preorder, (lower, *(fact.upper for fact in evidence.reductions)), explanation)
    return Hasse(preorder, (left, right), explanation)


def _first(code: str, group: tuple[str, ...]) -> tuple[str, ...]:
    return (code, *(other for other in group if other != code))
