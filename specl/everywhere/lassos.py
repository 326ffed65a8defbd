"""Trajectories over an alphabet as two formulas see them.

Two deterministic automata read a trajectory's letters side by side. A *node* is a state of the alphabet and one of each
automaton; every letter that leaves its state leads on to a node, since in some environment every letter can come next.
The *class* of a trajectory says which of the formulas it satisfies. The nodes where trajectories of a class begin are
those that lead to a loop of that class: of the loops that meet one clause of both conditions, in disjunctive normal
form, the largest are strongly connected components without what the clause forbids.
"""

import itertools
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial

from specl.automata.acceptance import Acceptance, Clause, clauses, marks_of
from specl.automata.automaton import Automaton, accepts_lasso
from specl.automata.translate import automaton
from specl.chains.components import components
from specl.everywhere.payments import Letter, Node
from specl.everywhere.trials import Word
from specl.model.alphabet import Alphabet
from specl.model.formula import Formula, atoms_of

Class = tuple[bool, bool]
"""Whether the left formula holds on a trajectory, and whether the right one does."""

CLASSES: tuple[Class, ...] = ((True, True), (True, False), (False, True), (False, False))

MOST_LETTERS = 1_000_000
"""Letters times pairs of automaton states, above which nothing is decided."""


@dataclass(frozen=True)
class Move:
    """From a node by a letter to ``target``; ``marks`` are those of the left automaton, then those of the right."""

    letter: Letter
    target: Node
    marks: frozenset[int]


@dataclass(frozen=True)
class Reading:
    """Two formulas over an alphabet, read side by side.

    Attributes:
        shown: letter -> the atoms of either formula that hold; free labels that neither mentions are left out.
        automata: left and right.
    """

    alphabet: Alphabet
    formulas: tuple[Formula, Formula]
    shown: Mapping[Letter, frozenset[str]]
    automata: tuple[Automaton, Automaton]

    def classify(self, word: Word) -> Class:
        """The class of a trajectory."""
        left, right = (
            accepts_lasso(
                read, [self._seen(side, letter) for letter in word.stem], [self._seen(side, x) for x in word.cycle]
            )
            for side, read in enumerate(self.automata)
        )
        return left, right

    def begun(self, start: int) -> dict[int, frozenset[Class]]:
        """Action -> the classes of trajectories from a state of the alphabet that begin with the action."""
        found: dict[int, set[Class]] = {a: set() for a in range(len(self.alphabet.actions))}
        for move in self._first(start):
            action = move.letter[0][1]
            found[action] |= {each for each in CLASSES if move.target in self._leading[each]}
        return {action: frozenset(classes) for action, classes in found.items()}

    def word(self, start: int, action: int, wanted: Class) -> Word:
        """A trajectory of this class from a state of the alphabet that begins with the action. There is one."""
        inside = {node for loop, _ in self._loops[wanted] for node in loop}
        for move in self._first(start):
            if move.letter[0][1] == action and move.target in self._leading[wanted]:
                stem = (
                    [] if move.target in inside else _way(self.moves, move.target, lambda each: each.target in inside)
                )
                entered = stem[-1].target if stem else move.target
                loop, required = next(each for each in self._loops[wanted] if entered in each[0])
                cycle = _round(loop, entered, required)
                return Word.of([each.letter for each in (move, *stem)], [each.letter for each in cycle])
        raise ValueError("no such trajectory begins so")

    @cached_property
    def moves(self) -> Mapping[Node, tuple[Move, ...]]:
        """Node -> its moves, one letter for all that are seen alike and lead to the same node."""
        found: dict[Node, tuple[Move, ...]] = {}
        waiting = [move.target for start in range(len(self.alphabet.states)) for move in self._first(start)]
        for node in waiting:  # grows while it is walked
            if node not in found:
                distinct = {(move.target, move.marks): move for move in reversed(self._from(node))}
                found[node] = tuple(distinct.values())
                waiting += [target for target, _ in distinct]
        return found

    def _first(self, start: int) -> list[Move]:
        return self._from((start, self.automata[0].start, self.automata[1].start))

    def _from(self, node: Node) -> list[Move]:
        x, *states = node
        found = []
        for letter in self._leaving[x]:
            (one, left), (other, right) = (
                self.automata[side].delta[q, self._seen(side, letter)] for side, q in enumerate(states)
            )
            marks = left | frozenset(mark + self._shift for mark in right)
            found.append(Move(letter, (letter[0][2], one, other), marks))
        return found

    def _seen(self, side: int, letter: Letter) -> frozenset[str]:
        step, free = letter
        return self._each[side][self.shown[step, free & self._names]]

    @cached_property
    def _names(self) -> frozenset[str]:
        return atoms_of(self.formulas[0]) | atoms_of(self.formulas[1])

    @cached_property
    def _each(self) -> tuple[dict[frozenset[str], frozenset[str]], ...]:
        shown = set(self.shown.values())
        return tuple({atoms: atoms & atoms_of(formula) for atoms in shown} for formula in self.formulas)

    @cached_property
    def _leaving(self) -> tuple[tuple[Letter, ...], ...]:
        """State -> letters, one of those that have the same action, lead to the same state and are seen alike."""
        found: list[dict[tuple[int, int, frozenset[str]], Letter]] = [{} for _ in self.alphabet.states]
        for letter, atoms in self.shown.items():
            x, a, y = letter[0]
            found[x].setdefault((a, y, atoms), letter)
        return tuple(tuple(each.values()) for each in found)

    @cached_property
    def _shift(self) -> int:
        left = self.automata[0]
        return 1 + max(marks_of(left.acceptance).union(*(marks for _, marks in left.delta.values())), default=-1)

    @cached_property
    def _loops(self) -> Mapping[Class, list[tuple[Mapping[Node, list[Move]], frozenset[int]]]]:
        """Class -> the loops of that class, each with marks that make up for it if all of them are met."""
        left, right = (read.acceptance for read in self.automata)
        return {
            (one, other): [
                (loop, required)
                for forbidden, required in _both(left, one, right, other, self._shift)
                for loop in _components(self.moves, forbidden)
                if required <= frozenset[int]().union(*(move.marks for each in loop.values() for move in each))
            ]
            for one, other in CLASSES
        }

    @cached_property
    def _leading(self) -> Mapping[Class, frozenset[Node]]:
        """Class -> the nodes from which a trajectory goes on in that class."""
        before: dict[Node, list[Node]] = {}
        for node, moves in self.moves.items():
            for move in moves:
                before.setdefault(move.target, []).append(node)
        found = {}
        for each in CLASSES:
            waiting = list(dict.fromkeys(node for loop, _ in self._loops[each] for node in loop))
            seen = set(waiting)
            for node in waiting:  # grows while it is walked
                new = [source for source in before.get(node, ()) if source not in seen]
                seen.update(new)
                waiting += new
            found[each] = frozenset(seen)
        return found


