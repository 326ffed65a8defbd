"""Deterministic complete ω-automata over the letters that an environment can show."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from specl.automata.acceptance import Acceptance, accepts
from specl.model.environment import Environment, Step

Letter = frozenset[str]
"""The atoms that hold at one time; those that a formula does not mention are left out."""


@dataclass(frozen=True)
class Automaton:
    """A deterministic complete automaton with marks on its transitions.

    Attributes:
        states: their number; all of them can be reached from ``start`` by words over ``letters``.
        letters: the alphabet.
        delta: (q, letter) -> (q', the marks that the transition carries), for every q and every letter.
        acceptance: the condition on the marks that a run sees infinitely often.
    """

    states: int
    start: int
    letters: tuple[Letter, ...]
    delta: Mapping[tuple[int, Letter], tuple[int, frozenset[int]]]
    acceptance: Acceptance


def letters_of(environment: Environment, atoms: Iterable[str]) -> dict[Step, Letter]:
    """The letter over these atoms that each possible step shows."""
    sets = [(name, environment.atoms[name]) for name in sorted(set(atoms))]
    return {step: frozenset(name for name, steps in sets if step in steps) for step in environment.steps}


def accepts_lasso(automaton: Automaton, stem: Sequence[Letter], loop: Sequence[Letter]) -> bool:
    """Whether the automaton accepts the word stem·loop^ω.

    Raises:
        ValueError: the loop is empty.
    """
    if not loop:
        raise ValueError("the loop of a lasso must not be empty")
    q = automaton.start
    for letter in stem:
        q, _ = automaton.delta[q, letter]
    entered: dict[int, int] = {}
    seen: list[frozenset[int]] = []
    while q not in entered:
        entered[q] = len(seen)
        marks: frozenset[int] = frozenset()
        for letter in loop:
            q, new = automaton.delta[q, letter]
            marks |= new
        seen.append(marks)
    return accepts(automaton.acceptance, frozenset[int]().union(*seen[entered[q] :]))
