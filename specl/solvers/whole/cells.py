"""Cells of policies: products of simplices, one for each state in which a policy chooses among several actions."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from specl.model.enclosure import Enclosure
from specl.model.quantities import Choice


@dataclass(frozen=True)
class Row:
    """A state in which a policy chooses among several actions."""

    state: int
    actions: tuple[int, ...]


@dataclass(frozen=True)
class Cell:
    """``corners[r][v]`` is the v-th corner of the r-th row's simplex: weights of the row's actions."""

    rows: tuple[Row, ...]
    corners: tuple[tuple[tuple[Fraction, ...], ...], ...]

    def entry(self, choice: Choice) -> Enclosure:
        """The range of a policy's entry."""
        r = next(r for r, row in enumerate(self.rows) if row.state == choice.state)
        a = self.rows[r].actions.index(choice.action)
        weights = [corner[a] for corner in self.corners[r]]
        return Enclosure(min(weights), max(weights))

    def edge(self, r: int) -> tuple[Fraction, int, int]:
        """(length, i, j) of the longest edge of a row's simplex."""
        corners = self.corners[r]
        return max(
            (max(abs(x - y) for x, y in zip(corners[i], corners[j], strict=True)), i, j)
            for j in range(len(corners))
            for i in range(j)
        )

    def half(self, r: int, i: int, j: int) -> "Cell":
        """The half at corner i of the edge from i to j in row r."""
        corners = list(self.corners[r])
        corners[j] = tuple((x + y) / 2 for x, y in zip(corners[i], corners[j], strict=True))
        return Cell(self.rows, (*self.corners[:r], tuple(corners), *self.corners[r + 1 :]))

    @property
    def middle(self) -> tuple[tuple[Fraction, ...], ...]:
        """The weights in the middle of each row's simplex."""
        return tuple(
            tuple(sum(weights, Fraction(0)) / len(corners) for weights in zip(*corners, strict=True))
            for corners in self.corners
        )


def whole(rows: Sequence[Row]) -> Cell:
    """All policies."""
    return Cell(
        tuple(rows),
        tuple(
            tuple(tuple(Fraction(int(v == a)) for a in range(len(row.actions))) for v in range(len(row.actions)))
            for row in rows
        ),
    )
