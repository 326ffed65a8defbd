"""PO: an order of policies; every wish about finitely many policies."""

from specl.formalisms.po import PO
from specl.model.order import Lexicographic
from specl.wishes.answer import Answer, Yes
from specl.wishes.asking import Asking
from specl.wishes.outer.choosing import by_choices, ranking


def decide(asking: Asking) -> Answer:
    """The policies in their order, by name; where some have none, an order of functions of a few pi(s,a)."""
    by_name = ranking(asking)
    if by_name is not None:
        return Yes(PO(by_name))
    return by_choices(asking, "PO", lambda keys: PO(Lexicographic(tuple(keys))), keys=2)
