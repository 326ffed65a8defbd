"""Occupancies are expected returns of indicators under the lottery: an order of m is one of L_π."""

from specl.formalisms.omo import OMO
from specl.formalisms.tlo import TLO
from specl.model.environment import Environment
from specl.reductions.occupancies import in_lotteries
from specl.reductions.orders import order_variables, substitute_order
from specl.reductions.recovery import recovered_order

SOURCE = "OMO"
TARGET = "TLO"
PRESERVES = "ordering"


def reduce(objective: OMO, environment: Environment) -> TLO:
    program = recovered_order(objective.order)
    if program is not None and program.code == TARGET:
        found: TLO = program.objective
        return found
    rewards, image = in_lotteries(order_variables(objective.order), environment, objective.discount)
    return TLO(rewards, {}, substitute_order(objective.order, image))
