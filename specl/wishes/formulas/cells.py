"""All trajectories in finitely many cells that formulas tell apart, and how probable policies make each.

A cell holds the trajectories with the same beginning and the same letters for ever; or with the same letters in the
order of their first occurrence, and the same for ever. The letters of a step are the atoms that hold on it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations

from specl.automata.automaton import Letter, letters_of
from specl.chains.chain import Chain, induced, product
from specl.chains.recurrence import absorption
from specl.model.environment import Environment, Step
from specl.model.formula import Formula, atom
from specl.model.policy import Policy

MOST_CELLS = 2000

MOST_MEMORIES = 300
"""Of the orders in which a policy may meet letters for the first time."""

FEW_ATOMS = 20
"""Up to so many atoms, which of two is met first is asked for each two."""


Word = tuple[Letter, ...]


@dataclass(frozen=True)
class Cell:
    """Trajectories: their first letters (or the letters that occur, in the order in which they first do), and those
    that occur again and again."""

    word: Word
    end: frozenset[Letter]


@dataclass(frozen=True)
class Literal:
    """A formula about X^delay of a trajectory, and whether it holds on the trajectories of a cell (on all or none)."""

    formula: Formula
    holds: Callable[[Cell], bool]
    delay: int = 0


@dataclass(frozen=True)
class Partition:
    """Disjoint cells that almost every trajectory is in one of.

    Attributes:
        name: what they are, in words.
        cells: cell -> its probability under each policy.
        literals: formulas that together tell any two cells apart.
    """

    name: str
    cells: Mapping[Cell, Sequence[Fraction]]
    literals: Sequence[Literal]


def partition(name: str, cells: Mapping[Cell, Sequence[Fraction]], literals: Sequence[Literal]) -> Partition:
    """The partition into these cells; those that no literal tells apart become one."""
    merged: dict[tuple[bool, ...], tuple[Cell, Sequence[Fraction]]] = {}
    for cell, probabilities in cells.items():
        truth = tuple(literal.holds(cell) for literal in literals)
        first, others = merged.get(truth, (cell, [Fraction(0)] * len(probabilities)))
        merged[truth] = first, [p + q for p, q in zip(probabilities, others, strict=True)]
    return Partition(name, dict(merged.values()), literals)


class TooMany(Exception):
    """More cells than can be handled."""


def by_beginnings(environment: Environment, policies: Sequence[Policy], atoms: Sequence[str]) -> Iterator[Partition]:
    """By the first 0, 1, 2, … letters and by where the trajectories end up.

    Args:
        atoms: in the order of preference.

    Raises:
        TooMany: there are more than MOST_CELLS cells.
    """
    shown = letters_of(environment, environment.atoms)
    chains = [induced(environment, policy) for policy in policies]
    ends = [_ends(chain, shown) for chain in chains]
    reached: list[dict[tuple[Word, int], Fraction]] = [{((), i): p for i, p in chain.start} for chain in chains]
    length = 0
    beginnings: list[Literal] = []
    while True:
        cells: dict[Cell, list[Fraction]] = {}
        for number, (at, end) in enumerate(zip(reached, ends, strict=True)):
            for (word, i), p in at.items():
                for letters, share in end[i]:
                    cell = Cell(word, letters)
                    cells.setdefault(cell, [Fraction(0)] * len(policies))[number] += p * share
        if len(cells) > MOST_CELLS:
            raise TooMany
        name = f"beginnings of {length} step{'s' * (length != 1)} and ends" if length else "ends"
        yield partition(name, cells, [*beginnings, *_tails(atoms, cells)])
        beginnings += [Literal(atom(name), _at(name, length), length) for name in atoms]
        reached = [_next(chain, at, shown) for chain, at in zip(chains, reached, strict=True)]
        length += 1


def by_first_visits(environment: Environment, policies: Sequence[Policy], atoms: Sequence[str]) -> Partition:
    """By the order in which letters occur for the first time, and by where the trajectories end up.

    Which letters occur tells any two policies apart that have a single trajectory each, and different ones: they start
    in different states, or part in a state that both visit, where each takes one action always.

    Raises:
        TooMany: under some policy there are more than MOST_MEMORIES orders, and more than there are states.
    """
    most = max(MOST_MEMORIES, len(environment.states))
    shown = letters_of(environment, environment.atoms)
    cells: dict[Cell, list[Fraction]] = {}
    for number, policy in enumerate(policies):
        memories: set[Word] = set()

        def advance(met: Word, step: Step, memories: set[Word] = memories) -> Word:
            longer = met if shown[step] in met else (*met, shown[step])
            memories.add(longer)
            if len(memories) > most:
                raise TooMany
            return longer

        nothing: Word = ()
        chain = product(induced(environment, policy), nothing, advance)
        ended = absorption(chain)
        for members, p in zip(ended.classes, ended.start, strict=True):
            state = chain.states[members[0]]
            assert isinstance(state, tuple)
            end = frozenset(shown[move.step] for i in members for move in chain.moves[i])
            cells.setdefault(Cell(state[-1], end), [Fraction(0)] * len(policies))[number] += p
    letters = sorted({letter for cell in cells for letter in cell.word}, key=sorted)
    literals = [
        *(Literal(atom(name), _at(name, 0)) for name in atoms),
        *(Literal(Formula("F", (_all(names),)), _met(names)) for names in _names(letters, atoms)),
        *(Literal(Formula("G", (atom(name),)), _only(name)) for name in atoms),
        *(
            Literal(Formula("U", (Formula("!", (atom(late),)), atom(early))), _before(early, late))
            for early, late in permutations(atoms, 2)
            if len(atoms) <= FEW_ATOMS
        ),
        *_tails(atoms, cells),
    ]
    return partition("orders of first visits and ends", cells, literals)


def _next(
    chain: Chain, reached: Mapping[tuple[Word, int], Fraction], shown: Mapping[Step, Letter]
) -> dict[tuple[Word, int], Fraction]:
    found: dict[tuple[Word, int], Fraction] = {}
    for (word, i), p in reached.items():
        for move in chain.moves[i]:
            key = ((*word, shown[move.step]), move.target)
            found[key] = found.get(key, Fraction(0)) + p * move.probability
    return found


def _ends(chain: Chain, shown: Mapping[Step, Letter]) -> list[list[tuple[frozenset[Letter], Fraction]]]:
    """For each state, the sets of letters that may occur for ever from there, with their probabilities."""
    ended = absorption(chain)
    letters = [frozenset(shown[move.step] for i in members for move in chain.moves[i]) for members in ended.classes]
    return [[(end, p) for end, p in zip(letters, row, strict=True) if p] for row in ended.states]


def _tails(atoms: Sequence[str], cells: Mapping[Cell, object]) -> list[Literal]:
    """Of almost every trajectory, a set of letters occurs for ever: which states and actions are in it tells which."""
    ends = {cell.end for cell in cells}
    if len(ends) < 2:
        return []
    letters = sorted(frozenset[Letter]().union(*ends), key=sorted)

    def often(names: tuple[str, ...]) -> Literal:
        where = frozenset(end for end in ends if any(letter.issuperset(names) for letter in end))
        return Literal(_again(_all(names)), lambda cell: cell.end in where)

    def only(name: str) -> Literal:
        where = frozenset(end for end in ends if all(name in letter for letter in end))
        return Literal(Formula("F", (Formula("G", (atom(name),)),)), lambda cell: cell.end in where)

    return [*map(often, _names(letters, atoms)), *map(only, atoms)]


def _names(letters: Sequence[Letter], atoms: Sequence[str]) -> list[tuple[str, ...]]:
    """Each atom, and for each letter the atoms that it has."""
    found = [*((name,) for name in atoms), *(tuple(name for name in atoms if name in letter) for letter in letters)]
    return [names for names in dict.fromkeys(found) if names]


def _all(names: Sequence[str]) -> Formula:
    return atom(names[0]) if len(names) == 1 else Formula("&", tuple(map(atom, names)))


def _again(formula: Formula) -> Formula:
    return Formula("G", (Formula("F", (formula,)),))


def _at(name: str, time: int) -> Callable[[Cell], bool]:
    return lambda cell: name in cell.word[time]


def _met(names: tuple[str, ...]) -> Callable[[Cell], bool]:
    return lambda cell: any(letter.issuperset(names) for letter in cell.word)


def _only(name: str) -> Callable[[Cell], bool]:
    return lambda cell: all(name in letter for letter in cell.word)


def _before(early: str, late: str) -> Callable[[Cell], bool]:
    def holds(cell: Cell) -> bool:
        first = next((time for time, letter in enumerate(cell.word) if early in letter), None)
        return first is not None and not any(late in letter for letter in cell.word[:first])

    return holds
