"""Regularised RL: policy iteration with the regulariser's convex conjugate.

What a policy is worth satisfies a Bellman equation whatever F is, so the best value over all policies is that of
stationary ones (in the limit, where no best one exists).
"""

from dataclasses import replace

from specl.formalisms.rrl import RRL
from specl.model.environment import Environment
from specl.model.real import ZERO, Real
from specl.solvers.discounted_return import best_return
from specl.solvers.exact.model import ExactModel, Table
from specl.solvers.from_environment import exact_model
from specl.solvers.regularised.iteration import solve_regularised
from specl.solvers.regularised.separable import Separable, separable
from specl.solvers.solved import Solved
from specl.solvers.task import Task
from specl.solvers.whole.stationary import best_stationary


def solve(objective: RRL, environment: Environment, task: Task) -> Solved:
    """The largest E[Σ_t γ^t (R − αF(π(s_t)))] among all policies.

    Where αF is convex: `solve_regularised`. Where it is concave or affine, a deterministic choice is best in each
    state: a Markov decision process with the reward R − αF(e_a). Otherwise a search over stationary policies.

    Raises:
        Undefined, Unsupported: no policy has a value, or none can be bounded.
    """
    exact = exact_model(environment, {"reward": objective.reward})
    if objective.strength.is_zero():
        return best_return(exact, "reward", objective.discount, task)
    cost = separable(objective.regulariser, len(environment.actions))
    if cost is None:
        return _searched(objective, environment, task, "the regulariser is no sum of functions of one weight each")
    cost = cost.scaled(objective.strength)
    curvature = cost.curvature()
    if curvature == 1:
        return solve_regularised(exact, "reward", objective.discount, cost, task)
    if curvature is not None and not cost.banned:
        solved = best_return(_at_corners(exact, cost), "reward", objective.discount, task)
        why = "the regulariser is concave where it is subtracted: deterministic choices are best"
        return replace(solved, note="; ".join(filter(None, (why if curvature else "", solved.note))))
    why = "the regulariser is not convex" if curvature is None else "the regulariser is not convex where it is defined"
    return _searched(objective, environment, task, why)


def _at_corners(exact: ExactModel, cost: Separable) -> ExactModel:
    """The model in which an action costs what the regulariser costs at its certain choice."""
    costs = []
    for a in range(exact.width):
        paid = cost.constant + cost.linear[a]
        for k in cost.powers[a].values():
            paid = paid + k  # 1^e = 1, and 1·log 1 = 0
        costs.append(paid)
    table: Table = tuple(
        tuple(_less(amount, costs[a]) for a, amount in enumerate(row)) for row in exact.rewards["reward"]
    )
    return replace(exact, rewards={"reward": table})


def _less(amount: Real, cost: Real) -> Real:
    return amount if cost == ZERO else amount - cost


def _searched(objective: RRL, environment: Environment, task: Task, why: str) -> Solved:
    """Bounds over stationary policies, which are those over all policies where stochastic ones were covered."""
    found = best_stationary("RRL", objective, environment, task)
    over = "all policies" if found.over == "stationary policies" else found.over
    if len(environment.actions) == 1:
        over = "all policies"
    return replace(found, over=over, note="; ".join(filter(None, (why, found.note))))
