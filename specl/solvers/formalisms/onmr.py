"""Outer Nonlinear Markov Rewards: f's supremum over the interval of expected returns, and a mixture that attains it."""

from specl.formalisms.onmr import ONMR
from specl.model.environment import Environment
from specl.solvers.outer.answer import solve_value
from specl.solvers.outer.quantities import of_returns
from specl.solvers.solved import Solved
from specl.solvers.task import Task


def solve(objective: ONMR, environment: Environment, task: Task) -> Solved:
    """The best of all policies.

    Raises:
        Undefined, Unsupported: there is no best value, or it cannot be bounded.
    """
    return solve_value("ONMR", objective, environment, task, of_returns(environment, objective.rewards))
