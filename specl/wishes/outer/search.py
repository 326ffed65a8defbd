"""The shortest objective found: small combinations of quantities under simple functions, cases, or several keys.

What is found first is not taken: of all that grant the goal the one that takes least text is. The search is bounded by
work, not by time, so that its answer is always the same.
"""

import itertools
import operator
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from specl import formalisms
from specl.language.printer import show_item
from specl.language.writing import objective_item
from specl.model.environment import Environment
from specl.model.expression import Expression, constant, evaluate, negate
from specl.model.real import Real
from specl.wishes.outer.goal import Edge, Goal
from specl.wishes.outer.linear import as_terms, linear
from specl.wishes.outer.quantities import Argument, Quantity, combinations, separating
from specl.wishes.outer.shapes import Run, first_keys, functions, polynomial, runs, steps
from specl.wishes.outer.simplest import simplest
from specl.wishes.outer.tree import tree

WORK = 20_000
"""Combinations times points that are looked at."""

MANY = 10_000
"""Where nothing limits the number of quantities."""

FEW = 12
"""Points up to which polynomials, and keys in pairs, are tried."""

PAIRED = 60
"""Combinations of which pairs of keys are made."""

NESTING = 20
"""What a nested case costs, in letters: it is harder to read than what takes as much text."""

OPERATIONS: dict[str, Callable[[Fraction, Fraction], Fraction]] = {"*": operator.mul, "min": min, "max": max}
"""Functions of two quantities."""


@dataclass(frozen=True)
class Medium:
    """How a formalism's objectives are made from functions of quantities.

    Attributes:
        code: of the formalism.
        argument: how the i-th quantity of an objective is written.
        record: (functions, the quantities that they are about) -> an objective; one function is its value or its only
            key, more are its keys.
        inputs: how many quantities an objective may be about.
        keys: how many functions it may have.
    """

    code: str
    environment: Environment
    argument: Argument
    record: Callable[[Sequence[Expression], Sequence[Quantity]], Any]
    inputs: int = 1
    keys: int = 1

    def cost(self, record: Any) -> int:
        """How hard it is to read: the length of its text, less that of the discount, and what nesting costs."""
        fields = formalisms.formalism(self.code).write(record, self.environment)
        text = show_item(objective_item(self.environment, "o", self.code, fields))
        discount = getattr(record, "discount", "")
        return len(text) - len(str(discount)) + NESTING * max(0, text.count("if ") - 1)


@dataclass
class Best:
    """The cheapest objective so far, and whether one was found that is not a last resort."""

    record: Any = None
    cost: int = 0
    plain: bool = False

    def offer(self, medium: Medium, record: Any, plain: bool = True) -> None:
        """Keep it if it is cheaper."""
        self.plain |= plain
        cost = medium.cost(record)
        if self.record is None or cost < self.cost:
            self.record, self.cost = record, cost


@dataclass
class _Search:
    goal: Goal
    base: Sequence[Quantity]
    medium: Medium
    best: Best
    cut: tuple[tuple[int, int, Fraction], Quantity, tuple[Run, ...]] | None = None  # the quantity with the fewest runs

    def look(self, quantity: Quantity) -> None:
        """Functions of one quantity."""
        argument = self.medium.argument(0, quantity)
        for function in functions(self.goal, argument, quantity.values):
            self.offer([function], [quantity])
        heights = self.goal.heights(quantity.values)
        if heights is None:
            return
        found = runs(quantity.values, heights)
        size = sum((abs(c) for _, c in quantity.terms), start=Fraction(0))
        price = (len(found), len(quantity.terms), size)
        if self.cut is None or price < self.cut[0]:
            self.cut = (price, quantity, found)
            if len(found) == 2:
                self.offer([steps(linear(argument), found)], [quantity])

    def offer(self, found: Sequence[Expression], quantities: Sequence[Quantity], plain: bool = True) -> None:
        self.best.offer(self.medium, self.medium.record(found, quantities), plain)