def read(alphabet: Alphabet, left: Formula, right: Formula) -> Reading | None:
    """Both formulas over the alphabet; None where there are too many letters.

    Raises:
        Unsupported: a formula has no deterministic automaton within Spot's limits.
    """
    names = atoms_of(left) | atoms_of(right)
    steps = alphabet.environment.steps
    if len(steps) << sum(name in names for name in alphabet.free) > MOST_LETTERS:
        return None
    shown: dict[Letter, frozenset[str]] = {}
    for choice in alphabet.choices(names):
        atoms = alphabet.atoms(choice)
        for step in steps:
            shown[step, choice] = frozenset(name for name in names if step in atoms[name])
    letters = set(shown.values())
    automata = automaton(left, letters), automaton(right, letters)
    if len(shown) * automata[0].states * automata[1].states > MOST_LETTERS:
        return None
    return Reading(alphabet, (left, right), shown, automata)


def _both(left: Acceptance, one: bool, right: Acceptance, other: bool, shift: int) -> Iterator[Clause]:
    """The clauses of: left holds or not, and right holds or not."""
    for (fin, inf), (also, too) in itertools.product(clauses(left, not one), clauses(right, not other)):
        forbidden = fin | {mark + shift for mark in also}
        required = inf | {mark + shift for mark in too}
        if not forbidden & required:
            yield forbidden, required


def _components(
    moves: Mapping[Node, tuple[Move, ...]], forbidden: Collection[int]
) -> Iterator[Mapping[Node, list[Move]]]:
    """The strongly connected components without moves that have a forbidden mark: node -> moves that stay inside."""
    nodes = tuple(moves)
    number = {node: i for i, node in enumerate(nodes)}
    kept = {node: [move for move in moves[node] if move.marks.isdisjoint(forbidden)] for node in nodes}
    for component in components([[number[move.target] for move in kept[node]] for node in nodes]):
        members = {nodes[i] for i in component}
        inside = {node: [move for move in kept[node] if move.target in members] for node in members}
        if any(inside.values()):
            yield {node: inside[node] for node in sorted(members)}


def _way(moves: Mapping[Node, Collection[Move]], start: Node, wanted: Callable[[Move], bool]) -> list[Move]:
    """The shortest way that ends with a wanted move."""
    came: dict[Node, list[Move]] = {start: []}
    for node in (waiting := [start]):  # grows while it is walked
        for move in moves[node]:
            if wanted(move):
                return [*came[node], move]
            if move.target not in came:
                came[move.target] = [*came[node], move]
                waiting.append(move.target)
    raise ValueError("there is no way")


def _round(loop: Mapping[Node, list[Move]], start: Node, required: frozenset[int]) -> list[Move]:
    """A short closed walk within a strongly connected part that meets all required marks."""
    walk: list[Move] = []
    missing = required
    while missing:
        walk += _way(loop, walk[-1].target if walk else start, partial(_meets, missing))
        missing -= frozenset[int]().union(*(move.marks for move in walk))
    if not walk or walk[-1].target != start:
        walk += _way(loop, walk[-1].target if walk else start, lambda move: move.target == start)
    return walk


def _meets(marks: frozenset[int], move: Move) -> bool:
    return not marks.isdisjoint(move.marks)
