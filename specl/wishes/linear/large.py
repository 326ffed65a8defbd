"""Markov rewards for wishes over large environments: floating point finds them, enclosures and exact solves prove them.

Let the policies of a wish agree with a reference policy outside some states. By the performance difference lemma
(Kakade and Langford 2002), J(π) − J(reference) = Σ m_π(s,a) A(s,a) with the reference's advantages A. Where π chooses
as the reference does they add up to nothing, and what a deterministic choice of the reference takes has advantage 0.
So rewards on (s,a) at states where policies differ, all actions but one, order the policies in every way that rewards
can, and weights that cancel the masses of these (s,a) cancel them all.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from specl.formalisms.mr import MR
from specl.wishes.linear import exact, guess, nearest
from specl.wishes.linear.behaviours import Behaviours, behaviours
from specl.wishes.linear.differences import coprime, differences
from specl.wishes.linear.features import Action, reward
from specl.wishes.linear.occupancies import Array, Occupancies, occupancies
from specl.wishes.linear.order import order
from specl.wishes.linear.outcome import Conflict
from specl.wishes.linear.values import values
from specl.wishes.wish import Pair, Wish

LARGE = 2_000_000
"""States squared times policies from which on this is faster than exact arithmetic throughout."""
DENSE_PROGRAM = 500_000
"""Entries of a linear program that is worth its time; beyond, least squares are tried first."""
MOST_EXACT = 100_000_000
"""States squared times policies that `confirm` solves exactly."""
CLOSEST = 1e-10
"""Discounts nearer to 1 are left to exact arithmetic."""


def is_large(wish: Wish, discount: Fraction) -> bool:
    """Whether `markov` here should be asked, rather than exact arithmetic throughout."""
    return len(wish.environment.states) ** 2 * len(wish.policies) >= LARGE and 1 - discount > CLOSEST


def markov(wish: Wish, discount: Fraction) -> MR | Conflict:
    """A Markov reward that grants the wish with this discount, or the conflict; exact or proved by enclosures."""
    if not wish.strict:
        return MR({}, discount)
    found = behaviours(wish.environment, wish.policies, discount)
    table = Table.of(wish, found)
    same = next(((a, b) for a, b in table.strict if found.index[a] == found.index[b]), None)
    if same is not None:
        return Conflict(((*same, Fraction(1)),), ())
    above, level = table.rows(table.strict), table.rows(table.ties)
    near = proposed(above, level)
    if near is not None:
        granted = _granted(table, above, near)
        if granted is not None:
            return MR(reward(wish.environment, granted.items()), discount)
    else:
        support = guess.conflict(above, level)
        conflict = None if support is None else _conflict(table, *support)
        if conflict is not None:
            return conflict
    slow = order(table.strict, table.ties, table.vectors([*table.strict, *table.ties]))
    if isinstance(slow, Conflict):
        return slow
    return MR(reward(wish.environment, zip(table.keys, slow.coefficients, strict=True)), discount)


@dataclass(frozen=True)
class Table:
    """What is compared: masses of `keys`, approximate ones of shape behaviours × keys.

    Attributes:
        ties: without those between policies that behave alike.
    """

    found: Behaviours
    occupancies: Occupancies
    keys: tuple[Action, ...]
    features: Array
    strict: tuple[Pair, ...]
    ties: tuple[Pair, ...]

    @staticmethod
    def of(wish: Wish, found: Behaviours) -> "Table":
        """The comparisons of a wish."""
        near = occupancies(wish.environment, found.choices(), found.discount)
        keys = found.telling()
        states, actions = [s for s, _ in keys], [a for _, a in keys]
        ties = tuple((a, b) for a, b in wish.ties if found.index[a] != found.index[b])
        return Table(found, near, keys, near.masses[:, states, actions], wish.covers, ties)

    def rows(self, pairs: Sequence[Pair]) -> Array:
        """Differences scaled to largest entries of 1; what is within the errors is taken for 0."""
        better, worse = self.indices(pairs)
        found = self.features[better] - self.features[worse]
        doubt = self.occupancies.errors[better] + self.occupancies.errors[worse]
        found[np.abs(found) <= doubt[:, None]] = 0
        sizes = np.abs(found).max(axis=1, initial=0)
        scaled: Array = found / np.where(sizes > 0, sizes, 1)[:, None]
        return scaled

    def indices(self, pairs: Sequence[Pair]) -> tuple[list[int], list[int]]:
        """The behaviours of the better and of the worse policies."""
        return [self.found.index[a] for a, _ in pairs], [self.found.index[b] for _, b in pairs]

    def vectors(self, pairs: Iterable[Pair]) -> dict[str, tuple[Fraction, ...]]:
        """Exact masses of the keys, for the policies of these pairs."""
        zero = Fraction(0)
        found = {}
        for name in {name: None for pair in pairs for name in pair}:
            masses = self.found.masses(self.found.index[name])
            found[name] = tuple(masses.get(key, zero) for key in self.keys)
        return found


def proposed(above: Array, level: Array) -> Array | None:
    """What seems to order as wished: by least squares where a program would take long, else by a program."""
    if above.size + level.size > DENSE_PROGRAM:
        matrix = np.vstack([above, level])
        target = np.append(np.ones(len(above)), np.zeros(len(level)))
        gram = matrix @ matrix.T + 1e-10 * np.eye(len(matrix))
        solution: Array = matrix.T @ np.linalg.solve(gram, target)
        if (above @ solution > 0.1).all() and np.abs(level @ solution).max(initial=0) < 1e-4:
            return solution
    return guess.functional(above, level, sparse=False)


def _granted(table: Table, above: Array, near: Array) -> dict[Action, Fraction] | None:
    """A reward near the guess, rounded, that surely orders as wished."""
    exact_masses = table.vectors(table.ties)
    level = [coprime(x - y for x, y in zip(exact_masses[a], exact_masses[b], strict=True)) for a, b in table.ties]
    for entries in exact.candidates(above, level, [near]):
        paid = {key: Fraction(x) for key, x in zip(table.keys, entries, strict=True) if x}
        if paid and _all_above(table, paid):
            return paid
    return None


def _all_above(table: Table, paid: Mapping[Action, Fraction]) -> bool:
    signs = _signs(table.found, table.occupancies, paid, table.strict)
    if -1 in signs:
        return False
    open_pairs = [pair for pair, sign in zip(table.strict, signs, strict=True) if sign != 1]
    return all(_exact_gap(table.found, paid, pair) > 0 for pair in open_pairs)


def _signs(
    found: Behaviours, near: Occupancies, paid: Mapping[Action, Fraction], pairs: Sequence[Pair]
) -> list[int | None]:
    """How the first of each pair compares with the second, None where the enclosures do not tell."""
    largest = max(map(abs, paid.values()), default=0) or Fraction(1)
    table = np.zeros((len(found.environment.states), len(found.environment.actions)))
    for (s, a), x in paid.items():
        table[s, a] = float(x / largest)
    better, worse = [found.index[a] for a, _ in pairs], [found.index[b] for _, b in pairs]
    return values(near, table).signs(better, worse)


def _exact_gap(found: Behaviours, paid: Mapping[Action, Fraction], pair: Pair) -> Fraction:
    worth = [
        sum((mass * paid[key] for key, mass in found.masses(found.index[name]).items() if key in paid), Fraction(0))
        for name in pair
    ]
    return worth[0] - worth[1]


def _conflict(table: Table, above: Sequence[int], level: Sequence[int]) -> Conflict | None:
    """The conflict among these comparisons, exact; None where there is none."""
    strict, ties = [table.strict[i] for i in above], [table.ties[j] for j in level]
    rows = differences(strict, ties, table.vectors([*strict, *ties]))
    found = exact.conflict(rows, range(len(strict)), range(len(ties))) or nearest.order(rows)
    return found if isinstance(found, Conflict) else None


def confirm(wish: Wish, objective: MR) -> bool | None:
    """Whether the objective grants the wish: strict comparisons by enclosures, ties and close calls exactly.

    Returns:
        None where neither can be told in reasonable time.
    """
    payments: dict[Action, Fraction] = {}
    for (s, a, t), amount in objective.reward.items():
        if amount.rational is None:
            return None
        chance = next(p for target, p in wish.environment.transitions[s][a] if target == t)
        payments[s, a] = payments.get((s, a), Fraction(0)) + chance * amount.rational
    found = behaviours(wish.environment, wish.policies, objective.discount)
    signs: list[int | None] = [None] * len(wish.covers)
    if 1 - objective.discount > CLOSEST:
        near = occupancies(wish.environment, found.choices(), objective.discount)
        signs = _signs(found, near, payments, wish.covers)
    if -1 in signs:
        return False
    ties = [(a, b) for a, b in wish.ties if found.index[a] != found.index[b]]
    unclear = [pair for pair, sign in zip(wish.covers, signs, strict=True) if sign is None]
    needed = {found.index[name] for pair in (*ties, *unclear) for name in pair}
    if len(needed) * len(wish.environment.states) ** 2 > MOST_EXACT:
        return None
    return all(_exact_gap(found, payments, pair) > 0 for pair in unclear) and all(
        _exact_gap(found, payments, pair) == 0 for pair in ties
    )
