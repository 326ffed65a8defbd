"""Discount 0: nothing but the first step counts."""

from collections.abc import Iterator

from specl.language.diagnostics import Diagnostic
from specl.language.document import Document
from specl.language.syntax import ExpressionField
from specl.lints.grounds.expressions import expressions, nodes
from specl.lints.grounds.places import finding, objectives, over_alphabets
from specl.model.quantities import Return

CODE = "L006"
TITLE = "a discount of 0"


def find(document: Document) -> Iterator[Diagnostic]:
    """The objectives that have a discount of 0, or speak of a return that has one."""
    hint = "0^0 is 1, and 0^t is 0 after that; where later steps are to count, take a discount above 0"
    for named, _, item in (*objectives(document), *over_alphabets(document)):
        if getattr(named.objective, "discount", None) == 0:
            fields = (field for field in item.fields if isinstance(field, ExpressionField))
            at = next(field.at for field in fields if field.keyword == "discount")
            yield finding(document, CODE, f"with discount 0 `{named.name}` counts the first step alone", at, hint)
        for node in (node for whole in expressions(named.objective) for node in nodes(whole)):
            if isinstance(node.key, Return) and node.key.discount == 0:
                message = f"with discount 0 this return of `{node.key.reward}` is its first reward alone"
                yield finding(document, CODE, message, node.at or item.name.at, hint)
