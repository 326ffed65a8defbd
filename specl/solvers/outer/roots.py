"""Rational functions of one variable, and where they vanish: rational roots exactly, others between close rationals."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import ctx, fmpq, fmpq_poly

from specl.model.ball import bounds
from specl.model.expression import Expression
from specl.model.flint_rational import to_fmpq
from specl.model.real import Real

Place = tuple[Fraction, Fraction]
"""A root: between these, or exactly there where they are equal."""

_BITS = 256
_MOST_DEGREE = 60


@dataclass(frozen=True)
class Quotient:
    """top/bottom."""

    top: fmpq_poly
    bottom: fmpq_poly

    def zeros(self) -> Iterator[Place]:
        """The real zeros."""
        return real_roots(self.top)

    def poles(self) -> Iterator[Place]:
        """The real zeros of the denominator."""
        return real_roots(self.bottom)

    def stationary(self) -> Iterator[Place]:
        """The real zeros of the derivative."""
        return real_roots(self.top.derivative() * self.bottom - self.top * self.bottom.derivative())


def quotient(node: Expression) -> Quotient | None:
    """The expression as a rational function of its only variable, with rational coefficients; None where it is none."""
    one = fmpq_poly([1])
    parts = [quotient(part) for part in node.args] if node.op in ("+", "*", "/", "neg", "^") else []
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    match node.op:
        case "number":
            value = Real.of(node.key).rational if isinstance(node.key, Fraction | int | Real) else None
            return None if value is None else Quotient(fmpq_poly([to_fmpq(value)]), one)
        case "variable":
            return Quotient(fmpq_poly([0, 1]), one)
        case "+":
            total = Quotient(fmpq_poly([0]), one)
            for part in known:
                total = _reduced(total.top * part.bottom + part.top * total.bottom, total.bottom * part.bottom)
            return total
        case "*":
            total = Quotient(one, one)
            for part in known:
                total = _reduced(total.top * part.top, total.bottom * part.bottom)
            return total
        case "/":
            if known[1].top.degree() < 0:
                return None
            return _reduced(known[0].top * known[1].bottom, known[0].bottom * known[1].top)
        case "neg":
            return Quotient(-known[0].top, known[0].bottom)
        case "^":
            return _power(known[0], known[1])
    return None


def _power(base: Quotient, exponent: Quotient) -> Quotient | None:
    e = exponent.top[0] / exponent.bottom[0] if exponent.top.degree() <= 0 == exponent.bottom.degree() else None
    if e is None or e.q != 1 or abs(e.p) * max(base.top.degree(), base.bottom.degree(), 1) > _MOST_DEGREE:
        return None
    n = int(e.p)
    if n < 0:
        return Quotient(base.bottom**-n, base.top**-n) if base.top.degree() >= 0 else None
    return Quotient(base.top**n, base.bottom**n)


def _reduced(top: fmpq_poly, bottom: fmpq_poly) -> Quotient:
    common = top.gcd(bottom)
    return Quotient(top // common, bottom // common) if common.degree() > 0 else Quotient(top, bottom)


def real_roots(polynomial: fmpq_poly) -> Iterator[Place]:
    """The real roots, each once; none of the polynomial 0."""
    if polynomial.degree() < 1:
        return
    for factor, _ in polynomial.factor()[1]:
        if factor.degree() == 1:
            root = -fmpq(factor[0]) / fmpq(factor[1])
            exact = Fraction(int(root.p), int(root.q))
            yield exact, exact
            continue
        with ctx.workprec(_BITS):
            found: Any = factor.complex_roots()
            for root, _ in found:
                if root.imag.is_zero():  # of real roots it is exactly 0
                    yield bounds(root.real)
