"""Objectives that are expectations of functions of returns, from what they say to a solution."""

import time
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from specl.expressivity.faces import domain, supports
from specl.model.environment import Environment
from specl.model.errors import Undefined, Unsupported
from specl.model.expression import Expression
from specl.model.machine import Machine, Reward
from specl.solvers.hurry import stoppable
from specl.solvers.inner.augmented import process
from specl.solvers.inner.interpolated import upper_bound
from specl.solvers.inner.tree import Tree, expand, policy_of
from specl.solvers.solved import Bounds, Solved
from specl.solvers.task import Task
from specl.solvers.whole.stationary import best_stationary

METHOD = "backward induction over states, returns so far and time"
MAY_HELP = "policies with memory may do better than these bounds, which are for stationary ones"

_MOST_COMPARED = 64
"""Stationary policies are looked at besides where there are at most so many deterministic ones."""

_COMPARING = 10.0
"""Seconds for that at most."""


@stoppable
def solve_returns(
    code: str,
    objective: Any,
    environment: Environment,
    function: Expression,
    returns: Sequence[tuple[Hashable, str, Fraction]],
    rewards: Mapping[str, Reward],
    machines: Mapping[str, Machine],
    task: Task,
) -> Solved:
    """The best of all policies for E[f(G)]; the best stationary one besides, on small models where memory helps.

    Exact where every run comes to states from which its returns are certain, within a bounded number of steps.
    Otherwise histories are expanded until f is known well enough on the range of what may follow, or there are too
    many; the bounds hold in any case.

    Args:
        function: f, over the keys of the returns.
        returns: (key, name of the reward or machine, discount).

    Raises:
        Undefined, Unsupported: no policy has a value, or none can be bounded.
    """
    began = time.perf_counter()
    beside = process(environment, returns, rewards, machines)
    built = time.perf_counter()
    precision = Fraction(0) if task.is_exact else task.precision
    first = replace(task, seconds=task.seconds / 4)
    try:
        tree = expand(beside, function, precision, first.deadline(), task.tell)
    except Unsupported as error:
        return stationary_only(code, objective, environment, task, f"all policies: {error}")
    policy, memory = policy_of(tree, beside, environment)
    seconds = {"build": built - began, "induction": time.perf_counter() - built}
    steps = len(tree.levels) - 1
    value, method = tree.value, f"{METHOD}: {tree.nodes} histories"
    if value.width > task.precision and len(returns) == 1:
        task.tell("interpolating between returns")
        high = upper_bound(beside, function, task.precision, time.monotonic() + task.seconds / 4)
        seconds["interpolation"] = time.perf_counter() - built - seconds["induction"]
        if high is not None and high < value.high:
            value, method = Bounds(value.low, max(value.low, high)), f"{method}; interpolation between returns"
    solved = Solved(
        (value,), (Bounds(tree.achieved.low, min(tree.achieved.high, value.high)),), "all policies", policy, method,
        steps, memory=memory, seconds=seconds, is_precise=value.width <= task.precision,
        note=_note(tree, value, task, steps),
    )  # fmt: skip
    if solved.is_precise and memory is None:
        return solved
    least = replace(task, seconds=min(task.seconds / 2, _COMPARING))
    return _compared(solved, code, objective, environment, least)


def stationary_only(code: str, objective: Any, environment: Environment, task: Task, why: str = "") -> Solved:
    """The best stationary policy, saying that memory may help."""
    found = best_stationary(code, objective, environment, task)
    return replace(found, note="; ".join(filter(None, (why, MAY_HELP, found.note))))


def _note(tree: Tree, value: Bounds, task: Task, steps: int) -> str:
    notes = []
    if value.width > task.precision:
        notes.append(f"there are too many histories: they were followed for {steps} steps, and their rest was bounded")
    if task.is_exact and value.width:
        notes.append("the value is irrational" if tree.is_whole else "the runs do not settle: no exact value is known")
    return "; ".join(notes)


def _compared(solved: Solved, code: str, objective: Any, environment: Environment, task: Task) -> Solved:
    """With bounds on the best stationary value, and the stationary policy itself if it is proved to be better."""
    count = 1
    for _ in supports(environment, domain(code, objective, environment), deterministic=True):
        count += 1
        if count > _MOST_COMPARED:
            return solved
    began = time.perf_counter()
    try:
        found = best_stationary(code, objective, environment, task)
    except (Undefined, Unsupported):
        return solved
    high = solved.value[0].high
    seconds = {**solved.seconds, "stationary": time.perf_counter() - began}
    own = Bounds(found.achieved[0].low, min(high, found.achieved[0].high))
    stationary = None
    if found.over == "stationary policies":
        stationary = (Bounds(found.value[0].low, min(high, found.value[0].high)),)
    if own.low > solved.value[0].low:
        value = Bounds(own.low, high)
        is_precise = value.width <= task.precision
        return replace(
            solved, value=(value,), achieved=(own,), policy=found.policy, memory=None, stationary=stationary,
            seconds=seconds, method=f"{solved.method}; {found.method}", is_precise=is_precise,
            note="" if is_precise and not task.is_exact else solved.note,
        )  # fmt: skip
    return replace(solved, stationary=stationary, seconds=seconds)
