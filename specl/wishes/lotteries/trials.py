"""Ordering policies by one set of features after another, until one will do."""

import random
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeVar

from specl.wishes.linear.order import order
from specl.wishes.linear.outcome import Conflict
from specl.wishes.wish import Pair, Wish

Key = TypeVar("Key", bound=Hashable)

PRIME = 2**61 - 1


def comparisons(wish: Wish) -> tuple[tuple[Pair, ...], tuple[Pair, ...]]:
    """Strict pairs and ties from which, by chaining, the whole wish follows; as few as that takes."""
    return wish.covers, tuple((group[0], name) for group in wish.classes for name in group[1:])


def coefficients(conflict: Conflict) -> dict[str, Fraction]:
    """c with Σ weight·(better − worse) = Σ c_π·π, where it is not 0."""
    found: dict[str, Fraction] = {}
    for better, worse, weight in (*conflict.strict, *conflict.ties):
        found[better] = found.get(better, Fraction(0)) + weight
        found[worse] = found.get(worse, Fraction(0)) - weight
    return {name: c for name, c in found.items() if c}


def order_by(
    wish: Wish, columns: Mapping[Key, Sequence[Fraction]], readable: bool = True
) -> dict[Key, Fraction] | Conflict:
    """Coefficients, the zero ones left out, under which the sum of the columns grants the wish; or the conflict.

    Args:
        columns: feature -> its value for each of the wish's policies; of features that are multiples of each other
            plus a constant, the first is used.
        readable: as for `order`.
    """
    kept: dict[tuple[Fraction, ...], Key] = {}
    for key, column in columns.items():
        differences = [x - column[0] for x in column]
        scale = next((x for x in differences if x), None)
        if scale is not None:
            kept.setdefault(tuple(x / scale for x in differences), key)
    vectors = {name: [columns[key][i] for key in kept.values()] for i, name in enumerate(wish.policies)}
    found = order(*comparisons(wish), vectors, readable)
    if isinstance(found, Conflict):
        return found
    return {key: c for key, c in zip(kept.values(), found.coefficients, strict=True) if c}


@dataclass
class Trials:
    """Conflicts met so far spare most of the work on features that won't do: often an old one is one of theirs, and
    seeing this takes the features of its policies alone."""

    wish: Wish
    _conflicts: list[Mapping[str, Fraction]] = field(default_factory=list)
    _marks: dict[Hashable, int] = field(default_factory=dict)
    _random: random.Random = field(default_factory=lambda: random.Random(0))

    def weights(
        self, features: Callable[[str], Mapping[Key, Fraction]], readable: bool = True
    ) -> dict[Key, Fraction] | None:
        """Coefficients under which the sum of the features grants the wish, 0 left out; None where there are none.

        Args:
            features: policy -> feature -> value, 0 where absent.
        """
        seen: dict[str, Mapping[Key, Fraction]] = {}
        shadows: dict[str, int] = {}

        def of(name: str) -> Mapping[Key, Fraction]:
            if name not in seen:
                seen[name] = features(name)
            return seen[name]

        def shadow(name: str) -> int:
            if name not in shadows:
                shadows[name] = self._shadow(of(name))
            return shadows[name]

        for conflict in self._conflicts:  # weights are integers
            if sum(int(weight) * shadow(name) for name, weight in conflict.items()) % PRIME == 0 and not any(
                sum(weight * of(name).get(key, Fraction(0)) for name, weight in conflict.items())
                for key in dict.fromkeys(key for name in conflict for key in of(name))
            ):
                return None
        keys = dict.fromkeys(key for name in self.wish.policies for key in of(name))
        columns = {key: [of(name).get(key, Fraction(0)) for name in self.wish.policies] for key in keys}
        found = order_by(self.wish, columns, readable)
        if isinstance(found, Conflict):
            self._conflicts.insert(0, coefficients(found))
            return None
        return found

    def _shadow(self, features: Mapping[Key, Fraction]) -> int:
        """The features in a random direction, modulo a prime: a combination of shadows is hardly ever 0 where that of
        the features is not. (A denominator that the prime divides spoils this, which costs time and nothing else.)"""
        total = 0
        for key, value in features.items():
            mark = self._marks.setdefault(key, self._random.randrange(PRIME))
            total += mark * value.numerator * pow(value.denominator % PRIME or 1, -1, PRIME)
        return total % PRIME
