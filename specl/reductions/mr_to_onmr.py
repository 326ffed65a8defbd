"""The expected return is the identity of the expected return: f(J) = J."""

from specl.formalisms.mr import MR
from specl.formalisms.onmr import ONMR
from specl.model.environment import Environment
from specl.model.expression import variable
from specl.model.quantities import RewardReturn

SOURCE = "MR"
TARGET = "ONMR"
PRESERVES = "value"


def reduce(objective: MR, environment: Environment) -> ONMR:
    return ONMR({"reward": objective.reward}, variable(RewardReturn("reward")), objective.discount)
