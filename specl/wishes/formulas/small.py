"""Formulas in the order of their size, those that agree on all lassos once, with their probabilities there."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from specl.model.formula import Formula, atom
from specl.wishes.formulas.lassos import Lassos
from specl.wishes.formulas.size import OPERATORS

MEMORY = 200_000_000
"""Bytes for the truth tables of the formulas that are kept."""

CHUNK = 2_000_000
"""Entries of a truth table that is made at once."""

UNARY = ("!", "X", "F", "G")
BINARY = ("&", "|", "U", "<->")


@dataclass(frozen=True)
class Sized:
    """Formulas of one size.

    Attributes:
        values: their probabilities, shape formulas × policies.
    """

    size: int
    formulas: Sequence[Formula]
    values: Any


Make = Callable[[int], Formula]
"""Row of a truth table -> its formula."""


def small_formulas(lassos: Lassos, atoms: Sequence[str]) -> Iterator[Sized]:
    """Formulas over the atoms with ! X F G & | U <->, smaller ones first, as long as memory lasts and new ones come.

    A formula that agrees with an earlier one at each position of each lasso is left out, and so is what is made of it.

    Args:
        atoms: in the order of preference.
    """
    import numpy as np

    levels: dict[int, _Level] = {}
    seen: set[bytes] = set()
    table = _Table(lassos)
    size = last = 0
    while size <= 2 * last + max(OPERATORS.values()):  # the largest formula that known ones make
        size += 1
        level = _Level([], [])
        for make, truth in _of_size(size, levels, table, atoms):
            new = []
            for i, row in enumerate(truth):
                if (key := row.tobytes()) not in seen:
                    seen.add(key)
                    new.append(i)
            formulas = [make(i) for i in new]
            if new:
                level.formulas.extend(formulas)
                level.parts.append(truth[new])
            yield Sized(size, formulas, table.at(truth[new], lassos.roots) @ lassos.weights.T)
            if len(seen) * table.width > MEMORY:
                return
        if level.formulas:
            level.parts[:] = [np.concatenate(level.parts)]
            levels[size] = level
            last = size


@dataclass(frozen=True)
class _Level:
    """The formulas of one size and their truth, in parts until all of them are there."""

    formulas: list[Formula]
    parts: list[Any]

    @property
    def truth(self) -> Any:
        return self.parts[0]


class _Table:
    """Truth tables, shape formulas × positions, eight positions in a byte; the bits after the last are 0."""

    def __init__(self, lassos: Lassos) -> None:
        import numpy as np

        self.lassos = lassos
        self.positions = len(lassos.letters)
        self.full = np.packbits(np.ones(self.positions, dtype=bool))
        self.width = len(self.full)

    def of_atoms(self, atoms: Sequence[str]) -> Any:
        import numpy as np

        truth = np.array([[name in letter for letter in self.lassos.letters] for name in atoms], dtype=bool)
        return np.packbits(truth.reshape(len(atoms), self.positions), axis=1)

    def at(self, table: Any, positions: Any) -> Any:
        """Truth at some positions, shape formulas × positions, a byte for each."""
        return table[:, positions >> 3] >> (7 - (positions & 7)).astype("uint8") & 1

    def apply(self, op: str, *tables: Any) -> Any:
        """The tables of formulas whose arguments have these tables."""
        import numpy as np

        match op:
            case "!":
                return ~tables[0] & self.full
            case "&":
                return tables[0] & tables[1]
            case "|":
                return tables[0] | tables[1]
            case "<->":
                return ~(tables[0] ^ tables[1]) & self.full
        truth = [np.unpackbits(table, axis=1, count=self.positions) for table in tables]
        return np.packbits(_temporal(op, self.lassos.jumps, *truth), axis=1)


def _temporal(op: str, jumps: Sequence[Any], *truth: Any) -> Any:
    """X, F, G, U on truth at single positions.

    Args:
        jumps: the positions 1, 2, 4, … later; together as far as a lasso has positions.
    """
    match op:
        case "X":
            return truth[0][:, jumps[0]]
        case "F" | "G":
            found = truth[0]
            for jump in jumps:  # now within 2, 4, … positions
                found = found | found[:, jump] if op == "F" else found & found[:, jump]
            return found
        case "U":
            waits, found = truth
            for jump in jumps:
                found = found | waits & found[:, jump]
                waits = waits & waits[:, jump]
            return found
    raise ValueError(f"not an operator of small formulas: {op}")


def _of_size(size: int, levels: dict[int, _Level], table: _Table, atoms: Sequence[str]) -> Iterator[tuple[Make, Any]]:
    """Tables of the formulas of a size, in pieces."""
    if size == 1:
        yield lambda i: atom(atoms[i]), table.of_atoms(atoms)
    rows = max(1, CHUNK // table.positions)
    for op in UNARY:
        for level, bracketed in ((levels.get(size - 1), False), (levels.get(size - 2), True)):
            inner = [i for i, f in enumerate(level.formulas) if (f.op in OPERATORS) == bracketed] if level else []
            for first in range(0, len(inner), rows):
                part = inner[first : first + rows]
                assert level is not None
                yield _unary(op, [level.formulas[i] for i in part]), table.apply(op, level.truth[part])
    for op in BINARY:
        cost = OPERATORS[op]
        for left, right in ((i, size - cost - i) for i in levels if size - cost - i in levels):
            if op == "U" or left <= right:
                yield from _combined(op, levels[left], levels[right], table, rows)


def _combined(op: str, left: _Level, right: _Level, table: _Table, rows: int) -> Iterator[tuple[Make, Any]]:
    """Each formula on one side with many on the other at once."""
    if len(left.formulas) <= len(right.formulas):
        for i, one in enumerate(left.formulas):
            start = i + 1 if left is right and op != "U" else 0
            for first in range(start, len(right.formulas), rows):
                others = right.formulas[first : first + rows]
                yield (
                    _binary(op, [one], others),
                    table.apply(op, left.truth[i : i + 1], right.truth[first : first + rows]),
                )
    else:
        for j, other in enumerate(right.formulas):
            for first in range(0, len(left.formulas), rows):
                ones = left.formulas[first : first + rows]
                yield (
                    _binary(op, ones, [other]),
                    table.apply(op, left.truth[first : first + rows], right.truth[j : j + 1]),
                )


def _unary(op: str, inner: Sequence[Formula]) -> Make:
    return lambda i: Formula(op, (inner[i],))


def _binary(op: str, left: Sequence[Formula], right: Sequence[Formula]) -> Make:
    return lambda i: Formula(op, (left[i if len(left) > 1 else 0], right[i if len(right) > 1 else 0]))
