"""Which policies an objective can tell apart, and the conflict where a wish ranks apart what it cannot.

A function of the occupancy measure for γ > 0, or of the lottery over trajectories, depends on the states that a policy
reaches and its choices there; a function of the occupancy measure for γ = 0 on its choices in the start states.
Conversely these determine the measure and the lottery, so any ordering that ties what agrees in them can be had.
"""

import heapq
import itertools
from collections.abc import Hashable
from typing import Literal

from specl.model.environment import Environment
from specl.model.policy import Policy, reachable_states
from specl.obstructions.claims.failure import NoCertificate
from specl.wishes.answer import No, Unknown
from specl.wishes.asking import Asking
from specl.wishes.certificates import indistinguishable_circle
from specl.wishes.outer.goal import Goal
from specl.wishes.wish import Wish

Sight = Literal["policy", "lottery", "first step"]
"""What an objective sees of a policy."""


def seen(environment: Environment, policy: Policy, sight: Sight) -> Hashable:
    """Equal for two policies iff no objective with this sight can tell them apart."""
    if sight == "policy":
        return policy
    states = reachable_states(environment, policy) if sight == "lottery" else {s for s, _ in environment.start}
    return tuple((s, policy.rows[s]) for s in sorted(states))


class Points:
    """The policies of a wish as points.

    Attributes:
        point: policy -> its point.
        names: point -> the first policy there.
        goal: how the points are to be ordered.
    """

    def __init__(self, wish: Wish, sight: Sight) -> None:
        first: dict[Hashable, int] = {}
        known = {
            policy: first.setdefault(seen(wish.environment, policy, sight), len(first))
            for policy in dict.fromkeys(wish.policies.values())
        }
        self.point = {name: known[policy] for name, policy in wish.policies.items()}
        names: dict[int, str] = {}
        for name, i in self.point.items():
            names.setdefault(i, name)
        self.names = tuple(names[i] for i in range(len(names)))
        strict = dict.fromkeys((self.point[p], self.point[q]) for p, q in wish.covers)
        ties = dict.fromkeys((self.point[group[0]], self.point[name]) for group in wish.classes for name in group[1:])
        self.goal = Goal(len(names), tuple(strict), tuple((i, j) for i, j in ties if i != j))


def points(asking: Asking, sight: Sight) -> Points:
    """The policies of the wish as points, shared by the formalisms that see as much."""
    return asking.keep(("points", sight), lambda: Points(asking.wish, sight))


def with_discount(asking: Asking) -> Sight:
    """What an objective with the wish's discount sees, or with one that it chooses."""
    return "first step" if asking.wish.discount == 0 else "lottery"


def contradiction(asking: Asking, sight: Sight) -> No | Unknown | None:
    """Why no objective with this sight can grant the wish; None where one can."""
    return asking.keep(("contradiction", sight), lambda: _contradiction(asking, sight))


def _contradiction(asking: Asking, sight: Sight) -> No | Unknown | None:
    if points(asking, sight).goal.heights() is not None:
        return None
    if sight == "first step":
        deeper = contradiction(asking, "lottery")
        if deeper is not None:
            return deeper
    circle = _circle(asking.wish, points(asking, sight))
    reason = f"{_alike(circle, sight)}, but you want {' and '.join(map(_chain, circle))}"
    pairs = [(path[0][1], path[-1][1]) for path in circle]
    ties = [pair for pair, path in zip(pairs, circle, strict=True) if not any(worse for worse, _ in path)]
    code = "TLO" if sight == "lottery" else "OMO"
    try:
        return No(code, reason, *indistinguishable_circle(asking.wish, code, pairs, ties))
    except NoCertificate as error:
        return Unknown(f"{reason}; but {error}")


Path = list[tuple[bool, str]]
"""Policies, each as good as the one before or (True) worse; the first mark means nothing."""


def _alike(circle: list[Path], sight: Sight) -> str:
    """Which policies cannot be told apart: where a path ends, and where the next one begins."""
    pairs = [
        f"{following[0][1]} and {path[-1][1]}" for path, following in zip(circle, circle[1:] + circle[:1], strict=True)
    ]
    what = "do the same wherever they go" if sight == "lottery" else "do the same in the first step, all that counts"
    return f"{pairs[0]} {what}{''.join(f', and so do {pair}' for pair in pairs[1:])}"


def _chain(path: Path) -> str:
    """``p > q ~ r``; policies between two ties are left out."""
    kept = [step for i, step in enumerate(path) if i in (0, len(path) - 1) or step[0] or path[i + 1][0]]
    return kept[0][1] + "".join(f" {'>' if worse else '~'} {name}" for worse, name in kept[1:])


def _circle(wish: Wish, found: Points) -> list[Path]:
    """Paths along the wish, at least one step of them strict, each from where the one before ends in the eyes of the
    objective; as few and as short as a search from every policy finds them."""
    steps: dict[str, list[tuple[bool, str]]] = {name: [] for name in wish.policies}
    for better, worse in wish.covers:
        steps[better].append((True, worse))
    for group in wish.classes:
        for name in group[1:]:
            steps[group[0]].append((False, name))
            steps[name].append((False, group[0]))
    alike: dict[int, list[str]] = {}
    for name, i in found.point.items():
        alike.setdefault(i, []).append(name)
    best: tuple[int, int, list[Path]] | None = None
    for start in wish.policies:
        if len(alike[found.point[start]]) > 1:
            circle = _from(start, steps, alike, found)
            if circle is not None and (best is None or circle[:2] < best[:2]):
                best = circle
            if best is not None and best[:2] == (0, 1):  # nothing is shorter
                break
    if best is None:
        raise AssertionError("a wish that goes in no circle")
    return best[2]


def _from(
    start: str, steps: dict[str, list[tuple[bool, str]]], alike: dict[int, list[str]], found: Points
) -> tuple[int, int, list[Path]] | None:
    """(changes between policies that look alike, length, the paths), by Dijkstra's algorithm."""
    order = itertools.count()
    queue: list[tuple[int, int, int, str, bool, tuple[Path, ...]]]
    queue = [(0, 0, next(order), start, False, ([(False, start)],))]
    done: set[tuple[str, bool]] = set()
    while queue:
        changes, length, _, name, strict, paths = heapq.heappop(queue)
        if strict and found.point[name] == found.point[start]:
            return changes, length, list(paths)
        if (name, strict) in done:
            continue
        done.add((name, strict))
        for worse, following in steps[name]:
            extended = (*paths[:-1], [*paths[-1], (worse, following)])
            entry = (changes, length + 1, next(order), following, strict or worse, extended)
            heapq.heappush(queue, entry)
        for other in alike[found.point[name]]:
            if other != name:
                entry = (changes + 1, length, next(order), other, strict, (*paths, [(False, other)]))
                heapq.heappush(queue, entry)
    return None
