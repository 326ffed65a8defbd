"""The expected return is the expectation of the identity of the return: E[f(G)] with f(G) = G."""

from specl.formalisms.inmr import INMR
from specl.formalisms.mr import MR
from specl.model.environment import Environment
from specl.model.expression import variable
from specl.model.quantities import RewardReturn

SOURCE = "MR"
TARGET = "INMR"
PRESERVES = "value"


def reduce(objective: MR, environment: Environment) -> INMR:
    return INMR({"reward": objective.reward}, variable(RewardReturn("reward")), objective.discount)