def search(goal: Goal, base: Sequence[Quantity], medium: Medium, best: Best) -> None:
    """Offer objectives that grant the goal.

    Args:
        goal: free of circles.
        base: quantities of one term each; what is found is made from them.
    """
    if not goal.strict:
        best.offer(medium, medium.record([constant(Fraction(0))], []))
        return
    here = _Search(goal, base, medium, best)
    for one_round in combinations(base, WORK // goal.size):
        for quantity in one_round:
            here.look(quantity)
        if one_round and len(one_round[0].terms) == 1 and medium.inputs > 1:
            for function, pair in _of_two(goal, one_round, medium):
                here.offer([function], pair)
        if best.plain:
            return
    _by_cases(here)
    if max(medium.inputs, medium.keys) > 1 and goal.size <= FEW and best.record is not None:
        _by_keys(here)


def _of_two(
    goal: Goal, base: Sequence[Quantity], medium: Medium
) -> Iterator[tuple[Expression, tuple[Quantity, Quantity]]]:
    """±xy, ±min(x, y), ±max(x, y)."""
    for pair in itertools.islice(itertools.combinations(base, 2), WORK // goal.size):
        x, y = (linear(medium.argument(i, quantity)) for i, quantity in enumerate(pair))
        for op, of in OPERATIONS.items():
            values = [of(a, b) for a, b in zip(pair[0].values, pair[1].values, strict=True)]
            function = Expression(op, (x, y))
            if goal.granted(values):
                yield function, pair
            elif goal.granted([-value for value in values]):
                yield negate(function), pair


def _by_cases(here: _Search) -> None:
    """Steps of one quantity, a polynomial in it, cases on several."""
    goal, medium = here.goal, here.medium
    if here.cut is None:
        quantity = separating(goal, here.base)
        if quantity is not None:
            here.look(quantity)
    if here.cut is not None:
        _, quantity, found = here.cut
        argument = linear(medium.argument(0, quantity))
        here.offer([steps(argument, found)], [quantity], plain=False)
        if goal.size <= FEW:
            curve = polynomial(goal, argument, quantity.values)
            if curve is not None:
                here.offer([curve], [quantity], plain=False)
    heights = goal.heights()
    assert heights is not None
    branching = tree(here.base, heights, medium.argument, medium.inputs) if medium.inputs > 1 else None
    if branching is not None:
        here.offer([branching[0]], branching[1], plain=False)


def _by_keys(here: _Search) -> None:
    """Two keys: one that contradicts nothing, and one that settles what it leaves."""
    medium = here.medium
    quantities = list(itertools.islice(itertools.chain.from_iterable(combinations(here.base, PAIRED)), PAIRED))
    first: dict[tuple[Edge, ...], tuple[int, Expression, Quantity]] = {}  # by what it leaves, the cheapest
    for quantity in quantities:
        for key, values in first_keys(here.goal, medium.argument(0, quantity), quantity.values):
            left = here.goal.left(values).strict
            cost = medium.cost(medium.record([key], [quantity]))
            if left and (left not in first or cost < first[left][0]):
                first[left] = (cost, key, quantity)
    for left, (_, key, quantity) in first.items():
        rest = replace(here.goal, strict=left)
        for other in quantities:
            place = int(other != quantity)
            about = [quantity, other][: place + 1]
            for second in functions(rest, medium.argument(place, other), other.values):
                keys = [key, second] if medium.keys > 1 else [_one_key(here, key, second, about)]
                here.offer(keys, about, plain=False)


def _one_key(here: _Search, first: Expression, second: Expression, about: Sequence[Quantity]) -> Expression:
    """c · first + second, with the simplest c for which the first key still matters most."""
    major, minor = (_values(here, key, about) for key in (first, second))
    bounds = [(minor[j] - minor[i]) / (major[i] - major[j]) for i, j in here.goal.strict if major[i] != major[j]]
    weight = simplest(max(Fraction(0), *bounds), None)
    terms, offset = as_terms(first)
    others, more = as_terms(second)
    return linear((*((part, weight * c) for part, c in terms), *others), weight * offset + more)


def _values(here: _Search, function: Expression, about: Sequence[Quantity]) -> list[Fraction]:
    """Point -> the value of a rational function of these quantities."""
    known: dict[Hashable, Sequence[Fraction]] = {}
    for place, quantity in enumerate((*about, *here.base)):
        terms = quantity.terms if place >= len(about) else here.medium.argument(place, quantity)
        if len(terms) == 1:
            known.setdefault(terms[0][0].key, quantity.values)
    at_points = [{key: Real.of(values[i]) for key, values in known.items()} for i in range(here.goal.size)]
    found = [evaluate(function, point.__getitem__).rational for point in at_points]
    return [Fraction(value) for value in found]
