"""One reward is k = 1 rewards."""

from specl.formalisms.omorl import OMORL
from specl.formalisms.onmr import ONMR
from specl.model.environment import Environment

SOURCE = "ONMR"
TARGET = "OMORL"
PRESERVES = "value"


def reduce(objective: ONMR, environment: Environment) -> OMORL:
    return OMORL(objective.rewards, objective.value, objective.discount)
