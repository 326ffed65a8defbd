"""What formulas and guards can tell apart of a step, and short formulas for sets of such letters."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from specl.model.environment import Environment, Step
from specl.model.formula import FALSE, TRUE, Formula, atom

Letters = frozenset[int]

FEW = 24
"""Literals of which all conjunctions are tried."""


@dataclass(frozen=True)
class Guard:
    """A Boolean formula, the letters on which it holds, and the number of its atoms and negations."""

    formula: Formula
    letters: Letters
    size: int


@dataclass(frozen=True)
class Alphabet:
    """The steps in classes on which the same atoms hold; a step that no formula tells from another is the same letter.

    Attributes:
        letters: the classes.
    """

    environment: Environment
    letters: tuple[frozenset[Step], ...]

    @cached_property
    def letter(self) -> dict[Step, int]:
        """Step -> its letter."""
        return {step: i for i, steps in enumerate(self.letters) for step in steps}

    @cached_property
    def choices(self) -> tuple[tuple[int, int], ...]:
        """Letter -> its state and action."""
        return tuple(next((s, a) for s, a, _ in steps) for steps in self.letters)

    @cached_property
    def all(self) -> Letters:
        """Every letter."""
        return frozenset(range(len(self.letters)))

    @cached_property
    def literals(self) -> tuple[Guard, ...]:
        """Atoms and negated atoms, actions and labels before states, each set of letters once."""
        environment = self.environment
        found: dict[Letters, Guard] = {}
        for name in (*environment.actions, *environment.labels, *environment.states):
            held = frozenset(self.letter[step] for step in environment.atoms[name])
            found.setdefault(held, Guard(atom(name), held, 1))
        for guard in list(found.values()):
            rest = self.all - guard.letters
            found.setdefault(rest, Guard(Formula("!", (guard.formula,)), rest, 2))
        return tuple(guard for guard in found.values() if guard.letters and guard.letters != self.all)

    @cached_property
    def terms(self) -> tuple[Guard, ...]:
        """``true``, literals, and conjunctions of them that hold somewhere; each set of letters once, short ones first.
        Conjunctions are of two literals (not both negated where there are many), and as long as it takes for each
        letter alone."""
        found = {self.all: Guard(TRUE, self.all, 0)} | {guard.letters: guard for guard in self.literals}
        few = len(self.literals) <= FEW
        for left, right in itertools.combinations(self.literals, 2):
            if not few and left.size == right.size == 2:
                continue
            both = left.letters & right.letters
            if both and (both not in found or found[both].size > left.size + right.size):
                first, second = sorted((right, left), key=lambda guard: guard.formula.name in self.environment.actions)
                formula = Formula("&", (first.formula, second.formula))
                found[both] = Guard(formula, both, left.size + right.size)
        for letter in self.all:
            alone = frozenset((letter,))
            if alone not in found:
                found[alone] = self._alone(letter)
        return tuple(sorted(found.values(), key=lambda guard: guard.size))

    def _alone(self, letter: int) -> Guard:
        parts: list[Guard] = []
        held = self.all
        while held != {letter}:
            part = min(
                (guard for guard in self.literals if letter in guard.letters),
                key=lambda guard: (len(held & guard.letters), guard.size),
            )
            parts.append(part)
            held &= part.letters
        return Guard(Formula("&", tuple(part.formula for part in parts)), held, sum(part.size for part in parts))

    def guard(self, wanted: Letters, free: Letters = frozenset()) -> Guard:
        """A short formula that holds on the wanted letters, on the free ones as it happens, and on no others."""
        if not wanted:
            return Guard(FALSE, frozenset(), 0)
        unwanted = self.all - wanted - free
        yes = _either(self._union(wanted, wanted | free))
        return min(yes, _neither(self._union(unwanted, unwanted | free), self.all), key=lambda guard: guard.size)

    def _union(self, wanted: Letters, allowed: Letters) -> list[Guard]:
        """Terms within the allowed letters that together cover the wanted ones, chosen greedily."""
        usable = [term for term in self.terms if term.letters <= allowed]
        chosen: list[Guard] = []
        missing = wanted
        while missing:
            best = max(usable, key=lambda term: (len(term.letters & missing) / (term.size + 1), -term.size))
            chosen.append(best)
            missing -= best.letters
        for term in list(chosen):
            others = [other for other in chosen if other is not term]
            if wanted <= _covered(others):
                chosen = others
        return chosen


def _either(terms: Sequence[Guard]) -> Guard:
    """The disjunction of at least one term."""
    formula = terms[0].formula if len(terms) == 1 else Formula("|", tuple(term.formula for term in terms))
    return Guard(formula, _covered(terms), sum(term.size for term in terms) + len(terms) - 1)


def _neither(terms: Sequence[Guard], letters: Letters) -> Guard:
    """The conjunction of the terms' negations."""
    parts = [_negated(term) for term in terms]
    formula = Formula("&", tuple(part for part, _ in parts)) if len(parts) > 1 else parts[0][0] if parts else TRUE
    return Guard(formula, letters - _covered(terms), sum(size for _, size in parts))


def _negated(term: Guard) -> tuple[Formula, int]:
    if term.formula.op == "!":
        return term.formula.args[0], term.size - 1
    return Formula("!", (term.formula,)), term.size + 1


def _covered(guards: Iterable[Guard]) -> Letters:
    return frozenset[int]().union(*(guard.letters for guard in guards))


def alphabet(environment: Environment) -> Alphabet:
    """The letters of an environment."""
    classes: dict[tuple[str, ...], list[Step]] = {}
    for step in environment.steps:
        shown = tuple(name for name, steps in environment.atoms.items() if step in steps)
        classes.setdefault(shown, []).append(step)
    return Alphabet(environment, tuple(map(frozenset, classes.values())))
