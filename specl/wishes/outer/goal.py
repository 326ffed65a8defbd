"""A wish about points: policies that cannot be told apart are one point, and the points are to be ordered."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from specl.chains.components import components

Edge = tuple[int, int]
"""(better, worse), or two points that tie."""


@dataclass(frozen=True)
class Goal:
    """How points 0, …, size − 1 are to be ordered.

    Attributes:
        strict: pairs (better, worse).
        ties: pairs of points that are to be equally good.
    """

    size: int
    strict: tuple[Edge, ...]
    ties: tuple[Edge, ...]

    @property
    def reversed(self) -> "Goal":
        """The same with better and worse exchanged."""
        return replace(self, strict=tuple((worse, better) for better, worse in self.strict))

    def granted(self, values: Sequence[Fraction]) -> bool:
        """Whether these values of the points order them so."""
        return all(values[i] > values[j] for i, j in self.strict) and all(values[i] == values[j] for i, j in self.ties)

    def allowed(self, values: Sequence[Fraction]) -> bool:
        """Whether these values contradict nothing, what they tie being settled by something else."""
        return all(values[i] >= values[j] for i, j in self.strict) and all(values[i] == values[j] for i, j in self.ties)

    def left(self, values: Sequence[Fraction]) -> "Goal":
        """What is still to be settled where these values matter most."""
        return replace(self, strict=tuple((i, j) for i, j in self.strict if values[i] == values[j]))

    def heights(self, values: Sequence[Fraction] | None = None) -> tuple[int, ...] | None:
        """Point -> its height in a total order that fits, 0 the lowest and every height taken; points of one value are
        made to tie. None where that goes in a circle."""
        same: dict[Fraction, int] = {}
        more = [] if values is None else [(i, same.setdefault(value, i)) for i, value in enumerate(values)]
        return heights(self.size, self.strict, (*self.ties, *more))


def heights(size: int, strict: Iterable[Edge], ties: Iterable[Edge]) -> tuple[int, ...] | None:
    """Node -> the length of the longest chain of strict comparisons down from it; None where there is a circle."""
    below: list[list[int]] = [[] for _ in range(size)]
    beside: list[list[int]] = [[] for _ in range(size)]
    for i, j in strict:
        below[i].append(j)
    for i, j in ties:
        beside[i].append(j)
        beside[j].append(i)
    found = [-1] * size
    for group in components([[*down, *level] for down, level in zip(below, beside, strict=True)]):
        beneath = [j for i in group for j in below[i]]
        if any(found[j] < 0 for j in beneath):  # not yet known: it is in the group itself
            return None
        height = 1 + max((found[j] for j in beneath), default=-1)
        for i in group:
            found[i] = height
    return tuple(found)
