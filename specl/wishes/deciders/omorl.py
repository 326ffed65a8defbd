"""OMORL: a function of several expected returns; any wish that ties policies with the same occupancy measure."""

from specl.formalisms.omorl import OMORL
from specl.wishes.answer import Answer
from specl.wishes.asking import Asking
from specl.wishes.outer.granting import by_returns


def decide(asking: Asking) -> Answer:
    """One reward or two, whichever makes the simpler function; or the conflict."""
    return by_returns(
        asking, "OMORL", lambda rewards, functions, discount: OMORL(rewards, functions[0], discount), inputs=4
    )
