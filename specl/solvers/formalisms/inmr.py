"""Inner Nonlinear Markov Rewards: value iteration on the state augmented by the return so far."""

from specl.formalisms.inmr import INMR
from specl.model.environment import Environment
from specl.solvers.inner.functions import solve_function
from specl.solvers.solved import Solved
from specl.solvers.task import Task


def solve(objective: INMR, environment: Environment, task: Task) -> Solved:
    """The largest E[f(G)] among all policies.

    Raises:
        Undefined, Unsupported: no policy has a value, or none can be bounded.
    """
    return solve_function("INMR", objective, environment, task)
