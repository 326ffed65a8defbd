"""Reward Machines: on finitely many policies they can do what functions of trajectories can, given memory enough."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from specl.formalisms.rm import RM
from specl.reductions import reduction
from specl.wishes.answer import Answer, No, Yes
from specl.wishes.asking import Asking
from specl.wishes.lotteries.alphabet import Letters, alphabet
from specl.wishes.lotteries.first_step import at_zero
from specl.wishes.lotteries.length import length
from specl.wishes.lotteries.machines import machine
from specl.wishes.lotteries.search import folded, prefix_tree, remembering, two_states
from specl.wishes.lotteries.structures import Machines, Place, Structure
from specl.wishes.lotteries.verdict import Grantable, of_lotteries

DISCOUNTS = (Fraction(1, 2), Fraction(9, 10))
"""Those to choose from where the wish leaves it open; structures are searched with the first."""

MANY = 80
"""Rewards from which on one discount is enough to look at."""

FOLDS = 8
"""Orders in which states of the prefix tree are merged."""

MOST, SLACK = 12, 2
"""Structures with two states that are compared for how they read; by how much their guards may be larger than the
smallest."""


def decide(asking: Asking) -> Answer:
    """A machine with few states, or a relation of the lotteries that the wish contradicts."""
    wish = asking.wish
    markov = asking.answer("MR")
    if isinstance(markov, Yes):
        return Yes(reduction("MR", "RM").reduce(markov.objective, wish.environment), "one state: it is a Markov reward")
    if wish.discount == 0:  # only the first step counts, which takes no memory
        return at_zero(asking, "RM")
    allowed = of_lotteries(asking)
    if isinstance(allowed, No):
        return allowed
    search = _Search(asking, allowed, asking.deadline())
    found = search.run()
    return Yes(found, _note(len(found.machine.states), search, isinstance(markov, No)))


def _note(states: int, search: "_Search", excludes_one: bool) -> str:
    """How many states, and what is known about fewer."""
    if states == 1:
        return "one state: it is a Markov reward"
    if states == 2:
        return "2 states" + (", and one is not enough" if excludes_one else "")
    if search.is_complete:
        return f"{states} states; two are not enough at discount {search.discount}"
    return f"{states} states; not all machines with fewer were tried"


@dataclass
class _Search:
    asking: Asking
    allowed: Grantable
    end: float
    is_complete: bool = False

    def __post_init__(self) -> None:
        wish = self.asking.wish
        self.alphabet = alphabet(wish.environment)
        self.discounts = DISCOUNTS if wish.discount is None else (wish.discount,)
        self.discount = self.discounts[0]
        self.machines = Machines(wish, self.alphabet, self.discount)

    def run(self) -> RM:
        """The machine that reads best among those with the fewest states that were found."""
        environment = self.asking.wish.environment
        records = [record for structure in self._structures() for record in self._records(structure)]
        return min(records, key=lambda record: (len(record.machine.states), length("RM", record, environment)))

    def _structures(self) -> list[Structure]:
        read = self.machines.read
        one: Structure = ((0,) * len(self.alphabet.letters),)
        if self._does(one):  # a Markov reward, where that was not found out
            return [one]
        all_two, pairs = two_states(self.alphabet, read)
        found: list[Structure] = []
        smallest = 0
        half = (time.monotonic() + self.end) / 2  # the rest of the time is for machines with more states
        for size, structure in pairs:
            if time.monotonic() > half or len(found) == MOST or (found and size > smallest + SLACK):
                break
            if self._does(structure):
                smallest = smallest if found else size
                found.append(structure)
        else:
            self.is_complete = all_two
        if found:
            return found
        tree = prefix_tree(self.alphabet, self.allowed.prefixes)
        best = folded(tree, read, self._does, self._is_over)
        for seed in range(1, FOLDS):
            if len(best) == 3 or self._is_over():
                break
            best = min(best, folded(tree, read, self._does, self._is_over, seed), key=len)
        for structure in remembering(self.alphabet, read):
            if len(structure) >= len(best) or self._is_over():
                break
            if self._does(structure):
                return [structure]
        return [best]

    def _does(self, structure: Structure) -> bool:
        return self.machines.rewards(structure, readable=False) is not None

    def _is_over(self) -> bool:
        return time.monotonic() > self.end

    def _records(self, structure: Structure) -> Iterator[RM]:
        many = len(structure) * len(self.machines.read) > MANY
        for discount in self.discounts[: 1 if many else None]:
            machines = Machines(self.asking.wish, self.alphabet, discount)
            rewards = machines.rewards(structure)
            if rewards is not None:
                yield RM(machine(self.alphabet, structure, rewards, self._read(machines, structure)), discount)

    def _read(self, machines: Machines, structure: Structure) -> Mapping[int, Letters]:
        places: set[Place] = {place for name in machines.chains for place in machines.masses(structure, name)}
        return {u: frozenset(i for v, i in places if v == u) for u in range(len(structure))}
