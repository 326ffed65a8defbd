"""Expected returns of one indicator per possible step, γ = 1/2, are m; m gives π where it is reachable, hence L_π.

An order by expected returns of rewards under one discount needs no program: its expressions stay.
"""

from specl.formalisms.gomorl import GOMORL
from specl.formalisms.tlo import TLO
from specl.model.environment import Environment
from specl.reductions.expected_returns import FREE, in_expected_returns
from specl.reductions.occupancies import step_indicators
from specl.reductions.orders import order_variables, substitute_order
from specl.reductions.recovery import recover, recovered_order

SOURCE = "TLO"
TARGET = "GOMORL"
PRESERVES = "ordering"


def reduce(objective: TLO, environment: Environment) -> GOMORL:
    program = recovered_order(objective.order)
    if program is not None and program.code == TARGET:
        found: GOMORL = program.objective
        return found
    if program is None:
        finite = in_expected_returns(order_variables(objective.order), objective.rewards, environment)
        if finite is not None:
            rewards, discount, image = finite
            return GOMORL(rewards, substitute_order(objective.order, image), discount)
    return GOMORL(step_indicators(environment), program or recover(SOURCE, objective), FREE)
