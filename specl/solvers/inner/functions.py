"""What the formalisms of expected functions over trajectories have in common."""

from collections.abc import Hashable
from fractions import Fraction

from specl import formalisms as definitions
from specl.evaluation.affine import affine, combined
from specl.evaluation.context import Evaluation
from specl.evaluation.recovered import recovered
from specl.formalisms.ftr import FTR
from specl.formalisms.imorl import IMORL
from specl.formalisms.inmr import INMR
from specl.model.environment import Environment
from specl.model.expression import variables
from specl.model.policy import deterministic
from specl.model.quantities import Average, Indicator, Recovered, Return, RewardReturn
from specl.model.real import Real
from specl.solvers import formalisms
from specl.solvers.discounted_return import best_return
from specl.solvers.from_environment import exact_model
from specl.solvers.inner.affine import shifted, solve_affine
from specl.solvers.inner.solution import solve_returns, stationary_only
from specl.solvers.solved import Solved
from specl.solvers.task import Task


def solve_function(code: str, objective: INMR | IMORL, environment: Environment, task: Task) -> Solved:
    """The best policy for E[f(G_1,…,G_k)] with one discount; for affine f by the return of the combined reward."""
    what = recovered(objective.value)
    if what is not None:
        return solve_recovered(what, code, objective, environment, task)
    found = affine(objective.value)
    if found is not None:
        coefficients, constant = found
        named = {key.reward: c for key, c in coefficients.items() if isinstance(key, RewardReturn)}
        exact = exact_model(environment, {"reward": combined(objective.rewards, named)})
        return shifted(best_return(exact, "reward", objective.discount, task), Real.of(1), constant)
    keys = sorted({key for key in variables(objective.value) if isinstance(key, RewardReturn)}, key=str)
    returns: list[tuple[Hashable, str, Fraction]] = [(key, key.reward, objective.discount) for key in keys]
    return solve_returns(code, objective, environment, objective.value, returns, objective.rewards, {}, task)


def solve_trajectory(objective: FTR, environment: Environment, task: Task) -> Solved:
    """The best policy for E[f(ξ)].

    Over all policies where f is affine in one kind of quantity, or a function of discounted returns alone. Otherwise
    over stationary policies; memory may help there.
    """
    what = recovered(objective.value)
    if what is not None:
        return solve_recovered(what, "FTR", objective, environment, task)
    found = affine(objective.value)
    if found is not None:
        solved = solve_affine(*found, environment, objective.rewards, objective.machines, task)
        if solved is not None:
            return solved
    keys = variables(objective.value)
    if any(isinstance(key, Average | Indicator) for key in keys):
        return stationary_only("FTR", objective, environment, task)
    plain = sorted((key for key in keys if isinstance(key, Return)), key=str)
    returns: list[tuple[Hashable, str, Fraction]] = [(key, key.reward, key.discount) for key in plain]
    return solve_returns(
        "FTR", objective, environment, objective.value, returns, objective.rewards, objective.machines, task
    )


def solve_recovered(
    what: Recovered, code: str, objective: INMR | IMORL | FTR, environment: Environment, task: Task
) -> Solved:
    """The best policy for ``recover(o)``: as both are the same expectation over trajectories, the best one for o.

    Raises:
        Unsupported: o cannot be recovered.
    """
    first = deterministic(environment, [0] * len(environment.states))
    definitions.rank(code, objective, environment, first, Evaluation(definitions.rank, task.precision))
    return formalisms.solve(what.code, what.objective, environment, task)
