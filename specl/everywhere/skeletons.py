"""Small environments without randomness but at the start, and two deterministic policies: all of them, up to renaming.

What neither policy meets does not matter, so environments are drawn along the two policies: the first walks from each
start, then the second, and where a walk comes to a state in which its policy has not chosen yet it chooses an action,
and for an action that is new there, where it leads: to a state that is known, or to a new copy of any state of the
alphabet. States are numbered as they are met, which leaves one of each class of renamings.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from time import monotonic

from specl.everywhere.payments import Letter
from specl.everywhere.trials import Sketch, Trial, Word
from specl.model.alphabet import Alphabet, subsets


@dataclass(frozen=True)
class Size:
    """How large a skeleton is: its states, the transitions that the two policies take, and starts (1 or 2).

    Attributes:
        copies: whether a state of the alphabet may have several copies.
    """

    states: int
    transitions: int
    starts: int
    copies: bool


@dataclass(frozen=True)
class Skeleton:
    """Two policies in an environment: ``words[k]`` are the trajectories of the first and the second from start k."""

    of: tuple[int, ...]
    starts: tuple[int, ...]
    taken: tuple[tuple[int, Letter, int, tuple[int, ...]], ...]
    words: tuple[tuple[Word, Word], ...]

    def trial(self, alphabet: Alphabet, share: Fraction = Fraction(1, 2)) -> Trial:
        """As a trial; ``share`` is the probability of the first of two starts."""
        sketch = Sketch.empty()
        sketch.of.extend(self.of)
        for s, letter, t, who in self.taken:
            sketch.step(s, letter, t, who)
        weights = [Fraction(1)] if len(self.starts) == 1 else [share, 1 - share]
        return sketch.trial(alphabet, tuple(zip(self.starts, weights, strict=True)))


@dataclass(frozen=True)
class Orders:
    """In which order states of the alphabet and actions are tried."""

    states: tuple[int, ...]
    actions: tuple[int, ...]


def natural(alphabet: Alphabet) -> Orders:
    """That of the alphabet."""
    return Orders(tuple(range(len(alphabet.states))), tuple(range(len(alphabet.actions))))


def shuffled(alphabet: Alphabet, generator: Random) -> Orders:
    """Any."""
    order = natural(alphabet)
    states, actions = (tuple(generator.sample(each, len(each))) for each in (order.states, order.actions))
    return Orders(states, actions)


def sizes(between: tuple[int, int], copies: bool, states: int) -> Iterator[Size]:
    """Sizes of so many states at least and at most, small ones first; without copies no more than the alphabet has."""
    fewest, most = between
    for count in range(fewest, (most if copies else min(most, states)) + 1):
        for transitions in range(count, 2 * count + 1):
            for starts in (1, 2):
                if starts <= count:
                    yield Size(count, transitions, starts, copies)


def skeletons(
    alphabet: Alphabet, size: Size, orders: Orders | None = None, deadline: float = math.inf
) -> Iterator[Skeleton]:
    """Every skeleton of this size that is met until `deadline` (`time.monotonic`)."""
    orders = orders or natural(alphabet)
    free = tuple(subsets(alphabet.free))
    for i, x in enumerate(orders.states):
        if size.starts == 1:
            yield from _Walk(size, orders, free, [x], deadline).run()
            continue
        for y in orders.states[i:]:
            if size.copies or x != y:
                yield from _Walk(size, orders, free, [x, y], deadline).run()


class _Walk:
    """A backtracking walk of both policies from all starts."""

    def __init__(
        self, size: Size, orders: Orders, free: tuple[frozenset[str], ...], of: list[int], deadline: float
    ) -> None:
        self.deadline = deadline
        self.free = free
        self.size = size
        self.orders = orders
        self.of = of
        self.starts = tuple(range(len(of)))
        self.rows: dict[tuple[int, int], tuple[Letter, int]] = {}
        self.choices: tuple[dict[int, int], dict[int, int]] = ({}, {})
        self.walks = [(who, start) for who in (0, 1) for start in self.starts]

    def run(self) -> Iterator[Skeleton]:
        """All ways to go on."""
        yield from self._walk(0, self.walks[0][1], ())

    def _walk(self, number: int, s: int, seen: tuple[int, ...]) -> Iterator[Skeleton]:
        who, _ = self.walks[number]
        if s in seen:
            if number + 1 == len(self.walks):
                yield from self._drawn()
            else:
                yield from self._walk(number + 1, self.walks[number + 1][1], ())
            return
        chosen = self.choices[who]
        if s in chosen:
            yield from self._walk(number, self.rows[s, chosen[s]][1], (*seen, s))
            return
        for action in self.orders.actions:
            chosen[s] = action
            if (s, action) in self.rows:
                yield from self._walk(number, self.rows[s, action][1], (*seen, s))
            elif len(self.rows) < self.size.transitions:
                yield from self._open(number, s, action, (*seen, s))
            del chosen[s]

    def _open(self, number: int, s: int, action: int, seen: tuple[int, ...]) -> Iterator[Skeleton]:
        """Every place to which an action that is new in s may lead, and every choice of free labels."""
        known = len(self.of)
        for t in range(known):
            yield from self._lead(number, s, action, t, seen)
        if known < self.size.states:
            for y in self.orders.states:
                if self.size.copies or y not in self.of:
                    self.of.append(y)
                    yield from self._lead(number, s, action, known, seen)
                    self.of.pop()

    def _lead(self, number: int, s: int, action: int, t: int, seen: tuple[int, ...]) -> Iterator[Skeleton]:
        for free in self.free:
            if monotonic() > self.deadline:  # many labels make many walks that end in no skeleton
                return
            self.rows[s, action] = ((self.of[s], action, self.of[t]), free), t
            yield from self._walk(number, t, seen)
            del self.rows[s, action]

    def _drawn(self) -> Iterator[Skeleton]:
        if len(self.of) != self.size.states or len(self.rows) != self.size.transitions:
            return
        first, second = self.choices
        if first == second:
            return
        taken = tuple(
            (s, letter, t, tuple(who for who in (0, 1) if self.choices[who].get(s) == a))
            for (s, a), (letter, t) in self.rows.items()
        )
        words = tuple((self._word(first, start), self._word(second, start)) for start in self.starts)
        yield Skeleton(tuple(self.of), self.starts, taken, words)

    def _word(self, choice: dict[int, int], s: int) -> Word:
        letters: list[Letter] = []
        place: dict[int, int] = {}
        while s not in place:
            place[s] = len(letters)
            letter, t = self.rows[s, choice[s]]
            letters.append(letter)
            s = t
        return Word.of(letters[: place[s]], letters[place[s] :])
