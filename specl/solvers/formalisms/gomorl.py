"""Generalised Outer Multi-Objective RL: lexicographic and constrained orders of expected returns."""

from specl.formalisms.gomorl import GOMORL
from specl.model.environment import Environment
from specl.model.quantities import Recovered
from specl.solvers.outer.answer import solve_order, solve_recovered
from specl.solvers.outer.quantities import of_returns
from specl.solvers.solved import Solved
from specl.solvers.task import Task


def solve(objective: GOMORL, environment: Environment, task: Task) -> Solved:
    """The best of all policies.

    Raises:
        Undefined, Unsupported: there is no best value, or it cannot be bounded.
    """
    if isinstance(objective.order, Recovered):
        return solve_recovered(objective.order, "GOMORL", objective, environment, task)
    return solve_order("GOMORL", objective, environment, task, of_returns(environment, objective.rewards))
