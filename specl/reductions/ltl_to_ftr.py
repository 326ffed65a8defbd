"""The probability of a formula is the expectation of its indicator: f(ξ) = [φ]."""

from specl.formalisms.ftr import FTR
from specl.formalisms.ltl import LTL
from specl.model.environment import Environment
from specl.model.expression import variable
from specl.model.quantities import Indicator

SOURCE = "LTL"
TARGET = "FTR"
PRESERVES = "value"


def reduce(objective: LTL, environment: Environment) -> FTR:
    return FTR({}, {}, variable(Indicator(objective.formula)))
