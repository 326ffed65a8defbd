"""GOMORL: an order of several expected returns; any wish that ties policies with the same occupancy measure."""

from specl.formalisms.gomorl import GOMORL
from specl.model.order import Lexicographic
from specl.wishes.answer import Answer
from specl.wishes.asking import Asking
from specl.wishes.outer.granting import by_returns


def decide(asking: Asking) -> Answer:
    """A lexicographic order of functions of expected returns; or the conflict."""
    return by_returns(
        asking,
        "GOMORL",
        lambda rewards, keys, discount: GOMORL(rewards, Lexicographic(tuple(keys)), discount),
        inputs=4,
        keys=2,
    )
