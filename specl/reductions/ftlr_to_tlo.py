"""A real-valued function of the lottery orders lotteries."""

from specl.formalisms.ftlr import FTLR
from specl.formalisms.tlo import TLO
from specl.model.environment import Environment
from specl.reductions.recovery import order_of, recovered_value

SOURCE = "FTLR"
TARGET = "TLO"
PRESERVES = "ordering"


def reduce(objective: FTLR, environment: Environment) -> TLO:
    program = recovered_value(objective.value)
    if program is not None and program.code == TARGET:
        found: TLO = program.objective
        return found
    return TLO(objective.rewards, objective.machines, order_of(objective.value))
