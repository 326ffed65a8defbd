"""Outer Multi-Objective RL: the largest f over the polytope of expected returns."""

from specl.evaluation.recovered import recovered
from specl.formalisms.omorl import OMORL
from specl.model.environment import Environment
from specl.solvers.outer.answer import solve_recovered, solve_value
from specl.solvers.outer.quantities import of_returns
from specl.solvers.solved import Solved
from specl.solvers.task import Task


def solve(objective: OMORL, environment: Environment, task: Task) -> Solved:
    """The best of all policies.

    Raises:
        Undefined, Unsupported: there is no best value, or it cannot be bounded.
    """
    what = recovered(objective.value)
    if what is not None:
        return solve_recovered(what, "OMORL", objective, environment, task)
    return solve_value("OMORL", objective, environment, task, of_returns(environment, objective.rewards))
