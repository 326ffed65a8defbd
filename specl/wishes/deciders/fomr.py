"""FOMR: a function of the occupancy measure; any wish that ties policies with the same one."""

from specl.formalisms.fomr import FOMR
from specl.wishes.answer import Answer
from specl.wishes.asking import Asking
from specl.wishes.outer.granting import by_occupancies


def decide(asking: Asking) -> Answer:
    """A function of a few m(s,a); or the conflict."""
    return by_occupancies(asking, "FOMR", lambda functions, discount: FOMR(functions[0], discount))
