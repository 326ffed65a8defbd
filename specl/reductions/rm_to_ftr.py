"""A machine run along a trajectory pays a discounted sum: f(ξ) = return(machine, γ)."""

from specl.formalisms.ftr import FTR
from specl.formalisms.rm import RM
from specl.model.environment import Environment
from specl.model.expression import variable
from specl.model.quantities import Return

SOURCE = "RM"
TARGET = "FTR"
PRESERVES = "value"


def reduce(objective: RM, environment: Environment) -> FTR:
    return FTR({}, {"memory": objective.machine}, variable(Return("memory", objective.discount)))
