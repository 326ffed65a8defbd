"""Expected returns are linear in the occupancy measure: J_i = Σ R_i(s,a,s')·m(s,a,s')."""

from specl.formalisms.fomr import FOMR
from specl.formalisms.omorl import OMORL
from specl.model.environment import Environment
from specl.model.expression import substitute
from specl.reductions.occupancies import in_occupancies
from specl.reductions.recovery import recovered_value

SOURCE = "OMORL"
TARGET = "FOMR"
PRESERVES = "value"


def reduce(objective: OMORL, environment: Environment) -> FOMR:
    program = recovered_value(objective.value)
    if program is not None:
        found: FOMR = program.objective if program.code == TARGET else FOMR(objective.value, objective.discount)
        return found
    return FOMR(substitute(objective.value, in_occupancies(objective.rewards, environment)), objective.discount)
