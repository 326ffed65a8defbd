"""Expected returns of one indicator per possible step, γ = 1/2, are m; m gives π where it is reachable, hence L_π.

A function of expected returns of rewards under one discount needs no program: it is the expression itself.
"""

from specl.formalisms.ftlr import FTLR
from specl.formalisms.omorl import OMORL
from specl.model.environment import Environment
from specl.model.expression import substitute, variables
from specl.reductions.expected_returns import FREE, in_expected_returns
from specl.reductions.occupancies import step_indicators
from specl.reductions.recovery import recover, recovered_value, value_of

SOURCE = "FTLR"
TARGET = "OMORL"
PRESERVES = "value"


def reduce(objective: FTLR, environment: Environment) -> OMORL:
    program = recovered_value(objective.value)
    if program is not None and program.code == TARGET:
        found: OMORL = program.objective
        return found
    if program is None:
        finite = in_expected_returns(variables(objective.value), objective.rewards, environment)
        if finite is not None:
            rewards, discount, image = finite
            return OMORL(rewards, substitute(objective.value, image), discount)
    return OMORL(step_indicators(environment), value_of(program or recover(SOURCE, objective)), FREE)
