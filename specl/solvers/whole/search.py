"""Branch and bound over stationary policies: the largest value of what is a rational function on each support.

A cell of policies is worth at most what `bernstein` says, and at least what the policy in its middle is worth, exactly.
The cell with the largest bound is halved next, so that the largest bound of those left is proved at any time.
"""

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import count

from specl.model.enclosure import enclosure
from specl.model.errors import Undefined, Unsupported
from specl.model.policy import Policy
from specl.model.rational_function import RationalFunction
from specl.solvers.hurry import is_over
from specl.solvers.whole.bernstein import Form, form_of
from specl.solvers.whole.cells import Cell, Row, whole

MOST_CELLS = 200_000

Level = tuple[RationalFunction, Fraction]
"""A function of policies, and what it has to be worth at least."""


@dataclass(frozen=True)
class Face:
    """The policies of one support, and what is asked of them there."""

    support: Sequence[Sequence[int]]
    function: RationalFunction
    levels: Sequence[Level] = ()

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """Where the policies differ."""
        return tuple(Row(s, tuple(sorted(actions))) for s, actions in enumerate(self.support) if len(actions) > 1)


@dataclass(frozen=True)
class Bounded:
    """No policy is worth more than ``high`` (None: no bound was found); ``best``: the best one that was seen, worth
    ``low`` at least; None where none beat what was known before."""

    high: Fraction | None
    best: Policy | None
    low: Fraction
    cells: int


def largest(
    faces: Sequence[Face],
    width: int,
    known: Fraction,
    precision: Fraction,
    deadline: float,
    tell: Callable[[str], None],
) -> Bounded:
    """The largest value on the policies of all faces, within the precision, where all levels are reached.

    Args:
        width: the number of actions.
        known: a value that is attained by some policy already.
        deadline: the reading of `time.monotonic` at which to stop.

    Raises:
        Unsupported: a function is too large.
    """
    search = _Search(width, known)
    number = count()
    waiting: list[tuple[float, int, Fraction | None, Face, Cell, list[Form]]] = []

    def push(face: Face, cell: Cell, forms: list[Form]) -> None:
        if _is_out(face, cell, forms):
            return
        search.try_middle(face, cell)
        found = forms[0].range(cell)
        if found is None or found.high > search.low:
            key = float("-inf") if found is None else -float(found.high)
            heapq.heappush(waiting, (key, next(number), None if found is None else found.high, face, cell, forms))

    for face in faces:
        push(
            face, whole(face.rows), [form_of(each, face.rows) for each in (face.function, *(f for f, _ in face.levels))]
        )
    while waiting:
        _, _, bound, face, cell, forms = waiting[0]
        if bound is not None and bound <= search.low + precision:
            return Bounded(max(bound, search.low), search.best, search.low, search.cells)
        if search.cells >= MOST_CELLS or is_over(deadline):
            return Bounded(bound, search.best, search.low, search.cells)
        heapq.heappop(waiting)
        r, i, j = _widest(cell, forms)
        push(face, cell.half(r, i, j), [form.half(face.rows, r, i, j) for form in forms])
        push(face, cell.half(r, j, i), [form.half(face.rows, r, j, i) for form in forms])
        if search.cells % 500 == 0 and waiting:
            tell(f"{search.cells} cells of policies; at most {-waiting[0][0]:.6g}, at least {float(search.low):.6g}")
    return Bounded(search.low, search.best, search.low, search.cells)


def _widest(cell: Cell, forms: Sequence[Form]) -> tuple[int, int, int]:
    """The row along which the functions seem to change most, and its longest edge."""
    edges = [cell.edge(r) for r in range(len(cell.rows))]
    changes = [sum(form.variation(r) for form in forms) for r in range(len(cell.rows))]
    if not any(changes):
        changes = [float(length) for length, _, _ in edges]
    r = max((r for r in range(len(edges)) if edges[r][0]), key=changes.__getitem__)
    return r, edges[r][1], edges[r][2]


def _is_out(face: Face, cell: Cell, forms: Sequence[Form]) -> bool:
    """Whether some level is certainly reached nowhere in the cell."""
    for form, (_, level) in zip(forms[1:], face.levels, strict=True):
        found = form.range(cell)
        if found is not None and found.high < level:
            return True
    return False


@dataclass(eq=False)
class _Search:
    width: int
    low: Fraction
    best: Policy | None = None
    cells: int = 0

    def try_middle(self, face: Face, cell: Cell) -> None:
        """Look at the policy in the middle."""
        self.cells += 1
        policy = self._policy(face, cell)
        try:
            value = enclosure(face.function.at(policy)).low
            is_better = value > self.low and all(enclosure(f.at(policy)).low >= level for f, level in face.levels)
        except (Undefined, Unsupported, ZeroDivisionError):
            return
        if is_better:
            self.low, self.best = value, policy

    def _policy(self, face: Face, cell: Cell) -> Policy:
        chosen = {
            row.state: dict(zip(row.actions, weights, strict=True))
            for row, weights in zip(cell.rows, cell.middle, strict=True)
        }
        rows = []
        for s, actions in enumerate(face.support):
            weights = chosen.get(s, {actions[0]: Fraction(1)})
            rows.append(tuple(weights.get(a, Fraction(0)) for a in range(self.width)))
        return Policy(tuple(rows))
