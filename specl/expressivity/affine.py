"""Affine relations between two objectives, as expressions in the policy's entries: a proof that they order alike.

On each face of the set of policies (see `specl.model.rational_function`) a component of an objective's rank is a
function f of the entries. If left = c · right + d on every face, with the same c > 0 and d on all, then left and right
order all policies alike. With left = p/q' and right = p'/q over a common denominator this is linear in (c, d): one
equation for each monomial in the entries and their logarithms, with exact reals as coefficients.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from specl.model.errors import Undefined
from specl.model.rational_function import RationalFunction, constant_function
from specl.model.real import ONE, ZERO, Real


@dataclass(frozen=True)
class Affine:
    """left = factor · right + offset, at every policy."""

    factor: Real
    offset: Real


def simplest(value: Real) -> Real:
    """The same number as a rational, where it is one of small height that its normal form does not show."""
    if value.rational is not None:
        return value
    try:
        box = value.enclose(64)
    except Undefined:  # too large or too small for an enclosure
        return value
    guess = Real.of(((box.low + box.high) / 2).limit_denominator(10**6))
    return guess if (value - guess).is_zero() else value


Equation = tuple[Real, Real, Real]
"""(x, y, z) for c·x + d·y = z."""


def relate(pairs: Iterable[tuple[Any, Any]]) -> Affine | None:
    """The affine relation between two functions given face by face; None if there is none (or it is not seen).

    Where right is constant, so is left if there is a relation at all, and the factor is 1.

    Args:
        pairs: (left, right) on each face, Real or RationalFunction.
    """
    return _solve([equation for left, right in pairs for equation in _equations(left, right)])


def constant_value(functions: Sequence[Any]) -> Real | None:
    """The value that a function has at all policies; None if it is not constant (or it is not seen)."""
    values = [function if isinstance(function, Real) else _constant(function) for function in functions]
    first = values[0]
    if first is None or any(value is None or not (value - first).is_zero() for value in values):
        return None
    return first


def _constant(function: Any) -> Real | None:
    return function.constant if isinstance(function, RationalFunction) else None


def _equations(left: Any, right: Any) -> list[Equation]:
    if isinstance(left, Real) and isinstance(right, Real):
        return [(right, ONE, left)]
    if not all(isinstance(value, Real | RationalFunction) for value in (left, right)):
        return [(ZERO, ZERO, ONE)]  # only enclosed: no identity can be proved
    symbols = (left if isinstance(left, RationalFunction) else right).symbols
    a, b = (constant_function(symbols, value) for value in (left, right))
    numerators = [symbols.lift(f.numerator) for f in (a, b)]
    denominators = [symbols.lift(f.denominator) for f in (a, b)]
    x = symbols.split(numerators[1] * denominators[0])
    y = symbols.split(denominators[0] * denominators[1])
    z = symbols.split(numerators[0] * denominators[1])
    monomials = dict.fromkeys([*z, *x, *y])
    return [(x.get(key, ZERO), y.get(key, ZERO), z.get(key, ZERO)) for key in monomials]


def _solve(equations: Sequence[Equation]) -> Affine | None:
    """The solution (c, d); with d = z/y and c = 1 where the equations leave c free (right is constant)."""
    first = next((e for e in equations if e[0].sign() or e[1].sign()), None)
    if first is None:
        return None
    second = next((e for e in equations if (first[0] * e[1] - first[1] * e[0]).sign()), None)
    if second is None:
        # every equation is a multiple of (x, y) = (b, 1): right = b everywhere, and left = c·b + d
        factor = ONE
        if not first[1].sign():
            return None
        offset = (first[2] - first[0]) / first[1]
    else:
        determinant = first[0] * second[1] - first[1] * second[0]
        factor = simplest((first[2] * second[1] - first[1] * second[2]) / determinant)
        x, y, z = min((e for e in equations if e[1].sign()), key=lambda e: e[1].rational is None)
        offset = simplest((z - factor * x) / y)
    if all((factor * x + offset * y - z).is_zero() for x, y, z in equations):
        return Affine(factor, offset)
    return None
