"""FTLR: a function of the lottery over trajectories; any wish that ties policies with the same one."""

from specl.formalisms.ftlr import FTLR
from specl.wishes.answer import Answer
from specl.wishes.asking import Asking
from specl.wishes.outer.lotteries import by_lotteries


def decide(asking: Asking) -> Answer:
    """A function of probabilities or of an expected return; or the conflict."""
    return by_lotteries(asking, "FTLR", lambda rewards, machines, functions: FTLR(rewards, machines, functions[0]))
