"""A Markov reward is a regularised one of strength α = 0."""

from fractions import Fraction

from specl.formalisms.mr import MR
from specl.formalisms.rrl import RRL
from specl.model.environment import Environment
from specl.model.expression import constant
from specl.model.real import ZERO

SOURCE = "MR"
TARGET = "RRL"
PRESERVES = "value"


def reduce(objective: MR, environment: Environment) -> RRL:
    return RRL(objective.reward, ZERO, constant(Fraction(0)), objective.discount)
