"""A policy determines its lottery: f(π) = f(L_π)."""

from specl.formalisms.fpr import FPR
from specl.formalisms.ftlr import FTLR
from specl.model.environment import Environment
from specl.reductions.recovery import recover, recovered_value, value_of

SOURCE = "FTLR"
TARGET = "FPR"
PRESERVES = "value"


def reduce(objective: FTLR, environment: Environment) -> FPR:
    return FPR(value_of(recovered_value(objective.value) or recover(SOURCE, objective)))
