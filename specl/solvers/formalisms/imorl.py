"""Inner Multi-Objective RL: value iteration on the state augmented by the returns so far."""

from specl.formalisms.imorl import IMORL
from specl.model.environment import Environment
from specl.solvers.inner.functions import solve_function
from specl.solvers.solved import Solved
from specl.solvers.task import Task


def solve(objective: IMORL, environment: Environment, task: Task) -> Solved:
    """The largest E[f(G_1,…,G_k)] among all policies.

    Raises:
        Undefined, Unsupported: no policy has a value, or none can be bounded.
    """
    return solve_function("IMORL", objective, environment, task)
