"""The best expected function of returns: backward induction over (state, returns so far, time).

A policy may depend on the whole history, but of the history only the state and the returns accumulated so far count,
so that deterministic choices in these are best among all policies (Bäuerle and Ott 2011, Markov decision processes
with average-value-at-risk criteria; Wu and Lin 1999 for probabilities of returns). Where the rest of the returns is
certain the function's value is exact; where the expansion stops, it is enclosed on the range that the returns may
still take, and the bounds on the optimum hold by induction.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from specl.model.enclosure import Enclosure, enclosure
from specl.model.environment import Environment
from specl.model.errors import Undefined, Unsupported
from specl.model.expression import Expression, evaluate
from specl.model.real import Real
from specl.solvers.hurry import is_over
from specl.solvers.inner.augmented import Exact, Process
from specl.solvers.policies import Weights
from specl.solvers.solved import Bounds, Memory

MOST_NODES = 40_000
BITS = 192

Node = tuple[int, tuple[Exact, ...]]
"""A state and the returns so far."""


@dataclass(frozen=True)
class Worth:
    """Bounds on the best value from a node, the action that has the largest lower one, and what it is worth at most;
    no action at leaves."""

    low: Fraction
    high: Fraction
    action: int | None
    own: Fraction


@dataclass(frozen=True, eq=False)
class Tree:
    """What was found: ``levels[t]`` holds the nodes after t steps, None where every policy may come to a return at
    which the function is not defined.

    ``is_whole``: no leaf was left whose function value is not exact, or as precise as asked for.
    """

    levels: list[dict[Node, Worth | None]]
    nodes: int
    is_whole: bool
    value: Bounds
    achieved: Bounds


@dataclass(eq=False)
class _Expansion:
    process: Process
    function: Expression
    precision: Fraction
    known: dict[tuple[Exact, ...], Enclosure | None] = field(default_factory=dict)

    def exactly(self, values: tuple[Exact, ...]) -> Enclosure | None:
        """f at returns; None where it is not defined."""
        if values not in self.known:
            at = dict(zip(self.process.keys, map(Real.of, values), strict=True))
            try:
                found = evaluate(self.function, at.__getitem__)
                rational = found.rational
                near = found.enclose(BITS) if rational is None else Enclosure(rational, rational)
                self.known[values] = near
            except Undefined:
                self.known[values] = None
        return self.known[values]

    def leaf(self, node: Node, t: int, is_last: bool) -> tuple[bool, Worth | None] | None:
        """(whether it is precise, its worth) of a node that is not expanded; None of one that is to be."""
        i, gathered = node
        weights = [g**t for g in self.process.discounts]
        if self.process.is_settled(i, t):
            rest: list[Exact] = [known[i] for known in self.process.certain]
            total = tuple(x if not w else x + w * y for x, w, y in zip(gathered, weights, rest, strict=True))
            value = self.exactly(total)
            return True, None if value is None else Worth(value.low, value.high, None, value.high)
        ranges = [onward[i] for onward in self.process.onward]
        box = {key: enclosure(x) + w * y for key, x, w, y in
               zip(self.process.keys, gathered, weights, ranges, strict=True)}  # fmt: skip
        try:
            value = enclosure(evaluate(self.function, box.__getitem__, enclosure))
        except Undefined:
            if is_last:
                raise Unsupported(
                    "the function may be unbounded or undefined on the returns that are possible", self.function.at
                ) from None
            return None
        is_precise = value.width <= self.precision
        return (is_precise, Worth(value.low, value.high, None, value.high)) if is_precise or is_last else None


def expand(
    process: Process, function: Expression, precision: Fraction, deadline: float, tell: Callable[[str], None]
) -> Tree:
    """Bounds on the largest E[f(G)] over all policies, exact where all runs settle.

    Args:
        precision: how well the function's values at leaves are to be known.

    Raises:
        Undefined: every policy may come to a return at which f is not defined.
        Unsupported: f is not bounded on the returns that are possible.
    """
    work = _Expansion(process, function, precision)
    nothing = (Fraction(0),) * len(process.keys)
    frontier: dict[Node, None] = {(i, nothing): None for i, _ in process.start}
    levels: list[dict[Node, Worth | None]] = []
    nodes, is_whole, t = 0, True, 0
    begun = time.monotonic()
    while frontier:
        nodes += len(frontier)
        now = time.monotonic()
        pace = (now - begun) / (nodes - len(frontier)) if levels else 0.0
        ahead = pace * len(frontier) * (1 + len(frontier) / (len(levels[-1]) if levels else 1))
        is_last = nodes * _growth(levels, frontier) > MOST_NODES or is_over(deadline - ahead)
        level: dict[Node, Worth | None] = {}
        following: dict[Node, None] = {}
        weights = [g**t for g in process.discounts]
        for node in frontier:
            leaf = work.leaf(node, t, is_last)
            if leaf is not None:
                is_whole = is_whole and leaf[0]
                level[node] = leaf[1]
                continue
            level[node] = _OPEN
            for outcomes in process.outcomes[node[0]]:
                for outcome in outcomes:
                    following[outcome.target, _onward(node[1], weights, outcome.paid)] = None
        levels.append(level)
        tell(f"{nodes} histories of up to {t} steps")
        frontier, t = following, t + 1
    for t in range(len(levels) - 2, -1, -1):
        weights = [g**t for g in process.discounts]
        for node, worth in levels[t].items():
            if worth is _OPEN:
                levels[t][node] = _best(process, node, weights, levels[t + 1])
    roots = [(p, levels[0][i, nothing]) for i, p in process.start]
    low = high = own = Fraction(0)
    for p, root in roots:
        if root is None:
            raise Undefined("the function is not defined at a return that no policy can avoid", function.at)
        low, high, own = low + p * root.low, high + p * root.high, own + p * root.own
    return Tree(levels, nodes, is_whole, Bounds(low, high), Bounds(low, own))


_OPEN = Worth(Fraction(0), Fraction(0), None, Fraction(0))


def _growth(levels: list[dict[Node, Worth | None]], frontier: dict[Node, None]) -> int:
    """How many times as many nodes there may be after another level."""
    before = len(levels[-1]) if levels else 1
    return 1 if len(frontier) < MOST_NODES // 8 else max(1, round(len(frontier) / before))


def _onward(gathered: tuple[Exact, ...], weights: list[Fraction], paid: tuple[Exact, ...]) -> tuple[Exact, ...]:
    return tuple(x + w * r if w and r else x for x, w, r in zip(gathered, weights, paid, strict=True))


def _best(
    process: Process, node: Node, weights: list[Fraction], following: Mapping[Node, Worth | None]
) -> Worth | None:
    best: Worth | None = None
    for a, outcomes in enumerate(process.outcomes[node[0]]):
        low = high = own = Fraction(0)
        for outcome in outcomes:
            worth = following[outcome.target, _onward(node[1], weights, outcome.paid)]
            if worth is None:
                break
            low += outcome.probability * worth.low
            high += outcome.probability * worth.high
            own += outcome.probability * worth.own
        else:
            if best is None:
                best = Worth(low, high, a, own)
            elif (low, own) > (best.low, best.own):
                best = Worth(low, max(high, best.high), a, own)
            else:
                best = Worth(best.low, max(high, best.high), best.action, best.own)
    return best


def policy_of(tree: Tree, process: Process, environment: Environment) -> tuple[Weights, Memory | None]:
    """The policy that the tree chooses, without memory where its choices do not differ."""
    place: dict[tuple[Any, ...], int] = {}
    choice: dict[tuple[int, int], int] = {}
    frontier = {(i, (Fraction(0),) * len(process.keys)) for i, _ in process.start}
    start = _mark(place, process.places[process.start[0][0]][1], tuple(Fraction(0) for _ in process.keys), 0)
    moves: dict[tuple[int, int], tuple[Any, ...] | None] = {}  # (u, step) -> what follows, None: nothing matters
    for t, level in enumerate(tree.levels):
        weights = [g**t for g in process.discounts]
        following = set()
        for node in (node for node in level if node in frontier):
            worth = level[node]
            if worth is None or worth.action is None:
                continue
            s, beside = process.places[node[0]]
            u = _mark(place, beside, node[1], t)
            choice[s, u] = worth.action
            for outcome in process.outcomes[node[0]][worth.action]:
                target = outcome.target, _onward(node[1], weights, outcome.paid)
                after = tree.levels[t + 1][target]
                following.add(target)
                is_leaf = after is None or after.action is None
                moves[u, outcome.step] = None if is_leaf else (process.places[target[0]][1], target[1], t + 1)
        frontier = following
    plain = _plain(choice, environment)
    if plain is not None:
        return plain, None
    end = len(place)
    following_of = [[end] * len(environment.steps) for _ in range(end + 1)]
    for (u, step), mark in moves.items():
        following_of[u][step] = end if mark is None else place[mark]
    names = (*(_name(mark) for mark in place), "done")
    return _weights(choice, environment, end), Memory("history", names, start, tuple(map(tuple, following_of)))


def _mark(place: dict[tuple[Any, ...], int], beside: tuple[int, ...], gathered: tuple[Exact, ...], t: int) -> int:
    return place.setdefault((beside, gathered, t), len(place))


def _plain(choice: Mapping[tuple[int, int], int], environment: Environment) -> Weights | None:
    """The choices as a stationary policy, where they are one."""
    found: dict[int, int] = {}
    for (s, _), a in choice.items():
        if found.setdefault(s, a) != a:
            return None
    one = Fraction(1)
    return {s: {found.get(s, 0): one} for s in range(len(environment.states))}


def _weights(choice: Mapping[tuple[int, int], int], environment: Environment, end: int) -> Weights:
    one = Fraction(1)
    found = {place: {a: one} for place, a in choice.items()}
    return {**found, **{(s, end): {0: one} for s in range(len(environment.states))}}


def _name(mark: tuple[Any, ...]) -> str:
    beside, gathered, t = mark
    returns = ", ".join(map(str, gathered))
    machines = "".join(f", u{u}" for u in beside)
    return f"{returns} after {t}{machines}"
