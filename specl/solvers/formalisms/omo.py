"""Occupancy Measure Orderings: lexicographic and constrained orders of occupancy measures."""

from specl.formalisms.omo import OMO
from specl.model.environment import Environment
from specl.model.quantities import Recovered
from specl.solvers.outer.answer import solve_order, solve_recovered
from specl.solvers.outer.quantities import of_occupancy
from specl.solvers.solved import Solved
from specl.solvers.task import Task


def solve(objective: OMO, environment: Environment, task: Task) -> Solved:
    """The best of all policies.

    Raises:
        Undefined, Unsupported: there is no best value, or it cannot be bounded.
    """
    if isinstance(objective.order, Recovered):
        return solve_recovered(objective.order, "OMO", objective, environment, task)
    return solve_order("OMO", objective, environment, task, of_occupancy(environment))
