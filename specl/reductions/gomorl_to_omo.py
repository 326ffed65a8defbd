"""Expected returns are linear in the occupancy measure: an order of (J_1,…,J_k) is one of m."""

from specl.formalisms.gomorl import GOMORL
from specl.formalisms.omo import OMO
from specl.model.environment import Environment
from specl.reductions.occupancies import in_occupancies
from specl.reductions.orders import substitute_order
from specl.reductions.recovery import recovered_order

SOURCE = "GOMORL"
TARGET = "OMO"
PRESERVES = "ordering"


def reduce(objective: GOMORL, environment: Environment) -> OMO:
    program = recovered_order(objective.order)
    if program is not None and program.code == TARGET:
        found: OMO = program.objective
        return found
    image = in_occupancies(objective.rewards, environment)
    return OMO(substitute_order(objective.order, image), objective.discount)
