"""The best of a function over the attainable polytope: which algorithm does it, and what it proves."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from specl.model.enclosure import enclosure
from specl.model.errors import Undefined, Unsupported
from specl.model.expression import Expression, decide, evaluate, substitute, variable, variables
from specl.solvers.outer.attainable import mean
from specl.solvers.outer.concave import Best, Program, maximise
from specl.solvers.outer.forms import constant_of, is_transcendental
from specl.solvers.outer.line import largest
from specl.solvers.outer.monotone import INNER, through, unwrapped
from specl.solvers.outer.optimum import Optimum, Search, projection, value_near
from specl.solvers.outer.shape import Case, cases, curvature, is_piecewise_linear, settled
from specl.solvers.outer.spatial import on_polytope
from specl.solvers.outer.straight import straightened


def best(search: Search, function: Expression, condition: Expression | None = None) -> Optimum:
    """The supremum of the function where the condition holds.

    Raises:
        Undefined, Unsupported: there is none, or none can be bounded.
    """
    condition = _needed(search, condition)
    if condition is not None:
        condition = straightened(condition, search.box)
    function = straightened(settled(function, search.box), search.box)
    used = sorted(variables(function) | (frozenset() if condition is None else variables(condition)), key=repr)
    if len(used) < search.size:
        place = {key: variable(i) for i, key in enumerate(used)}
        less = projection(search, tuple(int(str(key)) for key in used))
        renamed = None if condition is None else substitute(condition, lambda node: place[node.key])
        return best(less, substitute(function, lambda node: place[node.key]), renamed)
    if search.size == 0:
        return _constant(search, function, condition)
    inner, outer = unwrapped(function)
    if outer != INNER:
        wrapped = mapped(best(search, inner, condition), outer)
        if wrapped is not None:
            return wrapped
    listed = cases(function, condition)
    parts = [part for case in listed or () for part in (case.objective, *(one.of for one in case.requirements))]
    if listed is not None and all(is_piecewise_linear(part, search.size) for part in parts):
        return _by_cases(search, listed, is_linear=True)
    is_concave = listed is not None and all(curvature(part, search.box) in (0, -1) for part in parts)
    if search.size == 1 and not (is_concave and is_transcendental(function)):
        return _on_line(search, function, condition)
    if listed is not None and is_concave:
        return _by_cases(search, listed, is_linear=False)
    return on_polytope(search, function, condition)


def mapped(found: Optimum, outer: Expression) -> Optimum | None:
    """The optimum of an increasing function of what the given one is of; None where it is not defined there."""
    if found.high is None:
        return found
    try:
        low, high = through(outer, found.low, found.high)
    except Undefined:
        return None
    return replace(found, low=low, high=high)


def _needed(search: Search, condition: Expression | None) -> Expression | None:
    """The condition without those of its parts that hold everywhere."""
    if condition is None:
        return None
    if condition.op == "and":
        parts = [part for part in (_needed(search, part) for part in condition.args) if part is not None]
        return Expression("and", tuple(parts)) if parts else None
    try:
        holds = decide(condition, lambda i: search.box[i], enclosure)
    except (Undefined, Unsupported):
        return condition
    return None if holds is True else condition


def _constant(search: Search, function: Expression, condition: Expression | None) -> Optimum:
    if condition is not None and not decide(condition, _nothing, constant_of):
        return Optimum(Fraction(0), None, (), None, False, "evaluation", 1)
    value = enclosure(evaluate(function, _nothing, constant_of))
    return Optimum(value.low, value.high, tuple(search.points[:1]), (Fraction(1),), True,
                   "evaluation: all policies tie", 1)  # fmt: skip


def _nothing(key: object) -> object:
    raise KeyError(key)


def _by_cases(search: Search, listed: Sequence[Case], is_linear: bool) -> Optimum:
    """The best of the cases; each a concave program."""
    program = Program(search.attainable, search.box, search.points, is_linear)
    name = (
        "linear programs over occupancy measures (column generation)"
        if is_linear
        else "Frank–Wolfe with tangents (fully corrective) over occupancy measures"
    )
    found: list[tuple[Best, bool]] = []
    highs: list[Fraction] = []
    for case in listed:
        one = _case(search, program, case)
        if one is None:
            continue
        chosen, high, is_attained = one
        highs.append(high)
        if chosen.shares is not None:
            found.append((chosen, is_attained))
    if not highs:
        return Optimum(Fraction(0), None, (), None, False, name, program.rounds)
    high = max(highs)
    if not found:
        note = "no policy was found that certainly meets the constraints"
        return Optimum(high, high, (), None, False, name, program.rounds, note)
    attained = max((one for one, is_attained in found if is_attained), key=lambda one: one.low, default=None)
    top = max((one for one, _ in found), key=lambda one: one.low)
    if attained is not None and attained.low >= top.low:
        return Optimum(attained.low, high, attained.points, attained.shares, True, name, program.rounds)
    return Optimum(top.low, high, top.points, top.shares, False, name, program.rounds)


def _case(search: Search, program: Program, case: Case) -> tuple[Best, Fraction, bool] | None:
    """(a point with a lower bound on the supremum, an upper one, whether the point attains it)."""
    precision = search.precision
    required = [one.of for one in case.requirements]
    strict = [one.of for one in case.requirements if one.is_strict]
    inside = None
    if required:
        margin = maximise(program, required, (), precision, search.deadline)
        if margin.high is not None and margin.high < 0:
            return None
        if strict and margin.high is not None and margin.high <= 0 and len(strict) == len(required):
            return None
        inside = margin if margin.shares is not None and margin.low > 0 else None
    found = maximise(program, [case.objective], required, precision, search.deadline, inside)
    if found.high is None:
        return None
    if not strict or found.shares is None:
        return found, found.high, True
    loose = [one.of for one in case.requirements if not one.is_strict]
    if inside is None:
        inside = maximise(program, strict, loose, precision, search.deadline)
        if inside.high is not None and inside.high <= 0:
            return None
        if inside.shares is None or inside.low <= 0:
            return Best(found.low, found.high), found.high, False
    if _is_positive(strict, found):
        return found, found.high, True
    if program.is_linear and found.low == found.high:  # another optimal point may meet them
        level = Expression("+", (case.objective, Expression("number", key=-found.low)))
        other = maximise(program, strict, [*loose, level], precision, search.deadline)
        if other.shares is not None and other.low > 0:
            return Best(found.low, found.high, other.points, other.shares), found.high, True
    return _blended(found, inside, precision, case.objective), found.high, False


def _is_positive(strict: Sequence[Expression], found: Best) -> bool:
    y = found.y
    try:
        return all(enclosure(evaluate(f, lambda i: constant_of(y[i]), constant_of)).low > 0 for f in strict)
    except Undefined:
        return False


def _blended(found: Best, inside: Best, precision: Fraction, objective: Expression) -> Best:
    """A point on the way from the optimum on the border to one inside, within the precision of the optimum."""
    assert found.shares is not None
    assert inside.shares is not None
    for k in range(1, 200):
        part = Fraction(1, 1 << k)
        points = found.points + inside.points
        shares = tuple((1 - part) * x for x in found.shares) + tuple(part * x for x in inside.shares)
        value = value_near(objective, None, points, shares)
        if value is not None and value >= found.low - precision / 2:
            return Best(found.low, found.high, points, shares)
    return found


def _on_line(search: Search, function: Expression, condition: Expression | None) -> Optimum:
    """A function of one form: between two policies that are mixed."""
    name = "the least and the largest return, and mixtures of the two policies"
    ends = [search.attainable.support((Fraction(sign),)) for sign in (-1, 1)]
    left, right = ends[0].point.values[0], ends[1].point.values[0]
    outer = (-ends[0].high, ends[1].high)
    found = largest(function, condition, outer, search.precision, search.deadline)
    rounds = search.attainable.solves + found.cells
    if found.high is None:
        return Optimum(Fraction(0), None, (), None, False, name, rounds)
    if found.at is None:
        note = "no policy was found that certainly comes near the bound"
        return Optimum(found.low, found.high, (), None, False, name, rounds, note)
    share = min(max((found.at - left) / (right - left), Fraction(0)), Fraction(1)) if left < right else Fraction(0)
    points, shares = (ends[0].point, ends[1].point), (1 - share, share)
    if mean(points, shares) != (found.at,):  # only where the ends are not known exactly
        value = value_near(function, condition, points, shares)
        return Optimum(value if value is not None else found.low, found.high, points, shares, False, name, rounds)
    return Optimum(found.low, found.high, points, shares, found.is_attained, name, rounds)
