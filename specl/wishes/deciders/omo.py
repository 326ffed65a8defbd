"""OMO: an order of occupancy measures; any wish that ties policies with the same one."""

from specl.formalisms.omo import OMO
from specl.model.order import Lexicographic
from specl.wishes.answer import Answer
from specl.wishes.asking import Asking
from specl.wishes.outer.granting import by_occupancies


def decide(asking: Asking) -> Answer:
    """A lexicographic order of functions of a few m(s,a); or the conflict."""
    return by_occupancies(asking, "OMO", lambda keys, discount: OMO(Lexicographic(tuple(keys)), discount), keys=2)
