"""Markov Rewards: the best policy is deterministic and stationary."""

from specl.formalisms.mr import MR
from specl.model.environment import Environment
from specl.solvers.discounted_return import best_return
from specl.solvers.from_environment import exact_model
from specl.solvers.solved import Solved
from specl.solvers.task import Task


def solve(objective: MR, environment: Environment, task: Task) -> Solved:
    """The largest E[Σ_t γ^t R] among all policies."""
    return best_return(exact_model(environment, {"reward": objective.reward}), "reward", objective.discount, task)
