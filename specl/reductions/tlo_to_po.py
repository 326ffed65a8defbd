"""A policy determines its lottery: π is ranked as L_π is."""

from specl.formalisms.po import PO
from specl.formalisms.tlo import TLO
from specl.model.environment import Environment
from specl.reductions.recovery import recover, recovered_order

SOURCE = "TLO"
TARGET = "PO"
PRESERVES = "ordering"


def reduce(objective: TLO, environment: Environment) -> PO:
    return PO(recovered_order(objective.order) or recover(SOURCE, objective))
