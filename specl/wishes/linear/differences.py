"""The differences of vectors that are compared, as integer rows: positive multiples order vectors alike."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm

from specl.wishes.linear.outcome import Conflict, Functional
from specl.wishes.wish import Pair

Row = list[int]


@dataclass(frozen=True)
class Differences:
    """Integer rows, in the coordinates in which some row is not 0.

    Attributes:
        strict, ties: the pairs, one for each row of `above` and of `level`.
        above, level: coprime integer multiples of f_better − f_worse.
        scales: what each difference was multiplied with; strict ones first.
        columns: which coordinates these are.
        width: of how many.
    """

    strict: tuple[Pair, ...]
    ties: tuple[Pair, ...]
    above: list[Row]
    level: list[Row]
    scales: list[Fraction]
    columns: tuple[int, ...]
    width: int

    def functional(self, entries: Mapping[int, int]) -> Functional:
        """The functional with these entries in these coordinates, 0 elsewhere."""
        found = [Fraction(0)] * self.width
        for place, value in entries.items():
            found[self.columns[place]] = Fraction(value)
        return Functional(tuple(found))

    def conflict(self, above: Mapping[int, Fraction], level: Mapping[int, Fraction]) -> Conflict:
        """Weights on rows, as coprime integers on pairs."""
        count = len(self.strict)
        raw = [x * self.scales[i] for i, x in above.items()] + [x * self.scales[count + j] for j, x in level.items()]
        weights = iter(coprime(raw))
        strict = tuple((*self.strict[i], Fraction(next(weights))) for i in above)
        return Conflict(strict, tuple((*self.ties[j], Fraction(next(weights))) for j in level))


def differences(
    strict: Sequence[Pair], ties: Sequence[Pair], vectors: Mapping[str, Sequence[Fraction]]
) -> Differences:
    """The differences of these pairs of vectors."""
    width = len(next(iter(vectors.values()), ()))
    rows = [[x - y for x, y in zip(vectors[a], vectors[b], strict=True)] for a, b in (*strict, *ties)]
    columns = tuple(k for k in range(width) if any(row[k] for row in rows))
    scaled, scales = [], []
    for row in rows:
        entries = [row[k] for k in columns]
        integers = coprime(entries)
        scaled.append(integers)
        scales.append(next((y / x for x, y in zip(entries, integers, strict=True) if x), Fraction(1)))
    count = len(strict)
    return Differences(tuple(strict), tuple(ties), scaled[:count], scaled[count:], scales, columns, width)


def coprime(values: Iterable[Fraction]) -> list[int]:
    """The smallest positive multiple in integers."""
    entries = list(values)
    bottom = lcm(*(x.denominator for x in entries))
    whole = [x.numerator * (bottom // x.denominator) for x in entries]
    shared = gcd(*whole) or 1
    return [x // shared for x in whole]
