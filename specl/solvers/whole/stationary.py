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
from specl.expressivity.faces import Support, continuous, domain, recovered, supports
from specl.formalisms import rank
from specl.model.enclosure import Enclosure
from specl.model.environment import Environment
from specl.model.errors import Undefined, Unsupported
from specl.model.order import Ranking
from specl.model.policy import Policy, deterministic
from specl.model.rational_function import RationalFunction, symbolic_policy
from specl.model.real import Real
from specl.solvers.hurry import is_over, stoppable
from specl.solvers.solved import Bounds, Class, Solved
from specl.solvers.task import Task
from specl.solvers.whole.search import Face, Level, largest

MOST_DETERMINISTIC = 50_000
MOST_FREE = 12
MOST_SUPPORTS = 300


@dataclass(frozen=True)
class _Best:
    policy: Policy
    rank: Rank


@stoppable
def best_stationary(code: str, objective: Any, environment: Environment, task: Task) -> Solved:
    """The best stationary policy for an objective of any formalism.

    Raises:
        Undefined, Unsupported: no deterministic policy has a value.
    """
    begun = time.monotonic()
    deadline = task.deadline()
    evaluation = Evaluation(rank, task.precision / 4)
    listed = _ranking(objective)
    if listed is not None and listed.tiers:
        policy = listed.tiers[0][0][1]
        best = _Best(policy, rank(code, objective, environment, policy, evaluation))
        return replace(_solved(best, "stationary policies", 1, {}), method="the first of the policies that are ranked")
    found, tried, is_complete = _deterministic(code, objective, environment, evaluation, task, deadline)
    after = time.monotonic()
    note = "" if is_complete else f"the time was up after {tried} of the deterministic policies"
    over: Class = "deterministic stationary policies" if is_complete else "policies that were looked at"
    solved = _solved(found, over, tried, {"deterministic": after - begun})
    solved = replace(solved, is_precise=is_complete and _width(solved) <= task.precision, note=note)
    bounded = _stochastic(code, objective, environment, found, evaluation, task, deadline)
    seconds = {**solved.seconds, "stochastic": time.monotonic() - after}
    if isinstance(bounded, str):
        return replace(solved, seconds=seconds, note="; ".join(filter(None, (note, f"stochastic policies: {bounded}"))))
    best, value, cells, reason = bounded
    number = f"all {tried}" if is_complete else str(tried)
    return Solved(
        value=value,
        achieved=_bounds(best.rank),
        over="stationary policies",
        policy=_table(best.policy),
        method=f"{number} deterministic policies, then branch and bound over stochastic ones",
        iterations=cells,
        seconds=seconds,
        is_precise=all(each.width <= task.precision for each in value),
        note=reason,
    )


def _ranking(objective: Any) -> Ranking | None:
    """The ranking of named policies that the objective consists in."""
    inner = recovered(objective)
    if inner is not None:
        return _ranking(inner.objective)
    order = getattr(objective, "order", None)
    return order if isinstance(order, Ranking) else None


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
        if is_over(deadline):
            break
        if tried % 200 == 0:
            task.tell(f"{tried} deterministic policies")
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
) -> tuple[_Best, tuple[Bounds, ...], int, str] | str:
    """The best policy, bounds on the best rank, the cells looked at, and what stood in the way; or why not."""
    chosen = domain(code, objective, environment)
    free = sum(len(actions) - 1 for actions in next(supports(environment, chosen)))
    if free == 0:
        return "there are none"
    if free > MOST_FREE:
        return f"they have {free} free entries, too many for a search (more than {MOST_FREE})"
    faces = list(islice(supports(environment, chosen), 1 if continuous(code, objective) else MOST_SUPPORTS + 1))
    if len(faces) > MOST_SUPPORTS:
        return f"they have more than {MOST_SUPPORTS} supports, too many for a search"
    faces = [face for face in faces if any(len(actions) > 1 for actions in face)]  # the others are deterministic
    ranks: list[tuple[Any, ...]] = []
    try:
        for face in faces:
            if is_over(deadline):
                return "the time for the search was up"
            value = rank(code, objective, environment, symbolic_policy(environment, face))
            ranks.append(value if isinstance(value, tuple) else (value,))
    except (Undefined, Unsupported) as error:
        return f"their value is no expression in their entries: {error}"
    search = _Faces(code, objective, environment, evaluation, task, deadline, faces, ranks, known)
    try:
        value = search.run()
    except Unsupported as error:
        return str(error)
    reasons = []
    if task.is_exact and any(each.width for each in value):
        reasons.append("a search proves bounds, not one number")
    if any(each.width > task.precision for each in value):
        reasons.append("the time for the search, or its limit of cells, was reached")
    return search.best, value, search.cells, "; ".join(reasons)


