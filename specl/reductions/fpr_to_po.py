"""A real-valued function of the policy orders policies."""

from specl.formalisms.fpr import FPR
from specl.formalisms.po import PO
from specl.model.environment import Environment
from specl.reductions.recovery import order_of, recovered_value

SOURCE = "FPR"
TARGET = "PO"
PRESERVES = "ordering"


def reduce(objective: FPR, environment: Environment) -> PO:
    program = recovered_value(objective.value)
    if program is not None and program.code == TARGET:
        found: PO = program.objective
        return found
    return PO(order_of(objective.value))
