"""How policies that are compared differ in what values are linear in, as polynomials in the discount γ.

A policy visits its states x = start + γ·xP times, so x = N(γ)/D(γ) with D = det(I − γP), which is positive on [0,1),
and N of a degree below the number of states: N is D·Σ_t γ^t start·Pᵗ, cut off there. The masses of one action per state
follow from all the others (what enters a state leaves it) and do not count; leaving them out is a choice of potential
(Ng, Harada, Russell 1999). Of the visits of action distributions, which sum to 1/(1 − γ), one can be left out too.
"""

from collections import Counter
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from math import lcm

from flint import fmpq_mat, fmpq_poly, fmpz_poly

from specl.chains.chain import induced
from specl.model.environment import Environment
from specl.model.flint_rational import to_fmpq, to_fraction
from specl.model.policy import Policy
from specl.wishes.linear.features import Action, Choice
from specl.wishes.wish import Pair, Wish

Key = Action | Choice
MOST_STATES = 64
"""Reachable states of a policy beyond which its masses are not computed as functions of γ."""


class TooLarge(Exception):
    """The discount cannot be kept as a variable; the message says why."""


@dataclass(frozen=True)
class Masses:
    """Features of a policy as rational functions of γ.

    Attributes:
        bottom: their common denominator, positive on [0,1).
        tops: feature -> numerator, where it is not 0.
    """

    bottom: fmpq_poly
    tops: Mapping[Key, fmpq_poly]


@dataclass(frozen=True)
class Difference:
    """A comparison of two policies.

    Attributes:
        pair: (better, worse), or two that tie.
        row: for each feature that counts, the first's less the second's, times `scale`.
        scale: positive on [0,1).
    """

    pair: Pair
    row: tuple[fmpz_poly, ...]
    scale: fmpq_poly

    def at(self, discount: Fraction) -> list[Fraction]:
        """The row at a discount."""
        return [to_fraction(entry(to_fmpq(discount))) for entry in self.row]

    def unscaled(self, discount: Fraction) -> list[Fraction]:
        """The difference itself at a discount."""
        scale = to_fraction(self.scale(to_fmpq(discount)))
        return [x / scale for x in self.at(discount)]


@dataclass(frozen=True)
class Differences:
    """The comparisons from which all others of a wish follow."""

    strict: tuple[Difference, ...]
    ties: tuple[Difference, ...]

    @property
    def all(self) -> tuple[Difference, ...]:
        """The strict ones, then the ties."""
        return (*self.strict, *self.ties)

    @property
    def width(self) -> int:
        """The number of features that count."""
        return len(next((each.row for each in self.all), ()))

    def only(self, pairs: Container[Pair]) -> "Differences":
        """Those of these pairs."""
        return Differences(*(tuple(each for each in side if each.pair in pairs) for side in (self.strict, self.ties)))


def differences(wish: Wish, with_choices: bool) -> Differences:
    """How the policies of a wish differ at all discounts.

    Args:
        with_choices: whether visits of action distributions are features beside the masses of state and action.

    Raises:
        TooLarge: a policy reaches too many states.
    """
    environment = wish.environment
    known = {policy: masses(environment, policy, with_choices) for policy in dict.fromkeys(wish.policies.values())}
    of = {name: known[policy] for name, policy in wish.policies.items()}
    keys = _counting(known.values())
    ties = [(group[0], name) for group in wish.classes for name in group[1:] if of[name] is not of[group[0]]]
    strict_rows, tie_rows = ([_difference(pair, of, keys) for pair in pairs] for pairs in (wish.covers, ties))
    used = [k for k in range(len(keys)) if any(not each.row[k].is_zero() for each in (*strict_rows, *tie_rows))]
    return Differences(*(tuple(_kept(each, used) for each in rows) for rows in (strict_rows, tie_rows)))


def masses(environment: Environment, policy: Policy, with_choices: bool) -> Masses:
    """The masses of state and action, and of action distributions.

    Raises:
        TooLarge: the policy reaches too many states.
    """
    chain = induced(environment, policy)
    size = len(chain.states)
    if size > MOST_STATES:
        raise TooLarge(f"a policy reaches {size} states, more than {MOST_STATES}")
    moves, start = fmpq_mat(size, size), fmpq_mat(1, size)
    for i, probability in chain.start:
        start[0, i] = to_fmpq(probability)
    for i, row in enumerate(chain.moves):
        for move in row:
            moves[i, move.target] += to_fmpq(move.probability)
    bottom = fmpq_poly(list(reversed(moves.charpoly().coeffs())))
    laws = [start]
    while len(laws) < size:
        laws.append(laws[-1] * moves)
    visits = [fmpq_poly([law[0, i] for law in laws]).mul_low(bottom, size) for i in range(size)]
    shared = reduce(lambda p, q: p.gcd(q), visits, bottom)
    shared /= shared(0)
    tops: dict[Key, fmpq_poly] = {}
    for row, top in zip(chain.moves, visits, strict=True):
        s = row[0].step[0]
        weights = policy.rows[s]
        entries: list[tuple[Key, Fraction]] = [((s, a), weight) for a, weight in enumerate(weights) if weight]
        for key, weight in [*entries, *([(Choice(weights), Fraction(1))] if with_choices else [])]:
            tops[key] = tops.get(key, fmpq_poly()) + top // shared * to_fmpq(weight)
    return Masses(bottom // shared, tops)


def _counting(known: Iterable[Masses]) -> list[Key]:
    """The features that count: all but the commonest action of each state, and the commonest distribution."""
    uses = Counter(key for each in known for key in each.tops)
    commonest: dict[int | None, Key] = {}
    for key, _ in uses.most_common():
        commonest.setdefault(None if isinstance(key, Choice) else key[0], key)
    return [key for key in uses if key not in commonest.values()]


def _difference(pair: Pair, of: Mapping[str, Masses], keys: Iterable[Key]) -> Difference:
    first, second = (of[name] for name in pair)
    shared = first.bottom.gcd(second.bottom)
    shared /= shared(0)  # positive on [0,1), as it divides what is
    left, right = second.bottom // shared, first.bottom // shared
    zero = fmpq_poly()
    row = [first.tops.get(key, zero) * left - second.tops.get(key, zero) * right for key in keys]
    scale = lcm(*(int(entry.denom()) for entry in row))
    return Difference(pair, tuple((entry * scale).numer() for entry in row), first.bottom * left * scale)


def _kept(each: Difference, used: Iterable[int]) -> Difference:
    return Difference(each.pair, tuple(each.row[k] for k in used), each.scale)
