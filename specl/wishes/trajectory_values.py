"""What finite trajectories are worth under the objectives that can rank them.

Discounted sums run over the steps that the trajectory has. Where it ends with an action, the state that comes next is
open: the last step counts with its expected reward, and a formula must hold, or fail, wherever it leads.
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from specl.evaluation.context import Value
from specl.model.environment import Environment, Step
from specl.model.errors import Undefined
from specl.model.expression import evaluate
from specl.model.formula import Formula
from specl.model.machine import Machine, Reward, run
from specl.model.ordering import Trajectory
from specl.model.quantities import Indicator, RewardReturn
from specl.model.real import ONE, ZERO, Real

CODES = ("MR", "RM", "FTR", "INMR", "IMORL")
"""The formalisms under which a finite trajectory has a value; the others look at a whole one, or at a policy."""

Weighted = tuple[tuple[Step, Fraction], ...]
"""The steps that one moment may be, with their probabilities."""


def moments(environment: Environment, trajectory: Trajectory) -> tuple[Weighted, ...]:
    """The steps that are made one after another; of a last one whose target is open, all that it may be."""
    found: list[Weighted] = []
    for t, (s, a) in enumerate(zip(trajectory.states, trajectory.actions, strict=False)):
        if t + 1 < len(trajectory.states):
            found.append((((s, a, trajectory.states[t + 1]), Fraction(1)),))
        else:
            found.append(tuple(((s, a, u), weight) for u, weight in environment.transitions[s][a]))
    return tuple(found)


def worth(code: str, objective: Any, environment: Environment, trajectory: Trajectory) -> Value:
    """The value of a finite trajectory under an objective of one of CODES.

    Raises:
        Undefined: it has none: the objective looks beyond the end.
    """
    steps = moments(environment, trajectory)
    match code:
        case "MR":
            return _sum(steps, objective.reward, objective.discount)
        case "RM":
            return _machine(environment, steps, objective.machine, objective.discount)
        case "FTR":
            return evaluate(objective.value, lambda key: _indicator(environment, trajectory, key))
    returns = {name: _sum(steps, reward, objective.discount) for name, reward in objective.rewards.items()}
    return evaluate(objective.value, lambda key: _return(returns, key))


def _sum(steps: Iterable[Weighted], reward: Reward, discount: Fraction) -> Real:
    total, factor = ZERO, Fraction(1)
    for moment in steps:
        for step, weight in moment:
            total += reward.get(step, ZERO) * Real.of(weight * factor)
        factor *= discount
    return total


def _machine(environment: Environment, steps: Iterable[Weighted], machine: Machine, discount: Fraction) -> Real:
    table, state = run(machine, environment), machine.start
    total, factor = ZERO, Fraction(1)
    for moment in steps:  # only the last of them may have several steps, after which the state no longer matters
        for step, weight in moment:
            following, paid = table[state, step]
            total += paid * Real.of(weight * factor)
        state = following
        factor *= discount
    return total


def _return(returns: Mapping[str, Real], key: object) -> Real:
    if isinstance(key, RewardReturn):
        return returns[key.reward]
    raise Undefined("a finite trajectory determines no more than its discounted sums")


def _indicator(environment: Environment, trajectory: Trajectory, key: object) -> Real:
    holds = _holds(environment, trajectory, key.formula, 0) if isinstance(key, Indicator) else None
    if holds is None:
        raise Undefined("the value depends on what comes after the end of the trajectory")
    return ONE if holds else ZERO


def _holds(environment: Environment, trajectory: Trajectory, formula: Formula, time: int) -> bool | None:
    """Whether a formula holds from this time on, however the trajectory continues; None where that matters."""
    if formula.op in ("true", "false"):
        return formula.op == "true"
    if formula.op == "atom":
        possible, matching = _steps_at(environment, trajectory, time), environment.atoms[formula.name]
        return True if possible <= matching else False if possible.isdisjoint(matching) else None
    parts = [_holds(environment, trajectory, part, time + (formula.op == "X")) for part in formula.args]
    match formula.op:
        case "X":
            return parts[0]
        case "!":
            return None if parts[0] is None else not parts[0]
        case "&":
            return False if False in parts else None if None in parts else True
        case "|":
            return True if True in parts else None if None in parts else False
    return None


def _steps_at(environment: Environment, trajectory: Trajectory, time: int) -> frozenset[Step]:
    steps = moments(environment, trajectory)
    if time < len(steps):
        return frozenset(step for step, _ in steps[time])
    entered = trajectory.states[time:]  # the last state, where the trajectory ends with one
    return frozenset(step for step in environment.steps if not entered or step[0] == entered[0])
