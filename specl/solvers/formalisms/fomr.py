"""Functions from Occupancy Measures to Reals: the largest f over the polytope of occupancy measures."""

from specl.evaluation.recovered import recovered
from specl.formalisms.fomr import FOMR
from specl.model.environment import Environment
from specl.solvers.outer.answer import solve_recovered, solve_value
from specl.solvers.outer.quantities import of_occupancy
from specl.solvers.solved import Solved
from specl.solvers.task import Task


def solve(objective: FOMR, environment: Environment, task: Task) -> Solved:
    """The best of all policies; in the coordinates of the linear forms of m that f depends on.

    Raises:
        Undefined, Unsupported: there is no best value, or it cannot be bounded.
    """
    what = recovered(objective.value)
    if what is not None:
        return solve_recovered(what, "FOMR", objective, environment, task)
    return solve_value("FOMR", objective, environment, task, of_occupancy(environment))
