"""Trajectory Lottery Orderings: all deterministic policies, and a bounded search over the others."""

from specl.formalisms.tlo import TLO
from specl.model.environment import Environment
from specl.solvers.solved import Solved
from specl.solvers.task import Task
from specl.solvers.whole.stationary import best_stationary


def solve(objective: TLO, environment: Environment, task: Task) -> Solved:
    """The best stationary policy; ``over`` and ``note`` say what was covered."""
    return best_stationary("TLO", objective, environment, task)
