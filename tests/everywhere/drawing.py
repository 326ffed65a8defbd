"""Random alphabets, objectives over them and environments over them, and what words are worth by plain summation."""

import itertools
from collections.abc import Iterator, Sequence
from fractions import Fraction
from random import Random

from specl.everywhere.difference import Side
from specl.everywhere.trials import Word
from specl.formalisms.mr import MR
from specl.formalisms.rm import RM
from specl.model.alphabet import Alphabet, World, world
from specl.model.environment import Step
from specl.model.formula import Formula, atom
from specl.model.machine import Edge, Machine
from specl.model.policy import Policy
from specl.model.real import Real

HALF, NINE = Fraction(1, 2), Fraction(9, 10)

Table = dict[tuple[Step, int], tuple[Fraction, int]]
"""(step, u) -> (reward, next u): a machine over an alphabet without free labels."""


def alphabet(states: int = 2, actions: int = 2, free: Sequence[str] = ()) -> Alphabet:
    """States x0, x1, …, actions a0, a1, …, and labels that environments decide on."""
    names = tuple(f"x{s}" for s in range(states)), tuple(f"a{a}" for a in range(actions))
    return Alphabet("letters", *names, {}, tuple(free))


def rewards(over: Alphabet, random: Random, zero: float = 0.5) -> dict[Step, Fraction]:
    """Small rationals, many of them 0."""
    return {
        step: Fraction(random.randint(-2, 2), random.choice((1, 1, 2))) if random.random() > zero else Fraction(0)
        for step in over.environment.steps
    }


def mr(name: str, paid: dict[Step, Fraction], discount: Fraction = NINE) -> Side:
    """A Markov reward."""
    return Side(name, "MR", MR({step: Real.of(value) for step, value in paid.items() if value}, discount))


def table(over: Alphabet, size: int, random: Random) -> Table:
    """A random machine, some of whose moves change its state and some pay."""
    return {
        (step, u): (
            Fraction(random.randint(-2, 2)) if random.random() < 0.4 else Fraction(0),
            random.randrange(size) if random.random() < 0.5 else u,
        )
        for step in over.environment.steps
        for u in range(size)
    }


def shaped(
    moves: Table, factor: Fraction, potential: dict[tuple[int, int], Fraction], discount: Fraction
) -> Table:  # fmt: skip
    """factor · r + γΦ(y, v) − Φ(x, u)."""
    return {
        (step, u): (factor * paid + discount * potential[step[2], v] - potential[step[0], u], v)
        for (step, u), (paid, v) in moves.items()
    }


def rm(name: str, over: Alphabet, moves: Table, discount: Fraction = NINE) -> Side:
    """The table as a machine. A guard sees the state that is left and the action, and the state that is entered by a
    label; so that needs labels ``in0``, ``in1``, … (`entered`)."""
    size = 1 + max(u for _, u in moves)
    edges = [
        Edge(u, Formula("&", (atom(over.states[s]), atom(over.actions[a]), atom(f"in{t}"))), v, {(s, a, t): Real.of(r)})
        for ((s, a, t), u), (r, v) in moves.items()
    ]
    return Side(name, "RM", RM(Machine(tuple(f"u{u}" for u in range(size)), 0, tuple(edges)), discount))


def entered(over: Alphabet) -> Alphabet:
    """The same alphabet with labels for the state that a step enters."""
    labels = {
        f"in{t}": frozenset(step for step in over.environment.steps if step[2] == t) for t in range(len(over.states))
    }
    return Alphabet(over.name, over.states, over.actions, labels, over.free)


def environment(over: Alphabet, random: Random, most: int = 4) -> World:
    """A random environment, often with several copies of a state."""
    size = random.randint(1, most)
    of = [random.randrange(len(over.states)) for _ in range(size)]

    def row() -> list[tuple[int, Fraction]]:
        targets = random.sample(range(size), min(size, random.randint(1, 3)))
        parts = [random.randint(1, 4) for _ in targets]
        return [(t, Fraction(part, sum(parts))) for t, part in zip(targets, parts, strict=True)]

    rows = [[row() for _ in over.actions] for _ in of]
    steps = [(s, a, t) for s, each in enumerate(rows) for a, targets in enumerate(each) for t, _ in targets]
    free = {label: [step for step in steps if random.random() < 0.5] for label in over.free}
    return world(over, of, row(), rows, free)


def policy(place: World, random: Random) -> Policy:
    """A random policy, deterministic in some states."""
    width = len(place.alphabet.actions)
    rows = []
    for _ in place.of:
        parts = [random.choice((0, 0, 1, 2)) for _ in range(width)]
        parts[random.randrange(width)] += 1
        rows.append(tuple(Fraction(part, sum(parts)) for part in parts))
    return Policy(tuple(rows))


def words(over: Alphabet, letters: int) -> Iterator[Word]:
    """All words of so many letters at most, without free labels."""
    nothing = frozenset[str]()
    states, actions = range(len(over.states)), range(len(over.actions))
    for count in range(1, letters + 1):
        for places in itertools.product(states, repeat=count):
            for taken in itertools.product(actions, repeat=count):
                for back in range(count):
                    targets = (*places[1:], places[back])
                    steps = [((x, a, y), nothing) for x, a, y in zip(places, taken, targets, strict=True)]
                    yield Word.of(steps[:back], steps[back:])


def worth(word: Word, moves: Table, discount: Fraction) -> Fraction:
    """The discounted return of a word: the cycle is run until the machine's state comes back."""
    total, factor, u = Fraction(0), Fraction(1), 0
    for step, _ in word.stem:
        paid, u = moves[step, u]
        total, factor = total + factor * paid, factor * discount
    seen: dict[int, tuple[Fraction, Fraction]] = {}
    while u not in seen:
        seen[u] = (total, factor)
        for step, _ in word.cycle:
            paid, u = moves[step, u]
            total, factor = total + factor * paid, factor * discount
    before, weight = seen[u]
    if weight == 0:
        return total
    return before + (total - before) / (1 - factor / weight)
