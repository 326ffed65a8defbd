"""Checks of what a solver claims: nothing that is tried beats its bounds, and its policy is worth what it says."""

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from specl.api.load import load
from specl.formalisms import rank
from specl.model.enclosure import Enclosure, enclosure
from specl.model.environment import Environment
from specl.model.errors import Undefined, Unsupported
from specl.model.policy import Policy, deterministic_policies
from specl.solvers import formalisms as solvers
from specl.solvers.policies import as_policy
from specl.solvers.solved import Bounds, Solved
from specl.solvers.task import Task

Keys = tuple[Enclosure, ...]


def solved(text: str, task: Task | None = None) -> Solved:
    """The solution of the only objective of a .spec text, checked."""
    document = load(text)
    (named,) = document.objectives.values()
    environment = document.environments[named.environment]
    found = solvers.solve(named.code, named.objective, environment, task or Task())
    check(named.code, named.objective, environment, found)
    return found


def exact(text: str) -> Fraction:
    """Its value, which has to be known exactly and to be attained."""
    found = solved(text, Task(is_exact=True))
    (bounds,) = found.value
    assert bounds == found.achieved[0]
    assert bounds.width == 0
    return bounds.low


def check(
    code: str, objective: Any, environment: Environment, found: Solved, others: Iterable[Policy] = (), many: int = 300
) -> None:
    """The policy is worth what is said; neither deterministic policies nor these others beat the bounds."""
    assert all(bounds.low <= bounds.high for bounds in (*found.value, *found.achieved))
    assert found.policy is not None
    own = _keys(rank(code, objective, environment, as_policy(environment, found.policy)))
    assert [Bounds(key.low, key.high) for key in own] == list(found.achieved)
    assert not beats(own, found.value)
    tried = [policy for policy, _ in zip(deterministic_policies(environment), range(many), strict=False)]
    for policy in (*tried, *others):
        try:
            keys = _keys(rank(code, objective, environment, policy))
        except (Undefined, Unsupported):
            continue
        assert not beats(keys, found.value), (policy, keys)


def beats(keys: Keys, value: tuple[Bounds, ...]) -> bool:
    """Whether ranks are certainly above the upper bounds: in the first that is not equal to an exact bound."""
    for key, bounds in zip(keys, value, strict=True):
        if key.low > bounds.high:
            return True
        if not (key.low == key.high == bounds.low == bounds.high):
            return False
    return False


def _keys(found: Any) -> Keys:
    return tuple(enclosure(part) for part in (found if isinstance(found, tuple) else (found,)))
