"""The best stationary policy: every deterministic one, exactly, and a search with proved bounds over the others.

The value as a rational function of the policy's entries, on each support, is bounded by `search`. Where the value is
continuous in the policy the full support stands for all; otherwise every support is searched.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice
from typing import Any

from specl.evaluation.context import Evaluation, Rank
from specl.evaluation.ranks import compare_ranks
from specl.expressivity.faces import Support, continuous, domain, names_policies, supports
from specl.formalisms import rank
from specl.model.enclosure import Enclosure
from specl.model.environment import Environment
from specl.model.errors import Undefined, Unsupported
from specl.model.policy import Policy, deterministic
from specl.model.quantities import Choice
from specl.model.rational_function import RationalFunction, symbolic_policy
from specl.model.real import Real
from specl.solvers.solved import Bounds, Class, Solved
from specl.solvers.task import Task
from specl.solvers.whole.ranges import ranged
from specl.solvers.whole.search import largest

MOST_DETERMINISTIC = 50_000
MOST_FREE = 12
MOST_SUPPORTS = 300


@dataclass(frozen=True)
class _Best:
    policy: Policy
    rank: Rank


def best_stationary(code: str, objective: Any, environment: Environment, task: Task) -> Solved:
    """The best stationary policy for an objective of any formalism.

    Raises:
        Undefined, Unsupported: no deterministic policy has a value.
    """
    begun = time.monotonic()
    deadline = task.deadline()
    evaluation = Evaluation(rank, task.precision / 4)
    found, tried, is_complete = _deterministic(code, objective, environment, evaluation, task, deadline)
    after = time.monotonic()
    note = "" if is_complete else f"only {tried} deterministic policies were looked at"
    solved = _solved(found, "deterministic stationary policies", tried, {"deterministic": after - begun})
    solved = replace(solved, is_precise=is_complete and _width(solved) <= task.precision, note=note)
    if names_policies(objective):
        return replace(solved, note="a ranking of named policies: those that it names are among the policies tried")
    bounded = _stochastic(code, objective, environment, found, evaluation, task, deadline)
    seconds = {**solved.seconds, "stochastic": time.monotonic() - after}
    if isinstance(bounded, str):
        return replace(solved, seconds=seconds, note="; ".join(filter(None, (note, f"stochastic policies: {bounded}"))))
    best, high, boxes, reason = bounded
    value = (Bounds(_bounds(best.rank)[0].low, high), *_bounds(best.rank)[1:])
    return Solved(
        value=value,
        achieved=_bounds(best.rank),
        over="stationary policies",
        policy=_table(best.policy),
        method=f"all {tried} deterministic policies, then branch and bound over stochastic ones",
        iterations=boxes,
        seconds=seconds,
        is_precise=value[0].width <= task.precision and len(value) == 1,
        note=reason,
    )


def _deterministic(
    code: str, objective: Any, environment: Environment, evaluation: Evaluation, task: Task, deadline: float
) -> tuple[_Best, int, bool]:
    """The best one, how many were tried, and whether these were all; policies that differ where it does not count are
    one."""
    best: _Best | None = None
    tried, failure = 0, None
    chosen = supports(environment, domain(code, objective, environment), deterministic=True)
    for support in islice(chosen, MOST_DETERMINISTIC):
        policy = deterministic(environment, [actions[0] for actions in support])
        tried += 1
        try:
            worth = rank(code, objective, environment, policy, evaluation)
        except Undefined as error:  # this one has no value
            failure = error
            continue
        if best is None or _is_better(worth, best.rank):
            best = _Best(policy, worth)
        if tried % 200 == 0:
            task.tell(f"{tried} deterministic policies")
            if time.monotonic() > deadline:
                break
    if best is None:
        raise failure or Undefined("no policy has a value")
    return best, tried, next(chosen, None) is None


def _is_better(left: Rank, right: Rank) -> bool:
    sign = compare_ranks(left, right)
    if sign is not None:
        return sign > 0
    return [(b.low + b.high) for b in _bounds(left)] > [(b.low + b.high) for b in _bounds(right)]


def _stochastic(
    code: str,
    objective: Any,
    environment: Environment,
    known: _Best,
    evaluation: Evaluation,
    task: Task,
    deadline: float,
) -> tuple[_Best, Fraction, int, str] | str:
    """The best policy, an upper bound on its first key, the boxes looked at, and what stood in the way; or why not."""
    chosen = domain(code, objective, environment)
    free = sum(len(actions) - 1 for actions in next(supports(environment, chosen)))
    if free == 0:
        return "there are none"
    if free > MOST_FREE:
        return f"they have {free} free entries, too many for a search (more than {MOST_FREE})"
    faces = list(islice(supports(environment, chosen), 1 if continuous(code, objective) else MOST_SUPPORTS + 1))
    if len(faces) > MOST_SUPPORTS:
        return f"they have more than {MOST_SUPPORTS} supports, too many for a search"
    best, high, boxes, reasons = known, _bounds(known.rank)[0].high, 0, []
    faces = [face for face in faces if any(len(actions) > 1 for actions in face)]  # the others are deterministic
    for left, face in zip(range(len(faces), 0, -1), faces, strict=True):
        try:
            value = rank(code, objective, environment, symbolic_policy(environment, face))
        except (Undefined, Unsupported) as error:
            return f"their value is no expression in their entries: {error}"
        first = value[0] if isinstance(value, tuple) else value
        if isinstance(value, tuple) and len(value) > 1:
            reasons = ["what matters less is compared among deterministic policies and the one that was found"]
        if not isinstance(first, RationalFunction):
            high = max(high, _real(first).high)
            continue
        entries = _free(face)
        until = time.monotonic() + (deadline - time.monotonic()) / left
        found = largest(ranged(first), entries, _bounds(best.rank)[0].low, task.precision / 2, until, task.tell)
        boxes += found.boxes
        if found.high is None:
            return "no bound on their value was found"
        if found.best is not None:
            candidate = _policy(environment, face, found.best)
            worth = rank(code, objective, environment, candidate, evaluation)
            if _is_better(worth, best.rank):
                best = _Best(candidate, worth)
        high = max(high, found.high)
    if task.is_exact and high > _bounds(best.rank)[0].low:
        reasons.append("a search proves bounds, not one number")
    if high - _bounds(best.rank)[0].low > task.precision:
        reasons.append("the time for the search, or its limit of boxes, was reached")
    return best, high, boxes, "; ".join(reasons)


def _free(face: Support) -> tuple[Choice, ...]:
    return tuple(Choice(s, a) for s, actions in enumerate(face) for a in sorted(actions)[:-1])


def _policy(environment: Environment, face: Support, entries: Mapping[Choice, Fraction]) -> Policy:
    rows = []
    for s, actions in enumerate(face):
        row = [Fraction(0)] * len(environment.actions)
        for a in sorted(actions)[:-1]:
            row[a] = entries.get(Choice(s, a), Fraction(0))
        row[sorted(actions)[-1]] = 1 - sum(row, Fraction(0))
        rows.append(tuple(row))
    return Policy(tuple(rows))


def _solved(found: _Best, over: Class, tried: int, seconds: Mapping[str, float]) -> Solved:
    bounds = _bounds(found.rank)
    method = "all deterministic policies" if tried > 1 else "the only deterministic policy"
    return Solved(bounds, bounds, over, _table(found.policy), method, tried, seconds=seconds)


def _table(policy: Policy) -> dict[int, dict[int, Fraction]]:
    return {s: {a: weight for a, weight in enumerate(row) if weight} for s, row in enumerate(policy.rows)}


def _bounds(worth: Rank) -> tuple[Bounds, ...]:
    return tuple(map(_real, worth if isinstance(worth, tuple) else (worth,)))


def _real(value: Any) -> Bounds:
    exact = Real.of(value).rational if isinstance(value, Real | int | Fraction) else None
    if exact is not None:
        return Bounds(exact, exact)
    enclosed: Enclosure = value.enclose() if isinstance(value, Real) else value
    return Bounds(enclosed.low, enclosed.high)


def _width(solved: Solved) -> Fraction:
    return max(bounds.width for bounds in solved.value)
