"""Numbers that objectives can see of policies, and small combinations of them."""

import itertools
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from specl.model.environment import Environment
from specl.model.expression import variable
from specl.model.formula import Formula, atom
from specl.model.policy import Policy
from specl.model.quantities import Choice, Expectation, Indicator, Occupancy
from specl.wishes.asking import Asking
from specl.wishes.linear.features import step_features
from specl.wishes.outer.apart import Points
from specl.wishes.outer.goal import Goal
from specl.wishes.outer.linear import Terms, total


@dataclass(frozen=True)
class Quantity:
    """A number that policies have.

    Attributes:
        terms: how it is made of what can be written.
        values: point -> the number there.
    """

    terms: Terms
    values: tuple[Fraction, ...]


def occupancies(asking: Asking, found: Points, discount: Fraction) -> tuple[Quantity, ...]:
    """m(s,a), where it is not the same for all."""

    def make() -> tuple[Quantity, ...]:
        keys, vectors = step_features(asking.wish, discount)
        rows = [vectors[name] for name in found.names]
        places = sorted(range(len(keys)), key=lambda k: keys[k])
        return _unlike((Occupancy(*keys[k]), [row[k] for row in rows]) for k in places)

    return asking.keep(("occupancies", discount, found.names), make)


def choices(environment: Environment, policies: Sequence[Policy]) -> tuple[Quantity, ...]:
    """pi(s,a), where it is not the same for all."""
    places = itertools.product(range(len(environment.states)), range(len(environment.actions)))
    return _unlike((Choice(s, a), [policy.rows[s][a] for policy in policies]) for s, a in places)


def events(environment: Environment, policies: Sequence[Policy], steps: int) -> tuple[Quantity, ...]:
    """P(X … X a), P(X … X s), P(X … X (s & a)) for the first steps, where they are not the same for all."""
    return _unlike(_events(environment, policies, steps))


def _events(
    environment: Environment, policies: Sequence[Policy], steps: int
) -> Iterator[tuple[Expectation, list[Fraction]]]:
    where = [dict(environment.start) for _ in policies]
    zero = Fraction(0)
    for time in range(steps):
        joint = [
            {(s, a): p * weight for s, p in there.items() for a, weight in enumerate(policy.rows[s]) if weight}
            for there, policy in zip(where, policies, strict=True)
        ]
        for a, name in enumerate(environment.actions):
            taken = [sum((p for (_, b), p in one.items() if a == b), start=zero) for one in joint]
            yield _probability(atom(name), time), taken
        for s, name in enumerate(environment.states):
            yield _probability(atom(name), time), [there.get(s, zero) for there in where]
        for s, state in enumerate(environment.states):
            for a, action in enumerate(environment.actions):
                both = Formula("&", (atom(state), atom(action)))
                yield _probability(both, time), [one.get((s, a), zero) for one in joint]
        where = [_moved(environment, one) for one in joint]


def _moved(environment: Environment, joint: dict[tuple[int, int], Fraction]) -> dict[int, Fraction]:
    found: dict[int, Fraction] = {}
    for (s, a), p in joint.items():
        for t, probability in environment.transitions[s][a]:
            found[t] = found.get(t, Fraction(0)) + p * probability
    return found


def _probability(formula: Formula, time: int) -> Expectation:
    for _ in range(time):
        formula = Formula("X", (formula,))
    return Expectation(variable(Indicator(formula)))


def _unlike(found: Iterable[tuple[Hashable, Sequence[Fraction]]]) -> tuple[Quantity, ...]:
    """Without constants, and of numbers that are c·x + d of each other only the first."""
    kept: dict[tuple[Fraction, ...], Quantity] = {}
    for key, values in found:
        slopes = [value - values[0] for value in values]
        unit = next((slope for slope in slopes if slope), None)
        if unit is not None:
            terms = ((variable(key), Fraction(1)),)
            kept.setdefault(tuple(slope / unit for slope in slopes), Quantity(terms, tuple(values)))
    return tuple(kept.values())


# coefficients of two and three quantities, in the order in which they are tried
PAIRS = ((1, 1), (1, -1), (1, 2), (2, 1), (1, -2), (2, -1), (1, 3), (3, 1))
TRIPLES = ((1, 1, 1), (1, 1, -1), (1, -1, 1), (-1, 1, 1), (1, 2, 3), (1, 2, 4), (4, 2, 1))


def combinations(base: Sequence[Quantity], most: int) -> Iterator[list[Quantity]]:
    """Rounds of combinations with small coefficients: of one, of two, of three; at most so many in all."""
    for size, patterns in ((1, ((1,),)), (2, PAIRS), (3, TRIPLES)):
        made = (
            combined(list(zip(chosen, map(Fraction, pattern), strict=True)))
            for chosen in itertools.combinations(base, size)
            for pattern in patterns
        )
        one_round = list(itertools.islice(made, most))
        most -= len(one_round)
        yield one_round


def combined(parts: Sequence[tuple[Quantity, Fraction]]) -> Quantity:
    """Σ coefficient · quantity; quantities of one term each, no coefficient 0."""
    terms = tuple((expression, c * weight) for part, weight in parts for expression, c in part.terms)
    return Quantity(terms, total([(part.values, weight) for part, weight in parts]))


def separating(goal: Goal, base: Sequence[Quantity]) -> Quantity | None:
    """A combination that takes different values where the goal needs it, of few quantities with small integers.

    One after the other is added that tells most points apart. Of the coefficients only finitely many undo what was told
    apart before, so a small other one is taken. None where all together do not suffice.
    """
    parts: list[tuple[Quantity, Fraction]] = []
    left = list(base)
    values: tuple[Fraction, ...] = (Fraction(0),) * goal.size
    while goal.heights(values) is None:
        told = {quantity: len(set(zip(values, quantity.values, strict=True))) for quantity in left}
        best = max(left, key=told.__getitem__, default=None)
        if best is None or told[best] == len(set(values)):
            return None
        left.remove(best)
        sizes = itertools.chain((1, 2, 3), (2**k for k in itertools.count(2)))
        signed = (c for size in sizes for c in (size, -size))
        parts.append((best, Fraction(next(c for c in signed if _distinct(values, best, c) == told[best]))))
        values = combined(parts).values
    return combined(parts) if parts else None


def _distinct(values: Sequence[Fraction], quantity: Quantity, coefficient: int) -> int:
    return len({x + coefficient * y for x, y in zip(values, quantity.values, strict=True)})


Argument = Callable[[int, Quantity], Terms]
"""How the i-th quantity of an objective is written."""


def as_it_is(number: int, quantity: Quantity) -> Terms:
    """By the terms that it is made of."""
    del number
    return quantity.terms
