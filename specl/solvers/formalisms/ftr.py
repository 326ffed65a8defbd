"""Functions from Trajectories to Reals: by what the function depends on."""

from specl.formalisms.ftr import FTR
from specl.model.environment import Environment
from specl.solvers.inner.functions import solve_trajectory
from specl.solvers.solved import Solved
from specl.solvers.task import Task


def solve(objective: FTR, environment: Environment, task: Task) -> Solved:
    """The largest E[f(ξ)]; ``over`` and ``note`` say among which policies.

    Raises:
        Undefined, Unsupported: no policy has a value, or none can be bounded.
    """
    return solve_trajectory(objective, environment, task)
