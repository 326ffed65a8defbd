"""What a memory is good for: a stationary policy that is as good as one with memory, or what the best one is worth."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

from specl.evaluation.context import Evaluation
from specl.formalisms import rank
from specl.model.environment import Environment
from specl.model.errors import Undefined, Unsupported
from specl.model.real import Real
from specl.solvers.policies import Weights, as_policy
from specl.solvers.solved import Bounds, Memory, Solved
from specl.solvers.task import Task
from specl.solvers.whole.stationary import best_stationary

SECONDS = 3.0
"""For the search among stationary policies."""

MOST = 5000
"""So many deterministic policies may there be for that."""


def without_memory(code: str, objective: Any, environment: Environment, solved: Solved, task: Task) -> Solved:
    """The solution with a stationary policy, where one is found that is worth as much; else with bounds on the best
    value of stationary policies, if the environment is small.

    Args:
        solved: for a formalism that gives policies one number each; what its policy achieves is an exact number.
    """
    if solved.memory is None or solved.policy is None or len(solved.value) != 1 or solved.achieved[0].width:
        return solved
    worth = solved.achieved[0].low
    evaluation = Evaluation(rank, task.precision / 4)
    try:
        for weights in _merged(environment, solved.policy, solved.memory):
            found = rank(code, objective, environment, as_policy(environment, weights), evaluation)
            own = found.rational if isinstance(found, Real) else None
            if own is not None and own >= worth:
                return replace(solved, policy=weights, memory=None, achieved=(Bounds(own, own),))
        if solved.stationary is not None or len(environment.actions) ** len(environment.states) > MOST:
            return solved
        task.tell("looking for the best stationary policy")
        least = replace(task, seconds=min(task.seconds, SECONDS))
        best = best_stationary(code, objective, environment, least)
    except (Undefined, Unsupported):
        return solved
    if best.achieved[0].low >= worth:
        return replace(solved, policy=best.policy, memory=None, achieved=best.achieved)
    high = best.value[0].high if best.over == "stationary policies" else solved.value[0].high
    return replace(solved, stationary=(Bounds(best.achieved[0].low, min(high, solved.value[0].high)),))


def _merged(environment: Environment, weights: Weights, memory: Memory) -> Iterator[Weights]:
    """Stationary policies that do in each state what the policy does there with one state of the memory or another."""
    rows: dict[int, list[dict[int, Fraction]]] = {}
    for s, u in entered(environment, weights, memory):
        row = dict(weights.get((s, u), {0: Fraction(1)}))
        if row not in rows.setdefault(s, []):
            rows[s].append(row)
    yield {s: several[0] for s, several in rows.items()}
    if any(len(several) > 1 for several in rows.values()):
        yield {s: several[-1] for s, several in rows.items()}
        yield {s: _mean(several) for s, several in rows.items()}


def _mean(rows: list[dict[int, Fraction]]) -> dict[int, Fraction]:
    actions = sorted({a for row in rows for a in row})
    return {a: sum((row.get(a, Fraction(0)) for row in rows), start=Fraction(0)) / len(rows) for a in actions}


def entered(environment: Environment, weights: Weights, memory: Memory) -> list[tuple[int, int]]:
    """The places that the policy enters, in the order in which they are met."""
    number = {step: i for i, step in enumerate(environment.steps)}
    places = [(s, memory.start) for s, _ in environment.start]
    seen = set(places)
    for s, u in places:  # grows while it is walked
        for a, weight in weights.get((s, u), {0: Fraction(1)}).items():
            if not weight:
                continue
            for t, _ in environment.transitions[s][a]:
                place = (t, memory.next[u][number[s, a, t]])
                if place not in seen:
                    seen.add(place)
                    places.append(place)
    return places
