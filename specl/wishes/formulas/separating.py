"""A short formula that holds on some cells and not on others: disjunctions of conjunctions of literals, simplified.

Of the formula for the one side and the negated one for the other, the shorter is taken; Spot simplifies both.
"""

from collections.abc import Sequence
from typing import Any

from specl.model.formula import FALSE, TRUE, Formula
from specl.wishes.formulas.cells import Cell, Literal
from specl.wishes.formulas.simplifying import simplified
from specl.wishes.formulas.size import size


def separate(yes: Sequence[Cell], no: Sequence[Cell], literals: Sequence[Literal]) -> Formula:
    """A formula over the literals that holds on the cells of `yes` and on none of `no`.

    Raises:
        ValueError: no formula over these literals does.
    """
    import numpy as np

    if not yes or not no:
        return TRUE if yes else FALSE
    cells = [*yes, *no]
    truth = np.array([[literal.holds(cell) for cell in cells] for literal in literals], dtype=bool)
    truth = truth.reshape(len(literals), len(cells))
    useful = [i for i in np.unique(truth, axis=0, return_index=True)[1] if truth[i].any() and not truth[i].all()]
    chosen = [literals[i] for i in sorted(useful)]
    truth = truth[sorted(useful)]
    signed = [(literal, True) for literal in chosen] + [(literal, False) for literal in chosen]
    table = np.concatenate([truth, ~truth])
    wanted = np.arange(len(cells)) < len(yes)
    direct = _formula(_cover(table, wanted), signed)
    opposite = Formula("!", (_formula(_cover(table, ~wanted), signed),))
    return min((simplified(direct), simplified(opposite), direct, opposite), key=size)


def _cover(table: Any, wanted: Any) -> list[list[int]]:
    """Conjunctions of literals that hold on wanted cells only and together on all of them, found greedily.

    Args:
        table: whether each literal holds, shape literals × cells.
    """
    import numpy as np

    missing = wanted.copy()
    found = []
    while missing.any():
        seed = int(np.argmax(missing))
        usable = np.flatnonzero(table[:, seed])
        held = np.ones_like(wanted)
        cube: list[int] = []
        while (held & ~wanted).any():
            kept = table[usable] & held
            # the share of the others that goes, less the share of what is missing that is lost
            gone = 1 - (kept & ~wanted).sum(axis=1) / (held & ~wanted).sum()
            lost = 1 - (kept & missing).sum(axis=1) / (held & missing).sum()
            if not (gone > 0).any():
                raise ValueError("the literals do not tell the cells apart")
            score = np.where(gone > 0, gone - lost, -np.inf)
            cube.append(int(usable[np.argmax(score)]))
            held = held & table[cube[-1]]
        for literal in list(cube):
            rest = [other for other in cube if other != literal]
            if rest and not (np.logical_and.reduce(table[rest]) & ~wanted).any():
                cube = rest
        held = np.logical_and.reduce(table[cube])
        missing &= ~held
        found.append(cube)
    covered = [np.logical_and.reduce(table[cube]) for cube in found]
    for i in reversed(range(len(found))):
        others = [covered[j] for j in range(len(found)) if j != i]
        if others and not (wanted & ~np.logical_or.reduce(others)).any():
            del found[i], covered[i]
    return found


def _formula(cover: Sequence[Sequence[int]], signed: Sequence[tuple[Literal, bool]]) -> Formula:
    return _joined("|", [_conjunction([signed[i] for i in cube]) for cube in cover])


def _conjunction(cube: Sequence[tuple[Literal, bool]]) -> Formula:
    """a ∧ X (b ∧ X c): what is about later times within one X each."""
    last = max(literal.delay for literal, _ in cube)
    found: list[Formula] = []
    for time in range(last, -1, -1):
        later = [Formula("X", (_joined("&", found),))] if found else []
        now = [
            literal.formula if positive else Formula("!", (literal.formula,))
            for literal, positive in cube
            if literal.delay == time
        ]
        found = now + later
    return _joined("&", found)


def _joined(op: str, parts: Sequence[Formula]) -> Formula:
    return parts[0] if len(parts) == 1 else Formula(op, tuple(parts))
