"""Curves of policies on which a value is constant, as rational functions of a parameter.

A value is a rational function of two entries p, q of a policy, the others fixed; where it has |·| or comparisons, of
the branches that hold at a policy A. So its level through A is a plane curve f(p, q) = 0, with f an irreducible factor
that is 0 at A. Two kinds of curves have rational parametrisations that are seen at once: those that are linear in q
(or in p), q = −α(p)/β(p); and conics, by the lines through A: the line of slope u meets the curve in one other point.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any

from specl.formalisms import rank
from specl.model.environment import Environment
from specl.model.errors import Undefined, Unsupported
from specl.model.flint_rational import to_fraction
from specl.model.policy import Policy
from specl.model.quantities import Choice
from specl.model.rational_function import RationalFunction, constant_function
from specl.model.symbols import Applied, Symbol, Symbols
from specl.obstructions.exact.chain import Rows
from specl.obstructions.exact.interval import UNIT
from specl.obstructions.exact.ratio import ONE, ZERO, Ratio, X, constant
from specl.separation.draws import CHANCES
from specl.separation.ranking import constant_rows

Polynomial = Mapping[tuple[int, int], Fraction]
"""Coefficients by the exponents of p and q."""

Curve = tuple[Ratio, Ratio]
"""p and q as functions of t ∈ [0, 1]; A at t = 0."""

SLOPES = tuple(sign * Fraction(*each) for each in ((1, 3), (1, 2), (1, 1), (2, 1), (3, 1)) for sign in (1, -1))
"""By how much the slope of the lines through A changes along a conic."""

_HALVINGS = 2


@dataclass(frozen=True)
class Coordinate:
    """What an action gets in a state, at the expense of another action there."""

    state: int
    action: int
    other: int


Plane = tuple[Coordinate, Coordinate]


def plane(policy: Policy, random: Random) -> Plane | None:
    """Two entries of a policy that can both grow and shrink; None where there are no two."""
    free = []
    for s, row in enumerate(policy.rows):
        support = [a for a, weight in enumerate(row) if weight]
        random.shuffle(support)
        free += [Coordinate(s, a, support[0]) for a in support[1:]]
    if len(free) < 2:
        return None
    first, second = random.sample(free, 2)
    return first, second


def curves(
    code: str, objective: Any, environment: Environment, at: Policy, of: Plane, random: Random
) -> Iterator[Rows]:
    """Policies A(t), t ∈ [0, 1], in a plane through A = A(0), with the value of A (the first part of their rank), as
    far as the branches that hold at A go on."""
    symbolic = _symbolic(at, of)
    try:
        value = rank(code, objective, environment, symbolic)
        value = _branch(value[0] if isinstance(value, tuple) else value, at)
        if not isinstance(value, RationalFunction):
            return
        level = value - value.at(at)
    except (Undefined, Unsupported):
        return
    factors = [_polynomial(factor) for factor, _ in level.symbols.lift(level.numerator).factor()[1]]
    p, q = (at.rows[each.state][each.action] for each in of)
    for factor in factors:
        if _at(factor, constant(p), constant(q)).is_zero():
            for curve in _parametrised(factor, p, q, random):
                rows = _rows(at, of, curve)
                if all(not weight.has_pole(UNIT) and -1 not in weight.signs(UNIT) for row in rows for weight in row):
                    yield rows
                    break


def _symbolic(at: Policy, of: Plane) -> Policy:
    """The policies of a plane, their two entries as variables."""
    symbols = Symbols()
    choices = [Choice(each.state, each.action) for each in of]
    symbols.declare(choices)
    one = symbols.ring.constant(1)
    rows: list[list[Any]] = [list(row) for row in at.rows]
    for each, choice in zip(of, choices, strict=True):
        entry = RationalFunction(symbols, symbols.polynomial(choice), one)
        row = rows[each.state]
        row[each.other] = row[each.other] + at.rows[each.state][each.action] - entry
        row[each.action] = entry
    for each in of:
        for a in (each.action, each.other):
            symbols.entries[Choice(each.state, a)] = rows[each.state][a].numerator
    return Policy(tuple(map(tuple, rows)))


def _branch(value: Any, at: Policy) -> Any:
    """A value without |·| and comparisons: what they are near a policy, if they change only elsewhere."""
    if not isinstance(value, RationalFunction):
        return value
    symbols, one = value.symbols, value.symbols.ring.constant(1)

    def resolved(symbol: Symbol) -> Any:
        if isinstance(symbol, Choice):
            return RationalFunction(symbols, symbols.polynomial(symbol), one)
        if not isinstance(symbol, Applied):
            raise Unsupported("a value with irrational parts")
        argument = _branch(symbol.argument, at)
        sign = symbol.argument.at(at).sign()
        match symbol.function:
            case "abs":
                return argument * sign
            case "positive" | "nonnegative":
                return constant_function(symbols, int(sign > 0))
            case "power" if symbol.exponent == -1:
                return argument.inverse()
        raise Unsupported(f"a value with {symbol.function}")

    return value.evaluate(resolved, lambda number: constant_function(symbols, number))


def _polynomial(factor: Any) -> dict[tuple[int, int], Fraction]:
    return {(int(e[0]), int(e[1])): to_fraction(c) for e, c in factor.terms()}


def _at(polynomial: Polynomial, p: Ratio, q: Ratio) -> Ratio:
    total = ZERO
    for (i, j), coefficient in polynomial.items():
        total = total + coefficient * p.power(constant(i)) * q.power(constant(j))
    return total


def _parametrised(factor: Polynomial, p: Fraction, q: Fraction, random: Random) -> Iterator[Curve]:
    """Parametrisations of f(p, q) = 0 from a point of it, to shorter and shorter distances."""
    mirrored = {(j, i): c for (i, j), c in factor.items()}
    sides = [(factor, p, q, False), (mirrored, q, p, True)]
    random.shuffle(sides)
    for polynomial, own, other, swapped in sides:
        reach = random.choice([to for to in (Fraction(0), Fraction(1), *CHANCES) if to != own]) - own
        turn = random.choice(SLOPES)
        for k in range(_HALVINGS + 1):
            graph = _graph(polynomial, own + reach / 2**k * X)
            curve = graph or _conic(polynomial, own, other, turn / 2**k)
            if curve is not None:
                yield curve[::-1] if swapped else curve


def _graph(factor: Polynomial, p: Ratio) -> Curve | None:
    """q = −α(p)/β(p), where the polynomial is α(p) + β(p)·q."""
    if max(j for _, j in factor) != 1:
        return None
    alpha, beta = (_at({(i, 0): c for (i, j), c in factor.items() if j == power}, p, ZERO) for power in (0, 1))
    return None if beta.is_zero() else (p, -alpha / beta)


def _conic(factor: Polynomial, p: Fraction, q: Fraction, turn: Fraction) -> Curve | None:
    """With f(p + τ, q + uτ) = τ·(g(u) + τ·h(u)): the point at τ = −g(u)/h(u), from the tangent's slope on."""
    if max(i + j for i, j in factor) != 2:
        return None
    c = {key: factor.get(key, Fraction(0)) for key in ((2, 0), (1, 1), (0, 2), (1, 0), (0, 1))}
    along, across = 2 * c[2, 0] * p + c[1, 1] * q + c[1, 0], 2 * c[0, 2] * q + c[1, 1] * p + c[0, 1]
    if not across:
        return None  # the tangent is vertical: the other way round it is not
    slope = constant(-along / across) + turn * X
    bend = c[2, 0] * ONE + c[1, 1] * slope + c[0, 2] * slope * slope
    if bend.is_zero():
        return None
    step = -(along * ONE + across * slope) / bend
    return p + step, q + slope * step


def _rows(at: Policy, of: Plane, curve: Curve) -> Rows:
    rows = [list(row) for row in constant_rows(at)]
    for each, entry in zip(of, curve, strict=True):
        change = entry - at.rows[each.state][each.action]
        rows[each.state][each.action] = rows[each.state][each.action] + change
        rows[each.state][each.other] = rows[each.state][each.other] - change
    return tuple(map(tuple, rows))
