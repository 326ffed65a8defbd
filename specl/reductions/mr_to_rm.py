"""A Markov reward is a machine with one state: its only edge is taken on every step and pays the step's reward."""

from specl.formalisms.mr import MR
from specl.formalisms.rm import RM
from specl.model.environment import Environment
from specl.model.formula import TRUE
from specl.model.machine import Edge, Machine

SOURCE = "MR"
TARGET = "RM"
PRESERVES = "value"


def reduce(objective: MR, environment: Environment) -> RM:
    return RM(Machine(("always",), 0, (Edge(0, TRUE, 0, objective.reward),)), objective.discount)
