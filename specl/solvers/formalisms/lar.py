"""Limit Average Rewards: the best policy is deterministic and stationary."""

import time
from fractions import Fraction

from specl.formalisms.lar import LAR
from specl.model.environment import Environment
from specl.solvers.average import solve_average
from specl.solvers.exact.average import optimum
from specl.solvers.exact.values import at_start, bounds
from specl.solvers.from_environment import exact_model, sparse
from specl.solvers.policies import table
from specl.solvers.solved import Bounds, Solved
from specl.solvers.task import Task

METHOD = "relative value iteration in each maximal end component, then reachability"

SMALL = 200
"""Models of up to so many states are solved over the rationals where floating point does not suffice."""


def solve(objective: LAR, environment: Environment, task: Task) -> Solved:
    """The largest lim E[(1/n) Σ_{t<n} R] among all policies.

    Raises:
        Unsupported: a reward is too large for a float; exactly, irrational values that cannot be compared.
    """
    begun = time.perf_counter()
    exact = exact_model(environment, {"reward": objective.reward})
    model = sparse(exact)
    built = time.perf_counter()
    seconds = min(task.seconds, 1.0) if exact.size <= SMALL else task.seconds
    found = solve_average(
        model,
        model.rewards["reward"],
        float(task.precision) * 0.999999,
        lambda width: task.tell(f"gains within {width:.1e}"),
        seconds,
    )
    phases = {"build": built - begun, "iterate": time.perf_counter() - built}

    def mean(values: list[float]) -> Fraction:
        return sum((p * Fraction(values[s]) for s, p in exact.start), start=Fraction(0))

    low, high, sure = mean(found.low.tolist()), mean(found.high.tolist()), mean(found.sure.tolist())
    is_precise = high - low <= task.precision
    if not task.is_exact and (is_precise or exact.size > SMALL):
        note = "" if is_precise else "relative value iteration was stopped; exact solution may take long, but ends"
        return Solved(
            (Bounds(low, high),), (Bounds(min(sure, low), high),), "all policies", table(exact, found.best.tolist()),
            METHOD, found.sweeps, seconds=phases, is_precise=is_precise, note=note,
        )  # fmt: skip
    task.tell("linear systems over the rationals")
    begun = time.perf_counter()
    best = optimum(exact, exact.rewards["reward"], found.best.tolist())
    phases["exact"] = time.perf_counter() - begun
    exactly = at_start(exact, best.gains)
    value = bounds(exactly)
    note = "" if exactly.rational is not None else f"the value is irrational: {exactly}"
    method = "policy iteration over the rationals, from a policy found in floating point"
    return Solved(
        (value,), (value,), "all policies", table(exact, best.choice), method, best.evaluations,
        seconds=phases, note=note,
    )  # fmt: skip
