"""Functions of one number that order points as wished, from the simplest on.

A function of the line grants a goal iff points of one value need not be ranked apart. What is tried: the number itself,
its distance from a constant, the number cut off at a constant, one value told from all others, polynomials, and at last
steps, which always serve: a value for each interval.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from specl.model.expression import Expression, constant, negate
from specl.wishes.linear.order import order
from specl.wishes.linear.outcome import Functional
from specl.wishes.outer.goal import Goal
from specl.wishes.outer.linear import Terms, cases, linear, negative
from specl.wishes.outer.simplest import in_half_open, simplest

Values = Sequence[Fraction]

ONE, ZERO = constant(Fraction(1)), constant(Fraction(0))

DEGREES = (3, 4)
"""Of the polynomials that are tried: a parabola orders as the distance from its vertex does."""


def functions(goal: Goal, terms: Terms, values: Values) -> Iterator[Expression]:
    """Functions of the number Σ terms, whose values at the points are given, that grant the goal; without nested cases.

    Args:
        goal: with a strict comparison.
    """
    if goal.granted(values):
        yield linear(terms)
    elif goal.granted([-value for value in values]):
        yield linear(negative(terms))
    yield from _bent(goal, terms, values)
    yield from _single(goal, terms, values)


def _bent(goal: Goal, terms: Terms, values: Values) -> Iterator[Expression]:
    """±|x − c|, ±min(x, c), ±max(x, c)."""
    opposite = [-value for value in values]
    for aim, falls in ((goal, False), (goal.reversed, True)):
        centre = _centre(aim, values)
        if centre is not None:
            yield _signed(Expression("abs", (linear(terms, -centre),)), falls)
        cut = _cut(aim, values)
        if cut is not None:
            yield _signed(Expression("min", (linear(terms), constant(cut))), falls)
        cut = _cut(aim.reversed, opposite)
        if cut is not None:
            yield _signed(Expression("max", (linear(terms), constant(-cut))), falls)


def _signed(expression: Expression, falls: bool) -> Expression:
    return negate(expression) if falls else expression


def _centre(goal: Goal, values: Values) -> Fraction | None:
    """The simplest c for which |x − c| grants the goal: |a − c| > |b − c| iff (a − b)(a + b − 2c) > 0."""
    low: Fraction | None = None
    high: Fraction | None = None
    for i, j in goal.strict:
        a, b = values[i], values[j]
        if a == b:
            return None
        middle = (a + b) / 2
        if a > b:
            high = middle if high is None else min(high, middle)
        else:
            low = middle if low is None else max(low, middle)
        if low is not None and high is not None and low >= high:
            return None
    fixed = {(values[i] + values[j]) / 2 for i, j in goal.ties if values[i] != values[j]}
    if len(fixed) > 1:
        return None
    centre = fixed.pop() if fixed else simplest(low, high)
    return centre if (low is None or low < centre) and (high is None or centre < high) else None


def _cut(goal: Goal, values: Values) -> Fraction | None:
    """The simplest c for which min(x, c) grants the goal and x does not; for a > b: min(a, c) > min(b, c) iff c > b."""
    if any(values[i] <= values[j] for i, j in goal.strict):
        return None
    low = max(values[j] for _, j in goal.strict)
    high = min((min(values[i], values[j]) for i, j in goal.ties if values[i] != values[j]), default=None)
    return None if high is None or low >= high else in_half_open(low, high)


def _single(goal: Goal, terms: Terms, values: Values) -> Iterator[Expression]:
    """``if x = c then 1 else 0``, where the points of one value stand on one side and all others on the other."""
    for c in dict.fromkeys(values[i] for i in goal.strict[0]):
        marked = [Fraction(int(value == c)) for value in values]
        condition = Expression("=", (linear(terms), constant(c)))
        if goal.granted(marked):
            yield Expression("if", (condition, ONE, ZERO))
        elif goal.granted([-mark for mark in marked]):
            yield Expression("if", (condition, ZERO, ONE))


def polynomial(goal: Goal, argument: Expression, values: Values) -> Expression | None:
    """A polynomial in the number, of the least degree that serves; None where none of those tried does."""
    for degree in DEGREES:
        powers = {str(i): [value**k for k in range(1, degree + 1)] for i, value in enumerate(values)}
        strict, ties = ([(str(i), str(j)) for i, j in edges] for edges in (goal.strict, goal.ties))
        outcome = order(strict, ties, powers)
        if isinstance(outcome, Functional):
            found = [(_power(argument, k), c) for k, c in enumerate(outcome.coefficients, 1) if c]
            return linear(tuple(reversed(found)))
    return None


def _power(argument: Expression, exponent: int) -> Expression:
    return argument if exponent == 1 else Expression("^", (argument, constant(Fraction(exponent))))


Run = tuple[Fraction, Fraction, int]
"""(the least value, the greatest, the height of all points with a value between)."""


def runs(values: Values, heights: Sequence[int]) -> tuple[Run, ...]:
    """The line cut where the height changes.

    Args:
        heights: of the points; equal where values are.
    """
    found: list[Run] = []
    for value, height in sorted(dict(zip(values, heights, strict=True)).items()):
        if found and found[-1][2] == height:
            found[-1] = (found[-1][0], value, height)
        else:
            found.append((value, value, height))
    return tuple(found)


def steps(argument: Expression, cut: Sequence[Run]) -> Expression:
    """``if x < c then … else …``: the height on each run; found by halving, so that cases are never nested deeply."""
    if len(cut) == 1:
        return constant(Fraction(cut[0][2]))
    middle = (len(cut) + 1) // 2 if len(cut) > 3 else 1
    bound = in_half_open(cut[middle - 1][1], cut[middle][0])
    return cases(argument, bound, steps(argument, cut[:middle]), steps(argument, cut[middle:]))


def first_keys(goal: Goal, terms: Terms, values: Values) -> Iterator[tuple[Expression, Values]]:
    """Keys that matter most: functions of the number that contradict nothing and settle something, and their values up
    to a constant."""
    argument, opposite = linear(terms), linear(negative(terms))
    tried: list[tuple[Expression, Expression, Values]] = [(argument, opposite, values)]
    distinct = sorted(set(values))
    for a, b in pairwise(distinct):
        c = in_half_open(a, b)
        tried.append((*_marks(">=", argument, c), [Fraction(int(value >= c)) for value in values]))
    for c in distinct:
        tried.append((*_marks("=", argument, c), [Fraction(int(value == c)) for value in values]))
    for c in sorted({(a + b) / 2 for a in distinct for b in distinct if a < b}):
        away = Expression("abs", (linear(terms, -c),))
        tried.append((away, negate(away), [abs(value - c) for value in values]))
    for rising, falling, found in tried:
        if any(found[i] != found[j] for i, j in goal.strict):
            if goal.allowed(found):
                yield rising, found
            elif goal.reversed.allowed(found):
                yield falling, [-value for value in found]


def _marks(op: str, argument: Expression, bound: Fraction) -> tuple[Expression, Expression]:
    condition = Expression(op, (argument, constant(bound)))
    return Expression("if", (condition, ONE, ZERO)), Expression("if", (condition, ZERO, ONE))
