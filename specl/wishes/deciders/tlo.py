"""TLO: an order of lotteries over trajectories; any wish that ties policies with the same one."""

from specl.formalisms.tlo import TLO
from specl.model.order import Lexicographic
from specl.wishes.answer import Answer
from specl.wishes.asking import Asking
from specl.wishes.outer.lotteries import by_lotteries


def decide(asking: Asking) -> Answer:
    """A lexicographic order of functions of probabilities or of an expected return; or the conflict."""
    return by_lotteries(
        asking,
        "TLO",
        lambda rewards, machines, keys: TLO(rewards, machines, Lexicographic(tuple(keys))),
        keys=2,
    )
