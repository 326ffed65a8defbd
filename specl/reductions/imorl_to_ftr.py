"""A function of returns is a function of the trajectory: each G_i becomes return(r_i, γ)."""

from specl.formalisms.ftr import FTR
from specl.formalisms.imorl import IMORL
from specl.model.environment import Environment
from specl.model.expression import Expression, substitute, variable
from specl.model.quantities import Return, RewardReturn
from specl.reductions.recovery import recovered_value

SOURCE = "IMORL"
TARGET = "FTR"
PRESERVES = "value"


def reduce(objective: IMORL, environment: Environment) -> FTR:
    program = recovered_value(objective.value)
    if program is not None:
        found: FTR = program.objective if program.code == TARGET else FTR({}, {}, objective.value)
        return found

    def image(node: Expression) -> Expression:
        return variable(Return(node.key.reward, objective.discount)) if isinstance(node.key, RewardReturn) else node

    return FTR(objective.rewards, {}, substitute(objective.value, image))
