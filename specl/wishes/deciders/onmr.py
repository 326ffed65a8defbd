"""ONMR: a function of one expected return; any wish that ties policies with the same occupancy measure."""

from specl.formalisms.onmr import ONMR
from specl.wishes.answer import Answer
from specl.wishes.asking import Asking
from specl.wishes.outer.granting import by_returns


def decide(asking: Asking) -> Answer:
    """A reward that separates what has to be apart, and a function of its expected return; or the conflict."""
    return by_returns(asking, "ONMR", lambda rewards, functions, discount: ONMR(rewards, functions[0], discount))
