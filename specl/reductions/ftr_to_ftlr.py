"""A policy is worth the expectation of f under its lottery: E(f)."""

from specl.formalisms.ftlr import FTLR
from specl.formalisms.ftr import FTR
from specl.model.environment import Environment
from specl.model.expression import variable
from specl.model.quantities import Expectation
from specl.reductions.recovery import recovered_value

SOURCE = "FTR"
TARGET = "FTLR"
PRESERVES = "value"


def reduce(objective: FTR, environment: Environment) -> FTLR:
    program = recovered_value(objective.value)
    if program is not None:
        found: FTLR = program.objective if program.code == TARGET else FTLR({}, {}, objective.value)
        return found
    return FTLR(objective.rewards, objective.machines, variable(Expectation(objective.value)))
