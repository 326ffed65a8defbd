"""Affine functions of a trajectory's quantities, which are Markov rewards, reward machines, formulas or averages."""

from collections.abc import Hashable, Mapping
from dataclasses import replace
from fractions import Fraction

from specl.evaluation.affine import combined
from specl.formalisms.lar import LAR
from specl.formalisms.ltl import LTL
from specl.model.enclosure import enclosure
from specl.model.environment import Environment
from specl.model.formula import Formula
from specl.model.machine import Machine, Reward
from specl.model.quantities import Average, Indicator, Return
from specl.model.real import Real
from specl.solvers import formalisms
from specl.solvers.discounted_return import best_return
from specl.solvers.from_environment import exact_model, with_machine
from specl.solvers.solved import Bounds, Solved
from specl.solvers.task import Task


def shifted(solved: Solved, factor: Real, constant: Real) -> Solved:
    """The same policy where its value counts ``factor`` > 0 times, and ``constant`` is added."""

    def moved(of: tuple[Bounds, ...] | None) -> tuple[Bounds, ...] | None:
        if of is None:
            return None
        return tuple(
            Bounds(
                (enclosure(factor) * b.low + enclosure(constant)).low,
                (enclosure(factor) * b.high + enclosure(constant)).high,
            )
            for b in of
        )

    value, achieved = moved(solved.value), moved(solved.achieved)
    assert value is not None
    assert achieved is not None
    is_rounded = any(b.width for b in value) and not any(b.width for b in solved.value)
    note = "; ".join(filter(None, (solved.note, "the value is irrational" if is_rounded else "")))
    return replace(solved, value=value, achieved=achieved, stationary=moved(solved.stationary), note=note)


def solve_affine(
    coefficients: Mapping[Hashable, Real],
    constant: Real,
    environment: Environment,
    rewards: Mapping[str, Reward],
    machines: Mapping[str, Machine],
    task: Task,
) -> Solved | None:
    """The best of all policies for an affine function of `Return`, `Average` and `Indicator`, if it amounts to one
    return of the sum of rewards, one of a machine, one average of rewards, or one formula; None otherwise."""
    one = Real.of(1)
    if not coefficients:
        exact = exact_model(environment, {"reward": {}})
        return shifted(best_return(exact, "reward", Fraction(0), task), one, constant)
    keys = list(coefficients)
    if len(keys) == 1 and isinstance(keys[0], Indicator):
        return _formula(keys[0].formula, coefficients[keys[0]], constant, environment, task)
    if len(keys) == 1 and isinstance(keys[0], Return) and keys[0].reward in machines:
        key = keys[0]
        exact = with_machine(environment, machines[key.reward])
        scale = coefficients[key]
        paid = tuple(tuple(scale * amount for amount in row) for row in exact.rewards["reward"])
        exact = replace(exact, rewards={"reward": paid})
        return shifted(best_return(exact, "reward", key.discount, task), one, constant)
    named = {key.reward: c for key, c in coefficients.items() if isinstance(key, Return | Average)}
    if len(named) < len(keys) or any(name in machines for name in named):
        return None
    reward = combined(rewards, named)
    if all(isinstance(key, Average) for key in keys):
        return shifted(formalisms.solve("LAR", LAR(reward), environment, task), one, constant)
    discounts = {key.discount for key in keys if isinstance(key, Return)}
    if len(discounts) > 1 or not all(isinstance(key, Return) for key in keys):
        return None
    exact = exact_model(environment, {"reward": reward})
    return shifted(best_return(exact, "reward", discounts.pop(), task), one, constant)


def _formula(formula: Formula, scale: Real, constant: Real, environment: Environment, task: Task) -> Solved | None:
    """c·P(φ) + d; for c < 0 it is |c|·P(¬φ) + c + d."""
    sign = scale.sign()
    if sign is None:
        return None
    size = scale if sign == 1 else -scale
    near = enclosure(size).high
    inner = replace(task, precision=task.precision / near * Fraction(999, 1000))
    if sign == -1:
        formula, constant = Formula("!", (formula,)), constant + scale
    return shifted(formalisms.solve("LTL", LTL(formula), environment, inner), size, constant)
