"""Simplices cut along the kinks of a function, so that on each of them it is smooth.

Where an edge crosses a hyperplane on which two arguments of a minimum or maximum are equal, the simplex is halved
there; what no longer crosses any lies on one side. Case distinctions stay: at their borders more than the values on the
two sides can count.
"""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import combinations

import numpy as np

from specl.model.expression import Expression, add, negate
from specl.solvers.outer.branch import Piece
from specl.solvers.outer.forms import affine
from specl.solvers.outer.hull import Vector

MOST_SIMPLICES = 4000

_Linear = tuple[tuple[Fraction, ...], Fraction]


def pieces(function: Expression, condition: Expression | None, simplices: Sequence[tuple[Vector, ...]]) -> list[Piece]:
    """The function on simplices on each of which it has no kink that an affine function describes."""
    waiting = [(simplex, function) for simplex in simplices]
    done: dict[Expression, list[tuple[Vector, ...]]] = {}
    while waiting:
        simplex, current = waiting.pop()
        if len(waiting) + sum(map(len, done.values())) > MOST_SIMPLICES:
            done.setdefault(current, []).append(simplex)
            continue
        step = _settle(current, simplex)
        if step is None:
            done.setdefault(current, []).append(simplex)
        elif isinstance(step, Expression):
            waiting.append((simplex, step))
        else:
            waiting += [(half, current) for half in step]
    return [
        Piece(
            current,
            condition,
            np.array([[[float(x) for x in corner] for corner in simplex] for simplex in found]),
        )
        for current, found in done.items()
    ]


def _settle(node: Expression, simplex: tuple[Vector, ...]) -> Expression | list[tuple[Vector, ...]] | None:
    """The expression with one kink less, or two halves of the simplex, or None if there is nothing to settle."""
    for i, part in enumerate(node.args):
        found = _settle(part, simplex)
        if isinstance(found, Expression):
            return replace(node, args=(*node.args[:i], found, *node.args[i + 1 :]))
        if found is not None:
            return found
    if node.op not in ("min", "max", "abs"):
        return None
    args = list(node.args) if node.op != "abs" else [node.args[0], negate(node.args[0])]
    if len(args) == 1:
        return args[0]
    size = len(simplex[0])
    for u, v in combinations(args, 2):
        linear = _rational(add((u, negate(v))), size)
        if linear is None:
            continue
        worth = [sum((w * x for w, x in zip(linear[0], corner, strict=True)), linear[1]) for corner in simplex]
        for i, j in combinations(range(size + 1), 2):
            if worth[i] * worth[j] < 0:
                share = worth[i] / (worth[i] - worth[j])
                middle = tuple(x + share * (y - x) for x, y in zip(simplex[i], simplex[j], strict=True))
                return [(*simplex[:k], middle, *simplex[k + 1 :]) for k in (i, j)]
        is_larger = sum(worth, Fraction(0)) >= 0
        args.remove(v if is_larger == (node.op != "min") else u)
        return Expression("max" if node.op == "abs" else node.op, tuple(args)) if len(args) > 1 else args[0]
    return None


def _rational(node: Expression, size: int) -> _Linear | None:
    found = affine(node, size)
    if found is None or found[1].rational is None:
        return None
    return found[0], found[1].rational
