"""Events at the beginning of a trajectory, simple ones first: formulas φ₀ ∧ X(φ₁ ∧ X(…)) with Boolean φ_t."""

import heapq
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from specl.model.environment import Environment
from specl.model.formula import Formula
from specl.model.policy import Policy
from specl.wishes.lotteries.alphabet import Alphabet, Guard, Letters
from specl.wishes.lotteries.prefixes import Prefix

Masses = Mapping[int, tuple[Fraction, ...]]
"""State -> how probably, under each policy, the event has happened so far and the state is this one."""


@dataclass(frozen=True)
class Event:
    """That at each time t < n the step's letter is among ``guards[t]``."""

    guards: tuple[Guard, ...]

    @property
    def formula(self) -> Formula:
        """In temporal logic."""
        *before, last = self.guards
        found = last.formula
        for guard in reversed(before):
            rest = Formula("X", (found,))
            first = guard.formula.args if guard.formula.op == "&" else (guard.formula,)
            found = rest if guard.formula.op == "true" else Formula("&", (*first, rest))
        return found

    def excludes(self, other: "Event") -> bool:
        """Whether the two surely do not both happen."""
        both = zip(self.guards, other.guards, strict=False)
        return any(not mine.letters & theirs.letters for mine, theirs in both)


def events(alphabet: Alphabet, policies: Sequence[Policy]) -> Iterator[tuple[Event, tuple[Fraction, ...]]]:
    """Events and their probabilities under each policy, by increasing size; of those that could not be told apart by
    what follows either, the first. There may be no end to them."""
    environment = alphabet.environment
    ones = (Fraction(1),) * len(policies)
    start = {s: tuple(weight * x for x in ones) for s, weight in environment.start}
    number = itertools.count()
    heap: list[tuple[int, int, tuple[Guard, ...], Masses]] = [(0, next(number), (), start)]
    seen: set[frozenset[tuple[int, tuple[Fraction, ...]]]] = set()
    while heap:
        size, _, guards, before = heapq.heappop(heap)
        masses = _after(environment, policies, before, guards[-1].letters, alphabet) if guards else before
        key = frozenset(masses.items())
        if not masses or key in seen:
            continue
        seen.add(key)
        if guards and guards[-1].size:
            yield Event(guards), tuple(sum(column, Fraction(0)) for column in zip(*masses.values(), strict=True))
        for guard in alphabet.terms:
            heapq.heappush(heap, (size + guard.size + 1, next(number), (*guards, guard), masses))


def of_prefix(alphabet: Alphabet, prefix: Prefix) -> Event:
    """That the trajectory begins with these states and actions."""
    choices = alphabet.choices
    return Event(
        tuple(alphabet.guard(frozenset(i for i, other in enumerate(choices) if other == choice)) for choice in prefix)
    )


def _after(
    environment: Environment, policies: Sequence[Policy], masses: Masses, letters: Letters, alphabet: Alphabet
) -> Masses:
    found: dict[int, list[Fraction]] = {}
    for s, mass in masses.items():
        for a, targets in enumerate(environment.transitions[s]):
            for t, probability in targets:
                if alphabet.letter[s, a, t] not in letters:
                    continue
                moved = [x * policy.rows[s][a] * probability for x, policy in zip(mass, policies, strict=True)]
                if any(moved):
                    known = found.get(t)
                    found[t] = moved if known is None else [x + y for x, y in zip(known, moved, strict=True)]
    return {t: tuple(mass) for t, mass in found.items()}
