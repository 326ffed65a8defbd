"""Trajectories that stand for policies: lassos with weights, on which formulas are evaluated by table look-up.

A policy's most probable beginnings are followed until only one future is left, or until there are enough of them; then
a shortest way to a recurrent class, and all moves of that, over and over. Where one future is left everywhere, the
lassos with their weights are the policy's lottery; otherwise they only propose.
"""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from typing import Any

from specl.automata.automaton import Letter, letters_of
from specl.chains.chain import Chain, induced
from specl.chains.recurrence import recurrent_classes
from specl.model.environment import Environment, Step
from specl.model.policy import Policy

MOST_LASSOS = 400
"""Of all policies together; each has at least LEAST_LASSOS."""

LEAST_LASSOS = 8


@dataclass(frozen=True)
class Lassos:
    """A graph in which each position has one successor; positions with the same future are one.

    Attributes:
        letters: the atoms that hold at each position.
        following: the successor of each position, shape (positions,).
        roots: where the lassos begin, shape (lassos,).
        weights: the probability that a policy follows a lasso, shape policies × lassos.
        doubt: for each policy, the probability of the lassos that are followed by more futures than the one shown.
    """

    letters: tuple[Letter, ...]
    following: Any
    roots: Any
    weights: Any
    doubt: Any

    @cached_property
    def jumps(self) -> tuple[Any, ...]:
        """The positions 1, 2, 4, … later; their sum is at least the length of each lasso."""
        longest = 0
        for root in self.roots:
            passed: set[int] = set()
            position = int(root)
            while position not in passed:
                passed.add(position)
                position = int(self.following[position])
            longest = max(longest, len(passed))
        found = [self.following]
        while 2 ** len(found) <= longest:
            found.append(found[-1][found[-1]])
        return tuple(found)

    @property
    def is_exact(self) -> bool:
        """Whether the lassos are the policies' lotteries."""
        return not self.doubt.any()


def lassos(environment: Environment, policies: Sequence[Policy]) -> Lassos:
    """Lassos of these policies."""
    import numpy as np

    most = max(LEAST_LASSOS, MOST_LASSOS // len(policies))
    tracks = _Tracks([], [])
    roots: list[int] = []
    shares: list[tuple[int, float]] = []
    doubt = np.zeros(len(policies))
    for number, policy in enumerate(policies):
        for root, weight, settled in _followed(induced(environment, policy), most, tracks):
            roots.append(root)
            shares.append((number, weight))
            doubt[number] += 0 if settled else weight
    shown = letters_of(environment, environment.atoms)
    place = _merged([shown[step] for step in tracks.steps], np.array(tracks.following))
    first = np.unique(place, return_index=True)[1]
    letters = tuple(shown[tracks.steps[i]] for i in first)
    following = place[np.array(tracks.following)[first]]
    starts, column = np.unique(place[np.array(roots)], return_inverse=True)
    weights = np.zeros((len(policies), len(starts)))
    for lasso, (number, weight) in zip(column, shares, strict=True):
        weights[number, lasso] += weight
    return Lassos(letters, following, starts, weights, doubt)


@dataclass(frozen=True)
class _Tracks:
    """Positions: the step that is made there, and the next position."""

    steps: list[Step]
    following: list[int]

    def append(self, steps: Sequence[Step], end: int) -> int:
        """The first of new positions with these steps, the last of which leads to the position `end`."""
        first = len(self.steps)
        self.steps.extend(steps)
        self.following.extend(range(first + 1, len(self.steps)))
        if steps:
            self.following.append(end)
        return first if steps else end


def _followed(chain: Chain, most: int, tracks: _Tracks) -> list[tuple[int, float, bool]]:
    """(first position, probability, whether the future after its branchings is certain) of the lassos of a chain."""
    certain = _certain(chain)
    loops: dict[int, int] = {}  # recurrent state -> a position in the walk through its class
    for members in recurrent_classes(chain):
        walk = _covering_walk(chain, members[0])
        first = len(tracks.steps)
        tracks.append([chain.moves[i][k].step for i, k in walk], first)
        for at, (i, _) in reversed(list(enumerate(walk, first))):
            loops[i] = at
    ticket = count()
    heap: list[tuple[float, int, int, Any]] = [(-float(p), next(ticket), i, ()) for i, p in chain.start]
    heapq.heapify(heap)
    leaves: list[tuple[float, int, Any, bool]] = []
    while heap:
        weight, _, i, stem = heapq.heappop(heap)
        if i in certain or len(heap) + len(leaves) >= most:
            leaves.append((-weight, i, stem, i in certain))
            continue
        for move in chain.moves[i]:
            heapq.heappush(heap, (weight * float(move.probability), next(ticket), move.target, (stem, move.step)))
    found = []
    for weight, i, stem, settled in leaves:
        steps: list[Step] = []
        while stem:
            stem, step = stem
            steps.append(step)
        steps.reverse()
        if i not in loops:
            way = _way(chain, i, lambda j, k: chain.moves[j][k].target in loops)
            assert way is not None  # a finite chain ends up in a recurrent class
            steps += [chain.moves[j][k].step for j, k in way]
            i = chain.moves[way[-1][0]][way[-1][1]].target
        found.append((tracks.append(steps, loops[i]), weight, settled))
    return found


def _certain(chain: Chain) -> frozenset[int]:
    """The states from which there is one future."""
    uncertain = {i for i, moves in enumerate(chain.moves) if len(moves) > 1}
    sources: list[set[int]] = [set() for _ in chain.moves]
    for i, moves in enumerate(chain.moves):
        for move in moves:
            sources[move.target].add(i)
    frontier = list(uncertain)
    while frontier:
        for i in sources[frontier.pop()] - uncertain:
            uncertain.add(i)
            frontier.append(i)
    return frozenset(range(len(chain.moves))) - uncertain


def _covering_walk(chain: Chain, first: int) -> list[tuple[int, int]]:
    """A closed walk through all moves of the recurrent class of `first`, as pairs (state, index of the move)."""
    walk: list[tuple[int, int]] = []
    taken: set[tuple[int, int]] = set()
    i = first
    while True:
        way = _way(chain, i, lambda j, k: (j, k) not in taken)
        if way is None:
            break
        walk += way
        taken.update(way)
        i = chain.moves[way[-1][0]][way[-1][1]].target
    while i != first:
        way = _way(chain, i, lambda j, k: chain.moves[j][k].target == first)
        assert way is not None  # the class is strongly connected
        walk += way
        i = first
    return walk


def _way(chain: Chain, source: int, wanted: Any) -> list[tuple[int, int]] | None:
    """A shortest walk from a state whose last move is wanted."""
    reached: dict[int, tuple[int, int] | None] = {source: None}
    queue = [source]
    for i in queue:  # grows while it is walked
        for k, move in enumerate(chain.moves[i]):
            if wanted(i, k):
                way = [(i, k)]
                while (before := reached[way[0][0]]) is not None:
                    way.insert(0, before)
                return way
            if move.target not in reached:
                reached[move.target] = (i, k)
                queue.append(move.target)
    return None


def _merged(letters: Sequence[Letter], following: Any) -> Any:
    """For each position a number that it shares with those that have the same future (Moore's refinement)."""
    import numpy as np

    number = {letter: i for i, letter in enumerate(dict.fromkeys(letters))}
    place = np.array([number[letter] for letter in letters])
    kinds = 0
    while place.max() + 1 > kinds:
        kinds = int(place.max()) + 1
        place = np.unique(place * kinds + place[following], return_inverse=True)[1]
    return place
