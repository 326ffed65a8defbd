"""The best policy of an exact model for a discounted reward: in floating point, finished exactly on request."""

import time
from fractions import Fraction
from math import isfinite

from specl.model.errors import Unsupported
from specl.solvers.discounted import solve_discounted
from specl.solvers.exact.discounted import optimum
from specl.solvers.exact.model import ExactModel
from specl.solvers.exact.values import at_start, bounds
from specl.solvers.from_environment import sparse
from specl.solvers.policies import table
from specl.solvers.solved import Bounds, Solved
from specl.solvers.task import Task

METHOD = "value iteration with MacQueen's bounds, policies evaluated inexactly in between"


def best_return(exact: ExactModel, name: str, discount: Fraction, task: Task) -> Solved:
    """The largest expected discounted sum of the reward ``name`` among all policies.

    Raises:
        Unsupported: a reward is too large for a float; exactly, irrational values that cannot be compared.
    """
    begun = time.perf_counter()
    model = sparse(exact)
    built = time.perf_counter()
    found = solve_discounted(
        model,
        model.rewards[name],
        discount,
        float(task.precision) * 0.4999999,
        lambda radius: task.tell(f"bounds ±{radius:.1e}"),
        task.seconds,
    )
    seconds = {"build": built - begun, "iterate": time.perf_counter() - built}
    weights = table(exact, found.best.tolist())
    if not task.is_exact:
        if not isfinite(found.radius):
            raise Unsupported("the values are too large for floats; exact solution can do it")
        middle = sum((p * Fraction(float(found.values[i])) for i, p in exact.start), start=Fraction(0))
        radius = Fraction(found.radius)
        value = Bounds(middle - radius, middle + radius)
        note = "" if found.is_precise else "double precision does not give narrower bounds; exact solution does"
        return Solved(
            (value,), (value,), "all policies", weights, METHOD, found.sweeps, exact.memory,
            seconds=seconds, is_precise=value.width <= task.precision, note=note,
        )  # fmt: skip
    task.tell("linear systems over the rationals")
    begun = time.perf_counter()
    best = optimum(exact, exact.rewards[name], discount, found.best.tolist())
    seconds["exact"] = time.perf_counter() - begun
    exactly = at_start(exact, best.values)
    value = bounds(exactly)
    note = "" if exactly.rational is not None else f"the value is irrational: {exactly}"
    method = "policy iteration over the rationals, from a policy found in floating point"
    return Solved(
        (value,), (value,), "all policies", table(exact, best.choice), method, best.evaluations, exact.memory,
        seconds=seconds, note=note,
    )  # fmt: skip
