"""A real-valued function of (J_1,…,J_k) orders them."""

from specl.formalisms.gomorl import GOMORL
from specl.formalisms.omorl import OMORL
from specl.model.environment import Environment
from specl.reductions.recovery import order_of, recovered_value

SOURCE = "OMORL"
TARGET = "GOMORL"
PRESERVES = "ordering"


def reduce(objective: OMORL, environment: Environment) -> GOMORL:
    program = recovered_value(objective.value)
    if program is not None and program.code == TARGET:
        found: GOMORL = program.objective
        return found
    return GOMORL(objective.rewards, order_of(objective.value), objective.discount)
