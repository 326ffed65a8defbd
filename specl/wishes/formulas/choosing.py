"""Which cells a formula should hold on so that the wish is granted: an integer program proposes, fractions decide."""

import ctypes
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from math import inf, lcm
from typing import Any

from specl.wishes.formulas.cells import Cell
from specl.wishes.formulas.comparisons import Comparisons

BASE = 1000
"""Coefficients of equations are integers below this, so that the solver's tolerances do not matter."""

MARGIN = 1e-4
"""By how much a strict comparison is to hold, of the largest difference that a single cell makes."""


@dataclass(frozen=True)
class Choice:
    """Cells to be chosen, cells to be avoided; on those in neither the wish does not depend."""

    yes: tuple[Cell, ...]
    no: tuple[Cell, ...]


@dataclass(frozen=True)
class NoChoice:
    """None was found.

    Attributes:
        is_infeasible: the solver says that there is none; otherwise it ran out of time, or erred.
    """

    is_infeasible: bool


def choose(comparisons: Comparisons, cells: Mapping[Cell, Sequence[Fraction]], seconds: float) -> Choice | NoChoice:
    """Cells whose probabilities together are ordered as wished.

    Every cell is taken or not. Of all choices one is preferred that cuts through few beginnings: the cost is 1 for each
    beginning of which some continuations are taken and some are not.
    """
    pairs = [*comparisons.strict, *comparisons.ties]
    differences = {cell: [p[one] - p[other] for one, other in pairs] for cell, p in cells.items()}
    active = [cell for cell, row in differences.items() if any(row)]
    columns = [[differences[cell][k] for cell in active] for k in range(len(pairs))]
    strict, ties = columns[: len(comparisons.strict)], columns[len(comparisons.strict) :]
    if not all(map(any, strict)):
        return NoChoice(True)
    program = _Program()
    taken = [program.variable(0, 1, integral=True) for _ in active]
    for column in strict:
        program.above(taken, column)
    for column in ties:
        program.level(taken, column)
    _prefer_whole_beginnings(program, active, taken)
    found = program.solve(seconds)
    if found.x is None:
        return NoChoice(found.status == 2)
    yes = [number for number, value in enumerate(found.x[: len(active)]) if value > 0.5]
    totals = [[sum((column[i] for i in yes), start=Fraction(0)) for column in side] for side in (strict, ties)]
    if any(total <= 0 for total in totals[0]) or any(totals[1]):
        return NoChoice(False)
    rest = sorted(set(range(len(active))).difference(yes))
    return Choice(tuple(active[i] for i in yes), tuple(active[i] for i in rest))


@dataclass
class _Program:
    """A mixed integer program, to be minimised."""

    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    integral: list[bool] = field(default_factory=list)
    cost: list[float] = field(default_factory=list)
    rows: list[tuple[dict[int, float], float, float]] = field(default_factory=list)

    def variable(self, low: float, high: float, integral: bool = False, cost: float = 0) -> int:
        """A new variable."""
        self.low.append(low)
        self.high.append(high)
        self.integral.append(integral)
        self.cost.append(cost)
        return len(self.cost) - 1

    def above(self, variables: Sequence[int], coefficients: Sequence[Fraction]) -> None:
        """Σ coefficient·variable > 0."""
        largest = max(map(abs, coefficients))
        common = lcm(*(c.denominator for c in coefficients))
        scale, margin = (common, 1.0) if largest * common <= BASE else (1 / largest, MARGIN)
        self.rows.append(
            ({i: float(c * scale) for i, c in zip(variables, coefficients, strict=True) if c}, margin, inf)
        )

    def level(self, variables: Sequence[int], coefficients: Sequence[Fraction]) -> None:
        """Σ coefficient·variable = 0: digit by digit, with a carry, as when one adds by hand."""
        common = lcm(*(c.denominator for c in coefficients))
        whole = [int(c * common) for c in coefficients]
        carry: dict[int, float] = {}
        while any(whole):
            digits = [(c + BASE // 2) % BASE - BASE // 2 for c in whole]
            whole = [(c - digit) // BASE for c, digit in zip(whole, digits, strict=True)]
            row = {i: float(digit) for i, digit in zip(variables, digits, strict=True) if digit} | carry
            if any(whole):
                bound = len(variables) + 1
                carry = {self.variable(-bound, bound, integral=True): 1.0}
                row |= {i: -float(BASE) for i in carry}
            self.rows.append(({i: value / BASE for i, value in row.items()}, 0, 0))

    def solve(self, seconds: float) -> Any:
        """What scipy finds: ``x`` (None where there is nothing), and ``status``, 2 for "infeasible"."""
        import numpy as np
        from scipy import optimize, sparse

        constraints = []
        if self.rows:
            lines = [number for number, (row, _, _) in enumerate(self.rows) for _ in row]
            places = [place for row, _, _ in self.rows for place in row]
            values = [value for row, _, _ in self.rows for value in row.values()]
            matrix = sparse.csr_matrix((values, (lines, places)), shape=(len(self.rows), len(self.cost)))
            ends = ([row[side] for row in self.rows] for side in (1, 2))
            constraints.append(optimize.LinearConstraint(matrix, *ends))
        with _silent():
            return optimize.milp(
                np.array(self.cost),
                integrality=np.array(self.integral, dtype=int),
                bounds=optimize.Bounds(self.low, self.high),
                constraints=constraints,
                options={"time_limit": max(seconds, 0.1), "mip_rel_gap": 0.05},
            )


@contextmanager
def _silent() -> Iterator[None]:
    """Without the standard output of the process: HiGHS prints a line there whenever it mends a rounded solution."""
    sys.stdout.flush()
    libc = ctypes.CDLL(None)
    kept = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    try:
        yield
    finally:
        libc.fflush(None)  # what the solver left in C's buffer
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


Path = tuple[Any, ...]


def _prefer_whole_beginnings(program: _Program, cells: Sequence[Cell], taken: Sequence[int]) -> None:
    """Adds the cost: at each beginning, whether some continuation is taken, less whether all are."""
    paths: list[Path] = [(*cell.word, cell.end) for cell in cells]

    def split(members: Sequence[int], depth: int) -> tuple[int, int]:
        """The variables for "some of these" and "all of these"; they have this many letters in common."""
        if len(members) == 1:
            return taken[members[0]], taken[members[0]]
        groups: dict[Any, list[int]] = {}
        for i in members:
            groups.setdefault(paths[i][depth], []).append(i)
        if len(groups) == 1:
            return split(members, depth + 1)
        some, every = program.variable(0, 1, cost=1), program.variable(0, 1, cost=-1)
        for group in groups.values():
            part_some, part_every = split(group, depth + 1)
            program.rows.append(({some: 1, part_some: -1}, 0, inf))
            program.rows.append(({part_every: 1, every: -1}, 0, inf))
        return some, every

    split(range(len(cells)), 0)
