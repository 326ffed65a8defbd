"""The limit average along the trajectory: f(ξ) = average(reward).

For a stationary policy the average converges almost surely (ergodic theorem on each recurrent class), and it is
bounded, so that expectation and limit exchange. Where it does not converge f may be anything: that has probability 0.
"""

from specl.formalisms.ftr import FTR
from specl.formalisms.lar import LAR
from specl.model.environment import Environment
from specl.model.expression import variable
from specl.model.quantities import Average

SOURCE = "LAR"
TARGET = "FTR"
PRESERVES = "value"


def reduce(objective: LAR, environment: Environment) -> FTR:
    return FTR({"reward": objective.reward}, {}, variable(Average("reward")))
