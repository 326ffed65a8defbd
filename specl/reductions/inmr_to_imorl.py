"""One reward is k = 1 rewards."""

from specl.formalisms.imorl import IMORL
from specl.formalisms.inmr import INMR
from specl.model.environment import Environment
from specl.reductions.recovery import recovered_value

SOURCE = "INMR"
TARGET = "IMORL"
PRESERVES = "value"


def reduce(objective: INMR, environment: Environment) -> IMORL:
    program = recovered_value(objective.value)
    if program is not None and program.code == TARGET:
        found: IMORL = program.objective
        return found
    return IMORL(objective.rewards, objective.value, objective.discount)
