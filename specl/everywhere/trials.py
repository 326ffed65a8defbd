"""Two policies in an environment over an alphabet, in a form that searches build and change easily.

A *word* is a trajectory that repeats from some point on, as a stem and a cycle of letters. In an environment without
randomness, with one start, a deterministic policy has one trajectory, and it is a word.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from specl.everywhere.payments import Letter
from specl.model.alphabet import Alphabet, World, world
from specl.model.environment import Step
from specl.model.policy import Policy

Row = tuple[tuple[int, Fraction], ...]
"""(index, positive weight), in order of the indices."""

CERTAIN = Fraction(1)


@dataclass(frozen=True)
class Trial:
    """Two policies in an environment over an alphabet.

    Attributes:
        of: ``of[s]`` is the state of the alphabet of which s is a copy.
        rows: ``rows[s][a]``: (s', probability).
        free: free label -> the steps on which it holds.
        policies: the two, each ``[s]``: (a, weight).
    """

    of: tuple[int, ...]
    start: Row
    rows: tuple[tuple[Row, ...], ...]
    free: Mapping[str, frozenset[Step]]
    policies: tuple[tuple[Row, ...], tuple[Row, ...]]

    def world(self, alphabet: Alphabet) -> World:
        """The environment."""
        return world(alphabet, self.of, self.start, self.rows, self.free)

    def pair(self, alphabet: Alphabet) -> tuple[Policy, Policy]:
        """The two policies."""
        first, second = (
            Policy(tuple(tuple(dict(row).get(a, Fraction(0)) for a in range(len(alphabet.actions))) for row in rows))
            for rows in self.policies
        )
        return first, second


@dataclass(frozen=True)
class Word:
    """A trajectory over an alphabet: a stem, then a cycle for ever; of all such pairs the one of fewest letters."""

    stem: tuple[Letter, ...]
    cycle: tuple[Letter, ...]

    @staticmethod
    def of(stem: Sequence[Letter], cycle: Sequence[Letter]) -> "Word":
        """The trajectory in its shortest form."""
        rest, whole, size = list(stem), list(cycle), len(cycle)
        period = next(k for k in range(1, size + 1) if size % k == 0 and whole[:k] * (size // k) == whole)
        loop = whole[:period]
        while rest and rest[-1] == loop[-1]:
            loop.insert(0, loop.pop())
            rest.pop()
        return Word(tuple(rest), tuple(loop))


@dataclass
class Sketch:
    """An environment and two policies while they are drawn: only what is needed of either."""

    of: list[int]
    rows: dict[tuple[int, int], Row]
    free: dict[str, set[Step]]
    choices: tuple[dict[int, int], dict[int, int]]

    @staticmethod
    def empty() -> "Sketch":
        """Nothing yet."""
        return Sketch([], {}, {}, ({}, {}))

    def state(self, x: int) -> int:
        """A new copy of x."""
        self.of.append(x)
        return len(self.of) - 1

    def step(self, s: int, letter: Letter, t: int, who: Iterable[int] = (0, 1)) -> None:
        """A certain transition from s to t by this letter, which these policies (0, 1) take."""
        (_, a, _), free = letter
        self.rows[s, a] = ((t, CERTAIN),)
        for label in free:
            self.free.setdefault(label, set()).add((s, a, t))
        for policy in who:
            self.choices[policy][s] = a

    def follow(self, s: int, word: Word, who: Iterable[int]) -> None:
        """The word from s on, in new copies."""
        letters = [*word.stem, *word.cycle]
        places = [s]
        for (_, _, y), _ in letters[:-1]:
            places.append(self.state(y))
        back = places[len(word.stem)]
        for place, letter, target in zip(places, letters, [*places[1:], back], strict=True):
            self.step(place, letter, target, who)

    def trial(self, alphabet: Alphabet, start: Row) -> Trial:
        """All of it: what neither policy takes leads where something that one takes leads, and a policy that has
        nothing to choose in a state does there what the other does."""
        size, width = len(self.of), range(len(alphabet.actions))
        first, second = self.choices
        rows = []
        for s in range(size):
            usual = self.rows[s, min(a for a in width if (s, a) in self.rows)]
            rows.append(tuple(self.rows.get((s, a), usual) for a in width))
        return Trial(
            tuple(self.of),
            start,
            tuple(rows),
            {label: frozenset(steps) for label, steps in self.free.items()},
            (
                tuple(((first.get(s, second.get(s, 0)), CERTAIN),) for s in range(size)),
                tuple(((second.get(s, first.get(s, 0)), CERTAIN),) for s in range(size)),
            ),
        )


@dataclass(frozen=True)
class Fork:
    """With this probability: the letters of ``path`` from state ``origin`` of the alphabet on, then the two policies
    part, the first to go on with one word and the second with another; these differ in their first actions."""

    weight: Fraction
    origin: int
    path: tuple[Letter, ...]
    words: tuple[Word, Word]


def forked(alphabet: Alphabet, forks: Sequence[Fork]) -> Trial:
    """An environment of copies of their own for each fork, and two policies that take all of them."""
    sketch = Sketch.empty()
    start = []
    for fork in forks:
        place = sketch.state(fork.origin)
        start.append((place, fork.weight))
        for letter in fork.path:
            (_, _, y), _ = letter
            onward = sketch.state(y)
            sketch.step(place, letter, onward)
            place = onward
        for who, word in enumerate(fork.words):
            sketch.follow(place, word, (who,))
    return sketch.trial(alphabet, tuple(start))
