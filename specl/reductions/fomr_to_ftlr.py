"""Occupancies are expected returns of indicators: m(s,a,s') = E(return(1 on the step, γ))."""

from specl.formalisms.fomr import FOMR
from specl.formalisms.ftlr import FTLR
from specl.model.environment import Environment
from specl.model.expression import substitute, variables
from specl.reductions.occupancies import in_lotteries
from specl.reductions.recovery import recovered_value

SOURCE = "FOMR"
TARGET = "FTLR"
PRESERVES = "value"


def reduce(objective: FOMR, environment: Environment) -> FTLR:
    program = recovered_value(objective.value)
    if program is not None:
        found: FTLR = program.objective if program.code == TARGET else FTLR({}, {}, objective.value)
        return found
    rewards, image = in_lotteries(variables(objective.value), environment, objective.discount)
    return FTLR(rewards, {}, substitute(objective.value, image))
