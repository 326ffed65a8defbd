"""Comparisons of functions of one form, as affine ones: x² ≥ 1/4 is x ≤ −1/2 or x ≥ 1/2.

Possible where both sides are defined everywhere and their difference changes its sign at rational points; other
comparisons stay as they are.
"""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from specl.model.enclosure import Enclosure
from specl.model.errors import Undefined
from specl.model.expression import COMPARISONS, Expression, constant, decide, variable, variables
from specl.solvers.outer.forms import affine, constant_of
from specl.solvers.outer.line import Cuts

_End = tuple[Fraction, bool]
"""Where an interval ends, and whether the end is inside."""


def straightened(node: Expression, box: list[Enclosure]) -> Expression:
    """An equivalent expression or condition on the box."""
    if not variables(node):
        return node
    if node.op in COMPARISONS:
        (key, *others) = variables(node)
        if not others and not all(affine(part, len(box)) for part in node.args):
            side = box[int(str(key))]
            found = _intervals(node, side)
            if found is not None:
                return _within(found, variable(key), side)
        return node
    return replace(node, args=tuple(straightened(part, box) for part in node.args)) if node.args else node


def _intervals(condition: Expression, side: Enclosure) -> list[tuple[_End, _End]] | None:
    """Where the condition holds; None where that is not known exactly."""
    cuts = Cuts(side.low, side.high)
    cuts.add(condition)
    if not cuts.is_settled(condition) or any(low != high for low, high in cuts.places):
        return None
    found: list[tuple[_End, _End]] = []
    begun: _End | None = None
    last = side.low
    for low, high, truth in _parts(condition, cuts):
        if truth is None:
            return None
        if truth and begun is None:
            begun = low, low == high
        if not truth and begun is not None:
            found.append((begun, (low, low < high)))
            begun = None
        last = high
    if begun is not None:
        found.append((begun, (last, True)))
    return found


def _parts(condition: Expression, cuts: Cuts) -> Iterator[tuple[Fraction, Fraction, bool | None]]:
    """Points and the open intervals between them, in order, with the truth there."""
    points = [low for low, _ in cuts.places]
    for left, right in pairwise(points):
        yield left, left, _truth(condition, left)
        yield left, right, _truth(condition, (left + right) / 2)
    yield points[-1], points[-1], _truth(condition, points[-1])


def _truth(condition: Expression, at: Fraction) -> bool | None:
    try:
        found: bool | None = decide(condition, lambda _: constant_of(at), constant_of)
    except Undefined:
        return None
    return found


def _within(intervals: list[tuple[_End, _End]], x: Expression, side: Enclosure) -> Expression:
    parts = []
    for (low, has_low), (high, has_high) in intervals:
        tests = []
        if low == high:
            tests.append(Expression("=", (x, constant(low))))
        else:
            if low > side.low or not has_low:
                tests.append(Expression(">=" if has_low else ">", (x, constant(low))))
            if high < side.high or not has_high:
                tests.append(Expression("<=" if has_high else "<", (x, constant(high))))
        parts.append(Expression("and", tuple(tests)) if tests else Expression("<=", (constant(0), constant(1))))
    return Expression("or", tuple(parts)) if parts else Expression("<", (constant(1), constant(0)))
