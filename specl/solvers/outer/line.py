"""The supremum of any function of one variable on a segment, exactly where it is rational.

The segment is cut where a minimum, maximum, absolute value, case or domain changes. In each open part the function is
then a smooth one: a rational function's largest value is at a stationary point or at an end, others are searched by
branch and bound. Ends are looked at twice, as limits and as points, so that a supremum that is not attained is found.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations, pairwise

import numpy as np

from specl.model.enclosure import Enclosure, enclosure
from specl.model.errors import Undefined, Unsupported
from specl.model.expression import Expression, add, decide, evaluate, negate, variables
from specl.solvers.outer.branch import Piece, search
from specl.solvers.outer.forms import constant_of
from specl.solvers.outer.roots import Place, quotient
from specl.solvers.outer.slope import slope

_COMPARISONS = ("<", "<=", "=", ">=", ">")


@dataclass(frozen=True)
class Peak:
    """A value that the function takes at ``at``, or comes near to there (``is_attained`` False), from the side on which
    ``near`` lies. low ≤ value ≤ high."""

    low: Fraction
    high: Fraction
    at: Fraction | None
    is_attained: bool
    near: Fraction | None = None


@dataclass(frozen=True)
class Line:
    """The supremum is in [low, high]; ``at`` is where the function is at least low − precision; None where the
    condition is met nowhere (``high`` None), or it is not known where."""

    low: Fraction
    high: Fraction | None
    at: Fraction | None
    is_attained: bool
    cells: int


def largest(
    function: Expression,
    condition: Expression | None,
    segment: tuple[Fraction, Fraction],
    precision: Fraction,
    deadline: float,
) -> Line:
    """The supremum where the condition holds and the function is defined.

    Raises:
        Unsupported: the function is not bounded above, or no bound was found.
    """
    cuts = Cuts(*segment)
    cuts.add(function)
    if condition is not None:
        cuts.add(condition)
    peaks: list[Peak] = []
    cells = 0
    for low, high in cuts.places:
        if low == high:
            peaks += _point(function, condition, low)
        else:
            peaks += _between(function, condition, low, high)
    for (_, left), (right, _) in pairwise(cuts.places):
        middle = (left + right) / 2
        test = None if condition is None else cuts.resolved(condition, middle)
        truth = True if test is None else _truth(test, middle)
        if condition is not None and not cuts.is_settled(condition):
            truth = None
        if truth is not False:
            more, count = _open(cuts.resolved(function, middle), None if truth else test, left, right, precision,
                                deadline)  # fmt: skip
            peaks += more
            cells += count
    if not peaks:
        return Line(Fraction(0), None, None, False, cells)
    high = max(peak.high for peak in peaks)
    known = [peak for peak in peaks if peak.at is not None]
    if not known:
        return Line(high, high, None, False, cells)
    attained = max((peak for peak in known if peak.is_attained), key=lambda peak: peak.low, default=None)
    best = max(known, key=lambda peak: peak.low)
    if attained is not None and attained.low >= best.low:
        return Line(attained.low, high, attained.at, True, cells)
    return Line(best.low, high, _near(function, condition, best, precision), False, cells)


def _near(function: Expression, condition: Expression | None, peak: Peak, precision: Fraction) -> Fraction | None:
    """A point, close to where the peak is not attained, where the function is within the precision of it."""
    assert peak.at is not None
    assert peak.near is not None
    for k in range(1, 200):
        at = peak.at + (peak.near - peak.at) / (1 << k)
        found = list(_point(function, condition, at))
        if found and found[0].low >= peak.low - precision / 2:
            return at
    return None


def _point(function: Expression, condition: Expression | None, at: Fraction) -> Iterator[Peak]:
    if condition is not None and _truth(condition, at) is not True:
        return
    try:
        value = enclosure(evaluate(function, lambda _: constant_of(at), constant_of))
    except Undefined:
        return
    yield Peak(value.low, value.high, at, True)


def _truth(condition: Expression, at: Fraction) -> bool | None:
    try:
        found: bool | None = decide(condition, lambda _: constant_of(at), constant_of)
    except Undefined:
        return False
    return found


def _between(function: Expression, condition: Expression | None, low: Fraction, high: Fraction) -> Iterator[Peak]:
    """What the function can be near an irrational point where something changes: bounds without a point."""
    around = Enclosure(low, high)
    if condition is not None and decide(condition, lambda _: around, enclosure) is False:
        return
    try:
        value = evaluate(function, lambda _: around, enclosure)
    except Undefined:
        found = search([Piece(function, condition, np.array([[[float(low)], [float(high)]]]))], 0.0, 0.0)
        if found.high == -np.inf:
            return
        if found.high == np.inf:
            raise Unsupported("a function that may not be bounded above") from None
        value = Enclosure(Fraction(found.high), Fraction(found.high))
    yield Peak(value.low, value.high, None, False)


def _open(
    function: Expression,
    condition: Expression | None,
    left: Fraction,
    right: Fraction,
    precision: Fraction,
    deadline: float,
) -> tuple[list[Peak], int]:
    """The supremum of a smooth function over an open interval."""
    rational = quotient(function) if condition is None else None
    if rational is None:
        return _searched(function, condition, left, right, precision, deadline)
    peaks = []
    turns = sorted(place for place in rational.stationary() if left < place[0] and place[1] < right)
    for low, high in turns:
        value = _value(function, Enclosure(low, high))
        at = (low + high) / 2
        peaks.append(Peak(_value(function, Enclosure(at, at)).low, value.high, at, True))
    stops = [left, *((low + high) / 2 for low, high in turns), right]
    for end, inner in ((left, stops[1]), (right, stops[-2])):
        inside = (end + inner) / 2
        try:
            value = _value(function, Enclosure(end, end))
        except Undefined:
            if _value(function, Enclosure(inside, inside)).low < _value(function, _middle(end, inside)).high:
                raise Unsupported("a function that is not bounded above") from None
            continue
        peaks.append(Peak(value.low, value.high, end, False, inside))
    return peaks, 0


def _middle(left: Fraction, right: Fraction) -> Enclosure:
    return Enclosure((left + right) / 2, (left + right) / 2)


def _value(function: Expression, at: Enclosure) -> Enclosure:
    if at.rational is not None:
        return enclosure(evaluate(function, lambda _: constant_of(at.low), constant_of))
    return enclosure(evaluate(function, lambda _: at, enclosure))


def _searched(
    function: Expression,
    condition: Expression | None,
    left: Fraction,
    right: Fraction,
    precision: Fraction,
    deadline: float,
) -> tuple[list[Peak], int]:
    peaks = []
    inside = (left + right) / 2
    high = None
    for end in (left, right):
        try:
            value = _value(function, Enclosure(end, end))
        except (Undefined, Unsupported):
            continue
        if condition is None:
            peaks.append(Peak(value.low, value.high, end, False, inside))
    segment = np.array([[[float(left)], [float(right)]]])
    found = search([Piece(function, condition, segment)], float(precision), deadline)
    if found.high == np.inf:
        raise Unsupported("a function that is not bounded above, or of which no bound is known")
    if found.high > -np.inf:
        high = Fraction(found.high)
        at = None if found.y is None else Fraction(found.y[0])
        if at is not None and left < at < right:
            inner = _value(function, Enclosure(at, at))
            peaks.append(Peak(inner.low, max(high, inner.low), at, True))
        elif not peaks or max(peak.high for peak in peaks) < high:
            peaks.append(Peak(high, high, None, False))
    if condition is None and (exact := _monotone(function, left, right)) is not None:
        peaks = [peak for peak in peaks if peak.at == exact]
    return peaks, found.cells


def _monotone(function: Expression, left: Fraction, right: Fraction) -> Fraction | None:
    """The end at which the function is largest, if its derivative certainly has one sign (in 64 parts)."""
    signs = set()
    for k in range(64):
        part = Enclosure(left + (right - left) * k / 64, left + (right - left) * (k + 1) / 64)
        try:
            steep = slope(function, [part])[1][0]
        except Undefined:
            return None
        if steep.low < 0 < steep.high:
            return None
        signs |= {1 if steep.low >= 0 else -1}
    if len(signs) > 1:
        return None
    return right if signs == {1} else left


class Cuts:
    """Where a function of one variable changes its form, and what it is in between."""

    def __init__(self, left: Fraction, right: Fraction) -> None:
        self.places: list[Place] = sorted({(left, left), (right, right)})
        self._unsettled: set[Expression] = set()

    def add(self, node: Expression) -> None:
        """Cut at the places of this expression, those of its parts first."""
        for part in node.args:
            self.add(part)
        for deciding in _deciding(node):
            for left, right in list(pairwise(self.places)):
                middle = (left[1] + right[0]) / 2
                found = quotient(self.resolved(deciding, middle))
                if found is None:
                    self._unsettled.add(node)
                    continue
                for places in (found.zeros(), found.poles()):
                    self.places += [p for p in places if left[1] < p[0] and p[1] < right[0] and p not in self.places]
            self.places.sort()

    def resolved(self, node: Expression, at: Fraction) -> Expression:
        """The expression as it is in the open part around a point; what could not be settled is left as it is."""
        if node.op == "if" and self.is_settled(node.args[0]):
            truth = _truth(node.args[0], at)
            if truth is not None:
                return self.resolved(node.args[1 if truth else 2], at)
        if node.op in ("min", "max", "abs") and node not in self._unsettled:
            args = node.args if node.op != "abs" else (node.args[0], negate(node.args[0]))
            try:
                worth = [enclosure(evaluate(part, lambda _: constant_of(at), constant_of)) for part in args]
            except Undefined:
                return node
            pick = min if node.op == "min" else max
            best = pick(range(len(args)), key=lambda k: worth[k].low + worth[k].high)
            return self.resolved(args[best], at)
        return replace(node, args=tuple(self.resolved(part, at) for part in node.args)) if node.args else node

    def is_settled(self, condition: Expression) -> bool:
        """Whether all is known of where an expression changes."""
        if condition in self._unsettled:
            return False
        return all(self.is_settled(part) for part in condition.args)


def _deciding(node: Expression) -> Sequence[Expression]:
    """Functions at whose zeros the form of this node changes, or where it ceases to be defined."""
    if node.op == "abs" or (node.op in ("log", "sqrt") and variables(node)):
        return node.args
    if node.op in ("min", "max"):
        return [add((u, negate(v))) for u, v in combinations(node.args, 2)]
    if node.op in _COMPARISONS:
        return [add((node.args[0], negate(node.args[1])))]
    if node.op == "/" and variables(node.args[1]):
        return [node.args[1]]
    if node.op == "^" and variables(node.args[0]):
        return [node.args[0]]
    return ()
