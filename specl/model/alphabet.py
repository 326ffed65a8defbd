"""An alphabet: states, actions and labels without dynamics; and the environments over it.

What an objective can see of an environment are states, actions and labels. An *environment over an alphabet* has
finitely many states, each a copy of one state of the alphabet, the alphabet's actions, any transitions and any start.
The objective sees only of which state a state is a copy. A label that the alphabet gives patterns holds where they say;
a label without them is *free*: the environment decides on which steps it holds.
"""

import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from specl.model.environment import Environment, Step
from specl.model.formula import atoms_of, holds_on
from specl.model.machine import Machine
from specl.model.real import ZERO, Real

ANONYMOUS = "_"
"""The name of the one state of an alphabet that names none: the language's word for "every state"."""

RESERVED = ("self", "true", "false")
"""What no state can be called."""


@dataclass(frozen=True)
class Alphabet:
    """What objectives can see.

    Attributes:
        states, actions: names; everything else refers to them by index. ``("_",)`` where no states are named.
        labels: name -> the steps of S×A×S on which it holds, for the labels that have patterns.
        free: the labels that have none.
    """

    name: str
    states: tuple[str, ...]
    actions: tuple[str, ...]
    labels: Mapping[str, frozenset[Step]]
    free: tuple[str, ...] = ()

    @cached_property
    def environment(self) -> Environment:
        """The environment over the alphabet in which every step is possible, with one copy of each state; free labels
        hold nowhere. Records of objectives over the alphabet are those of objectives of this environment."""
        everywhere = tuple((s, Fraction(1, len(self.states))) for s in range(len(self.states)))
        transitions = tuple(tuple(everywhere for _ in self.actions) for _ in self.states)
        labels = dict(self.labels) | dict.fromkeys(self.free, frozenset[Step]())
        return Environment(self.name, self.states, self.actions, everywhere, transitions, labels)

    def choices(self, names: Collection[str]) -> Iterator[frozenset[str]]:
        """Every set of those free labels that are among ``names``, small sets first."""
        return subsets(name for name in self.free if name in names)

    def atoms(self, choice: Collection[str]) -> Mapping[str, frozenset[Step]]:
        """Atom -> the steps on which it holds where just these free labels hold, on all steps."""
        return atoms_where(self.environment, self.free, choice)


def subsets(names: Iterable[str]) -> Iterator[frozenset[str]]:
    """Every subset, small ones first."""
    listed = tuple(names)
    for size in range(len(listed) + 1):
        yield from map(frozenset, itertools.combinations(listed, size))


def atoms_where(
    environment: Environment, free: Iterable[str], choice: Collection[str]
) -> Mapping[str, frozenset[Step]]:
    """The environment's atoms with the free labels changed: those chosen hold on every step, the others on none."""
    steps = frozenset(environment.steps)
    return {**environment.atoms, **{name: steps if name in choice else frozenset() for name in free}}


Watched = tuple[int, Step, frozenset[str]]
"""(u, (s, a, s'), the free labels that hold): what a machine moves on."""


def run_over(machine: Machine, alphabet: Alphabet) -> dict[Watched, tuple[int, Real]]:
    """(u, step, chosen free labels) -> (next u, reward), for every step of S×A×S and every choice of those free labels
    that some guard mentions; where no guard holds the machine stays, with reward 0."""
    mentioned = frozenset[str]().union(*(atoms_of(edge.guard) for edge in machine.edges))
    table: dict[Watched, tuple[int, Real]] = {}
    for choice in alphabet.choices(mentioned):
        atoms = alphabet.atoms(choice)
        for step in alphabet.environment.steps:
            for u in range(len(machine.states)):
                table[u, step, choice] = (u, ZERO)
            for edge in machine.edges:
                if holds_on(edge.guard, step, atoms):
                    table[edge.source, step, choice] = (edge.target, edge.reward.get(step, ZERO))
    return table


@dataclass(frozen=True)
class World:
    """An environment over an alphabet.

    Attributes:
        environment: its labels are the alphabet's, and for each state that has no or several copies one more of the
            state's name, which holds on the steps that leave a copy: so formulas need no change.
        of: ``of[s]`` is the state of the alphabet of which s is a copy.
    """

    alphabet: Alphabet
    environment: Environment
    of: tuple[int, ...]

    def copies(self, state: int) -> tuple[int, ...]:
        """The copies of a state of the alphabet."""
        return tuple(s for s, image in enumerate(self.of) if image == state)

    def image(self, step: Step) -> Step:
        """The step of the alphabet that a step of the environment is seen as."""
        s, a, t = step
        return self.of[s], a, self.of[t]


def world(
    alphabet: Alphabet,
    of: Sequence[int],
    start: Iterable[tuple[int, Fraction]],
    transitions: Sequence[Sequence[Iterable[tuple[int, Fraction]]]],
    free: Mapping[str, Collection[Step]] | None = None,
    name: str = "witness",
) -> World:
    """The environment over the alphabet with these copies, named x where x has one copy, and x1, x2, … where several.

    Args:
        of: state -> the state of the alphabet of which it is a copy.
        start: pairs (s, I(s)); transitions[s][a]: pairs (s', T(s'|s,a)); zero weights may stand among them.
        free: free label -> the steps on which it holds; those that are not possible are left out.
    """
    bare = Environment(
        name,
        _copy_names(alphabet, of),
        alphabet.actions,
        _row(start),
        tuple(tuple(_row(row) for row in rows) for rows in transitions),
        {},
    )
    seen = World(alphabet, bare, tuple(of))
    labels = {label: _where(seen, steps) for label, steps in alphabet.labels.items()}
    for label in alphabet.free:
        labels[label] = frozenset((free or {}).get(label, ())) & frozenset(bare.steps)
    for state, called in enumerate(alphabet.states):
        if called != ANONYMOUS and len(seen.copies(state)) != 1:
            labels[called] = frozenset(step for step in bare.steps if seen.of[step[0]] == state)
    environment = Environment(name, bare.states, bare.actions, bare.start, bare.transitions, labels)
    return World(alphabet, environment, tuple(of))


def _where(seen: World, steps: frozenset[Step]) -> frozenset[Step]:
    return frozenset(step for step in seen.environment.steps if seen.image(step) in steps)


def _row(pairs: Iterable[tuple[int, Fraction]]) -> tuple[tuple[int, Fraction], ...]:
    return tuple(sorted((s, Fraction(weight)) for s, weight in pairs if weight))


def _copy_names(alphabet: Alphabet, of: Sequence[int]) -> tuple[str, ...]:
    taken = {*alphabet.states, *alphabet.actions, *alphabet.labels, *alphabet.free, *RESERVED}
    names: list[str] = []
    for s, state in enumerate(of):
        called = alphabet.states[state]
        alone = list(of).count(state) == 1
        if alone and called != ANONYMOUS:
            names.append(called)
            continue
        stem = "s" if called == ANONYMOUS else called
        wanted = stem if alone else f"{stem}{list(of)[:s].count(state) + 1}"
        while wanted in taken:
            wanted += "'"
        taken.add(wanted)
        names.append(wanted)
    return tuple(names)