@dataclass(eq=False)
class _Faces:
    """A search for each key of the rank, on each support; later ones where the earlier keys reach what is known."""

    code: str
    objective: Any
    environment: Environment
    evaluation: Evaluation
    task: Task
    deadline: float
    faces: list[Support]
    ranks: list[tuple[Any, ...]]
    best: _Best
    cells: int = 0

    def run(self) -> tuple[Bounds, ...]:
        """Bounds on the best rank.

        Raises:
            Unsupported: there is no bound for a key.
        """
        value: list[Bounds] = []
        count = len(self.ranks[0])
        for k in range(count):
            until = time.monotonic() + (self.deadline - time.monotonic()) / (count - k)
            sure = next((i + 1 for i, each in enumerate(value) if each.width), k)
            high = self._extreme(k, 1, until, sure)
            low = _bounds(self.best.rank)[k].low
            if any(each.width for each in value):  # then what the best policy found is worth need not be the best
                low = min(low, -self._extreme(k, -1, until, sure))
            value.append(Bounds(low, max(low, high)))
        own = _bounds(self.best.rank)
        for k, each in enumerate(value):  # a better policy may have been found for a later key
            if own[k].low > each.low:
                value[k] = Bounds(own[k].low, max(own[k].low, each.high))
            if value[k].width:
                break
        return tuple(value)

    def _extreme(self, k: int, sign: int, until: float, sure: int) -> Fraction:
        """An upper bound on a key, or on its negative, where the first ``sure`` keys are no smaller than the best
        policy's, as those of an optimum are."""
        reached = [each.low for each in _bounds(self.best.rank)[:sure]]
        own = _bounds(self.best.rank)[k]
        high = own.high if sign > 0 else -own.low
        faces: list[Face] = []
        for face, ranks in zip(self.faces, self.ranks, strict=True):
            levels: list[Level] = []
            is_out = False
            for earlier, level in zip(ranks, reached, strict=False):
                if isinstance(earlier, RationalFunction):
                    levels.append((earlier, level))
                else:
                    is_out = is_out or _real(earlier).high < level
            key = ranks[k]
            if is_out:
                continue
            if isinstance(key, RationalFunction):
                faces.append(Face(face, key if sign > 0 else -key, levels))
            else:
                high = max(high, _real(key).high if sign > 0 else -_real(key).low)
        known = own.low if sign > 0 else high
        width = len(self.environment.actions)
        found = largest(faces, width, known, self.task.precision / 2, until, self.task.tell)
        self.cells += found.cells
        if found.high is None:
            raise Unsupported("no bound on their value was found")
        if sign > 0 and found.best is not None:
            self._try(found.best)
        return max(high, found.high)

    def _try(self, policy: Policy) -> None:
        worth = rank(self.code, self.objective, self.environment, policy, self.evaluation)
        if _is_better(worth, self.best.rank):
            self.best = _Best(policy, worth)


def _solved(found: _Best, over: Class, tried: int, seconds: Mapping[str, float]) -> Solved:
    bounds = _bounds(found.rank)
    method = "a deterministic policy" if tried == 1 else "deterministic policies, one after the other"
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
