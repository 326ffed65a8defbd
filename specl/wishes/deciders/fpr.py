"""FPR: a function of the policy; every wish about finitely many policies."""

from specl.formalisms.fpr import FPR
from specl.wishes.answer import Answer
from specl.wishes.asking import Asking
from specl.wishes.outer.choosing import by_choices


def decide(asking: Asking) -> Answer:
    """A function of a few pi(s,a)."""
    return by_choices(asking, "FPR", lambda functions: FPR(functions[0]))
