"""A search for a formula whose probabilities are ordered as wished: short formulas, then unions of cells.

Floating point and an integer program propose; a formula counts only when its exact probabilities have been compared.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain, islice
from math import inf

from specl.automata.automaton import letters_of
from specl.chains.chain import induced
from specl.model.formula import Formula
from specl.wishes.formulas.cells import MOST_CELLS, Partition, TooMany, by_beginnings, by_first_visits
from specl.wishes.formulas.choosing import Choice, choose
from specl.wishes.formulas.comparisons import Comparisons, comparisons
from specl.wishes.formulas.lassos import Lassos, lassos
from specl.wishes.formulas.levels import upper_and_lower
from specl.wishes.formulas.separating import separate
from specl.wishes.formulas.size import size
from specl.wishes.formulas.small import Sized, small_formulas
from specl.wishes.wish import Wish

FIRST_SHARE, SECOND_SHARE = 0.15, 0.6
"""When, of all the time, the search goes over from short formulas to cells, and back."""

SOLVER_SHARE = 0.15
"""The most time for one partition's integer program, of all."""

LONGEST = 150
"""Formulas of a larger size are not tried: their automata are too large."""

READABLE, FEW = 12, 5
"""While the formulas found are larger than this, so many partitions are tried."""

LOOSE = 0.05
"""How far apart the estimated values of policies that tie may be."""


@dataclass(frozen=True)
class Found:
    """A formula that grants the wish, and how it was found."""

    formula: Formula
    how: str


@dataclass(frozen=True)
class NotFound:
    """What was searched, in words.

    Attributes:
        is_exhausted: every set of trajectories was considered, as far as the solver's floating point can be trusted.
    """

    tried: str
    is_exhausted: bool = False


def search(wish: Wish, seconds: float, tell: Callable[[str], None]) -> Found | NotFound:
    """A formula that grants the wish, as short as can be found in this time."""
    begin = time.monotonic()
    problem = comparisons(wish)
    atoms = _atoms(problem)
    sample = lassos(wish.environment, problem.policies)
    short = _Short(problem, sample, small_formulas(sample, atoms))
    formula = short.go_on(begin + FIRST_SHARE * seconds)
    if formula is not None:
        return Found(formula, short.how)
    cut = _by_cells(problem, sample, atoms, begin + SECOND_SHARE * seconds, SOLVER_SHARE * seconds, tell)
    if isinstance(cut, Found):
        formula = short.go_on(begin + SECOND_SHARE * seconds, size(cut.formula))
        return cut if formula is None else Found(formula, short.how)
    if cut.is_exhausted:
        return cut
    tell(f"LTL: {short.tried}")
    formula = short.go_on(begin + seconds)
    return NotFound(f"{short.tried} and {cut.tried}") if formula is None else Found(formula, short.how)


def build(wish: Wish, seconds: float) -> Formula:
    """A formula for a wish about certain policies none of which is stuck: true on those that are to be better than
    others, false on those that are to be worse. It exists: see `by_first_visits`.

    Args:
        seconds: how long to look for a short one.
    """
    begin = time.monotonic()
    problem = comparisons(wish)
    atoms = _atoms(problem)
    sample = lassos(wish.environment, problem.policies)
    short = _Short(problem, sample, small_formulas(sample, atoms)).go_on(begin + seconds)
    if short is not None:
        return short
    number = {policy: i for i, policy in enumerate(problem.policies)}
    upper, lower = ([number[wish.policies[name]] for name in names] for names in upper_and_lower(wish))
    found = []
    for partition in islice(_partitions(problem, atoms), FEW):
        yes, no = ([c for c, p in partition.cells.items() if any(p[i] for i in side)] for side in (upper, lower))
        if not set(yes).intersection(no):
            found.append(separate(yes, no, partition.literals))
    return min(found, key=size)


@dataclass
class _Short:
    """Formulas in the order of their size, as far as they have been looked at."""

    problem: Comparisons
    sample: Lassos
    source: Iterator[Sized]
    waiting: Iterator[Formula] = field(default_factory=lambda: iter(()))
    count: int = 0
    size: int = 0

    def go_on(self, end: float, limit: float = inf) -> Formula | None:
        """The next formula that grants the wish; None at this reading of the clock, or from this size on."""
        import numpy as np

        doubt = self.sample.doubt
        close = np.array([min(LOOSE, doubt[one] + doubt[other]) for one, other in self.problem.ties])
        while True:
            for formula in self.waiting:
                if self.problem.granted(formula):
                    return formula
                if time.monotonic() > end:
                    return None
            sized = next(self.source, None) if time.monotonic() < end else None
            if sized is None or sized.size >= limit:
                return None
            self.size, self.count = sized.size, self.count + len(sized.formulas)
            good = self.problem.granted_by(sized.values, close)
            self.waiting = iter([formula for formula, is_good in zip(sized.formulas, good, strict=True) if is_good])

    @property
    def tried(self) -> str:
        """What was looked at."""
        return f"{self.count} formulas of sizes up to {self.size}"

    @property
    def how(self) -> str:
        """How a formula was found here."""
        return "the first in the order of size"


def _by_cells(
    problem: Comparisons,
    sample: Lassos,
    atoms: tuple[str, ...],
    end: float,
    most_seconds: float,
    tell: Callable[[str], None],
) -> Found | NotFound:
    """The shortest of the formulas that the first partitions give."""
    found: list[tuple[Formula, str]] = []
    tried = "no sets of beginnings"
    for number, partition in enumerate(_partitions(problem, atoms)):
        left = end - time.monotonic()
        if left < 0 or (found and number >= FEW):
            break
        if len(partition.cells) > MOST_CELLS:
            continue
        tell(f"LTL: {partition.name}")
        chosen = choose(problem, partition.cells, min(left, most_seconds))
        if isinstance(chosen, Choice):
            formula = separate(chosen.yes, chosen.no, partition.literals)
            if size(formula) <= LONGEST and problem.granted(formula):
                found.append((formula, f"a set of {partition.name}"))
        elif chosen.is_infeasible and sample.is_exact and len(partition.cells) == len(sample.roots):
            return NotFound(f"no set of their {len(sample.roots)} trajectories is that probable", True)
        tried = f"sets of {partition.name}"
        if any(size(formula) <= READABLE for formula, _ in found):
            break
    if found:
        return Found(*min(found, key=lambda each: size(each[0])))
    return NotFound(tried)


def _partitions(problem: Comparisons, atoms: tuple[str, ...]) -> Iterator[Partition]:
    """Ends, first visits, and beginnings of one step, two steps, …"""
    beginnings = by_beginnings(problem.environment, problem.policies, atoms)
    with suppress(TooMany):
        yield next(beginnings)
    with suppress(TooMany):
        yield by_first_visits(problem.environment, problem.policies, atoms)
    with suppress(TooMany):
        yield from beginnings


def _atoms(problem: Comparisons) -> tuple[str, ...]:
    """The atoms that hold at some steps that the policies make and not at others; labels and actions come first."""
    environment = problem.environment
    chains = [induced(environment, policy) for policy in problem.policies]
    made = {move.step for each in chains for move in chain.from_iterable(each.moves)}
    letters = {letter for step, letter in letters_of(environment, environment.atoms).items() if step in made}
    names = (*environment.labels, *environment.actions, *environment.states)
    return tuple(name for name in names if 0 < sum(name in letter for letter in letters) < len(letters))
