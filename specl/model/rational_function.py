"""Rational functions of a policy's entries: what one computation says about all policies of one support.

A *face* is the set of policies π with a given support: π(a|s) > 0 for the actions of the support in s, and = 0 for
the others. On it each π(a|s) is a variable x, but the last of its row, which is 1 − Σ of the others. Further variables
are log π(a|s), the irrational monomials of exact reals (log 2, √3, …), and functions applied to what is none of these:
|f|, log f, exp f, f^q (1/f too, where f may be 0) and the indicators of f > 0 and f ≥ 0, for minima and conditions.

What is identically 0 in these variables is 0, whatever a function is worth outside its domain. The converse holds in
the entries and their logarithms, which are algebraically independent, and in the constants as far as `Real` decides
it; relations of applied functions are not known here.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, cast

from flint import fmpq_mpoly

from specl.model.condition import Condition
from specl.model.enclosure import Enclosure
from specl.model.environment import Environment
from specl.model.errors import Undefined, Unsupported
from specl.model.flint_rational import to_fmpq, to_fraction
from specl.model.policy import Policy
from specl.model.quantities import Choice
from specl.model.real import ONE, ZERO, Real
from specl.model.symbols import (
    Applied,
    Function,
    LogChoice,
    Symbol,
    Symbols,
    value_at,
)

MOST_TERMS = 20_000
"""Arithmetic stops with Unsupported where an expression grows beyond this; greatest common divisors take too long."""


@dataclass(frozen=True, eq=False)
class RationalFunction:
    """numerator / denominator, coprime, the denominator monic; made by `constant_function`, `symbolic_policy` and
    arithmetic. Mixes with int, Fraction and Real on either side.

    Arithmetic raises Undefined for a division by zero or a logarithm of what is never positive.
    """

    symbols: Symbols
    numerator: fmpq_mpoly
    denominator: fmpq_mpoly

    # --- field operations ---

    def __add__(self, other: Any, /) -> Any:
        return self._apply(other, _sum)

    __radd__ = __add__

    def __neg__(self) -> "RationalFunction":
        return RationalFunction(self.symbols, -self.numerator, self.denominator)

    def __sub__(self, other: Any, /) -> Any:
        return self._apply(other, lambda left, right: _sum(left, -right))

    def __rsub__(self, other: Any, /) -> Any:
        return self._apply(other, lambda left, right: _sum(right, -left))

    def __mul__(self, other: Any, /) -> Any:
        return self._apply(other, _product)

    __rmul__ = __mul__

    def __truediv__(self, other: Any, /) -> Any:
        return self._apply(other, lambda left, right: _product(left, right.reciprocal()))

    def __rtruediv__(self, other: Any, /) -> Any:
        return self._apply(other, lambda left, right: _product(right, left.reciprocal()))

    def inverse(self) -> "RationalFunction":
        """1/self in the field, which forgets where self is 0: for what is not, or cancels.

        Raises:
            Undefined: self is identically 0.
            Unsupported: self may be 0 for all that is known about its constants.
        """
        coefficients = self.symbols.split(self.numerator)
        if not coefficients:
            raise Undefined("division by zero")
        if not any(value.sign() for value in coefficients.values()):
            raise Unsupported(f"division by {self}, which may be zero")
        return _quotient(self.symbols, self.denominator, self.numerator)

    def reciprocal(self) -> "RationalFunction":
        """1/self, with a variable for 1/f where a factor f may be 0 at some policies: f · (1/f) is not 1 there."""
        if self.sign() is not None:
            return self.inverse()
        one = self.symbols.ring.constant(1)
        unit, factors = self.symbols.lift(self.numerator).factor()
        result: Any = RationalFunction(self.symbols, self.denominator, one) * (1 / to_fraction(unit))
        for factor, multiplicity in ((RationalFunction(self.symbols, each, one), int(k)) for each, k in factors):
            inverse = self._applied("power", factor, -ONE) if factor.sign() is None else factor.inverse()
            result = result * inverse.power(multiplicity)
        return cast(RationalFunction, result)

    def power(self, exponent: Any, /) -> "RationalFunction | Real":
        """Integer powers; any power of a constant; others as a variable of their own."""
        exponent = _real(exponent)
        base = self.constant
        if base is not None:
            return cast(Real, base.power(exponent))
        rational = exponent.rational
        if rational is None or rational.denominator != 1:
            scale, inner = self._scaled()
            return cast(RationalFunction, self._applied("power", inner, exponent) * Real.of(abs(scale)).power(exponent))
        source = self if rational >= 0 else self.reciprocal()
        count = abs(rational.numerator)
        return RationalFunction(source.symbols, source.numerator**count, source.denominator**count)

    def __pow__(self, exponent: Any, /) -> "RationalFunction | Real":
        return self.power(exponent)

    # --- functions that are variables of their own, unless the face decides them ---

    def log(self) -> "RationalFunction":
        """log of c · Π π(a|s)^k = log c + Σ k log π(a|s), for a constant c > 0."""
        found = self._monomial()
        if found is None:
            scale, inner = self._scaled()
            return cast(RationalFunction, self._applied("log", inner) + Real.of(abs(scale)).log())
        coefficient, powers = found
        total = constant_function(self.symbols, coefficient.log())
        for choice, power in powers.items():
            symbol = self.symbols.polynomial(LogChoice(choice))
            total = total + RationalFunction(self.symbols, symbol * power, self.symbols.ring.constant(1))
        return total

    def exp(self) -> "RationalFunction | Real":
        value = self.constant
        return self._applied("exp", self) if value is None else value.exp()

    def absolute(self) -> "RationalFunction":
        sign = self.sign()
        if sign is not None:
            return self if sign >= 0 else -self
        scale, inner = self._scaled()
        if scale < 0:
            inner = -inner
        return cast(RationalFunction, self._applied("abs", inner) * abs(scale))

    def minimum(self, other: Any, /) -> "RationalFunction":
        """min(f, g) = (f + g − |f − g|)/2."""
        return cast(RationalFunction, (self + other - (self - other).absolute()) * Fraction(1, 2))

    def maximum(self, other: Any, /) -> "RationalFunction":
        """max(f, g) = (f + g + |f − g|)/2."""
        return cast(RationalFunction, (self + other + (self - other).absolute()) * Fraction(1, 2))

    def compare(self, op: str, other: Any, /) -> "bool | Condition":
        """The truth of ``self op other`` where it is the same on the whole face; otherwise a condition."""
        difference: RationalFunction = self - other
        sign = difference.sign()
        if sign is not None:
            return {"<": sign < 0, "<=": sign <= 0, "=": sign == 0, ">=": sign >= 0, ">": sign > 0}[op]
        scale, inner = difference._scaled()
        if scale < 0:  # the argument of an indicator has a positive leading coefficient: one form for h and −h
            inner, op = -inner, {"<": ">", "<=": ">=", "=": "=", ">=": "<=", ">": "<"}[op]
        positive, nonnegative = self._applied("positive", inner), self._applied("nonnegative", inner)
        match op:
            case ">":
                return Condition(positive)
            case ">=":
                return Condition(nonnegative)
            case "<":
                return Condition(1 - nonnegative)
            case "<=":
                return Condition(1 - positive)
        return Condition(nonnegative - positive)

    def choose(self, truth: Any, other: Any, /) -> Any:
        if isinstance(truth, Condition):
            return truth.choose(self, other)
        if truth is None:
            raise Unsupported("a condition that could not be decided for all policies at once")
        return self if truth else other

    def sign(self) -> int | None:
        """−1, 0 or 1, where it is the same on the whole face and seen from factors or coefficients; None otherwise."""
        if self.is_zero():
            return 0
        found = self._monomial()
        if found is not None:
            return found[0].sign()
        signs = self.symbols.sign(self.numerator), self.symbols.sign(self.denominator)
        return None if None in signs else math.prod(cast(tuple[int, int], signs))

    # --- what it is ---

    def is_zero(self) -> bool:
        """True only if it is 0 at every policy of the face."""
        if self.numerator.is_zero() or not self.symbols.has_constants:
            return bool(self.numerator.is_zero())
        return not self.symbols.split(self.numerator)

    def __bool__(self) -> bool:
        return not self.is_zero()

    @property
    def constant(self) -> Real | None:
        """Its value, if it is the same at every policy of the face; None if it is not, or this is not seen."""
        top, bottom = self.symbols.split(self.numerator), self.symbols.split(self.denominator)
        if not top:
            return ZERO
        if top.keys() != bottom.keys():
            return None
        key = next(iter(bottom))
        ratio = top[key] / bottom[key]
        return ratio if all((top[each] - ratio * bottom[each]).is_zero() for each in top) else None

    @property
    def rational(self) -> Fraction | None:
        """Its value, if it is one rational number at every policy of the face."""
        if self.numerator.is_constant() and self.denominator.is_constant():
            return Fraction(0) if self.numerator.is_zero() else to_fraction(self.numerator.leading_coefficient())
        value = self.constant
        return None if value is None else value.rational

    def at(self, policy: Policy) -> Any:
        """Its value at a policy of the face: a Real (an Enclosure where the sign of an argument stays undecided).

        Raises:
            Undefined: the denominator is 0 there.
        """
        return self.evaluate(lambda symbol: value_at(symbol, policy), Real.of)

    def evaluate(self, value_of: Callable[[Symbol], Any], constant_of: Callable[[Any], Any]) -> Any:
        """Its value in any number type: `value_of` gives that of a variable, `constant_of` that of a Fraction."""
        values: dict[int, Any] = {}

        def total(polynomial: fmpq_mpoly) -> Any:
            result: Any = None
            for exponents, coefficient in polynomial.terms():
                term = constant_of(to_fraction(coefficient))
                for position, exponent in enumerate(exponents):
                    for _ in range(int(exponent)):
                        if position not in values:
                            values[position] = value_of(self.symbols.meanings[position])
                        term = term * values[position]
                result = term if result is None else result + term
            return constant_of(Fraction(0)) if result is None else result

        top = total(self.numerator)
        return top if self.denominator.is_one() else top / total(self.denominator)

    def derivative(self, symbol: Symbol) -> "RationalFunction":
        """The partial derivative in one variable, the others fixed (log π(a|s) is a variable of its own)."""
        position = self.symbols.positions[symbol]
        top, bottom = self.symbols.lift(self.numerator), self.symbols.lift(self.denominator)
        change = top.derivative(position) * bottom - top * bottom.derivative(position)
        return _quotient(self.symbols, change, bottom * bottom)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, int) and other == 0:
            return self.is_zero()
        if isinstance(other, RationalFunction) and other.symbols is not self.symbols:
            return False
        if not isinstance(other, int | Fraction | Real | RationalFunction):
            return NotImplemented
        return bool((self - other).is_zero())

    def __hash__(self) -> int:
        constant = self.constant
        return hash((id(self.symbols), len(self.symbols.split(self.numerator)))) if constant is None else hash(constant)

    def __str__(self) -> str:
        return str(self.numerator) if self.denominator.is_one() else f"({self.numerator})/({self.denominator})"

    # --- inside ---

    def _apply(self, other: Any, operation: "Callable[[RationalFunction, RationalFunction], RationalFunction]") -> Any:
        if isinstance(other, Enclosure):
            raise Unsupported("a quantity that is only enclosed, for all policies at once")
        if not isinstance(other, int | Fraction | Real | RationalFunction):
            return NotImplemented
        return operation(self, constant_function(self.symbols, other))

    def _applied(self, function: Function, argument: "RationalFunction", exponent: Real = ONE) -> "RationalFunction":
        variable = self.symbols.polynomial(Applied(function, argument, exponent))
        return RationalFunction(self.symbols, variable, self.symbols.ring.constant(1))

    def _scaled(self) -> "tuple[Fraction, RationalFunction]":
        """(c, |c|⁻¹ · self) where c is the leading coefficient of the numerator."""
        scale = to_fraction(self.numerator.leading_coefficient())
        return scale, RationalFunction(self.symbols, self.numerator / to_fmpq(abs(scale)), self.denominator)

    def _monomial(self) -> tuple[Real, dict[Choice, int]] | None:
        """(c, powers) with self = c · Π π(a|s)^power; None if it is not of this form."""
        value = self.constant
        if value is not None:
            return value, {}
        coefficient, powers = ONE, dict[Choice, int]()
        for polynomial, sense in ((self.numerator, 1), (self.denominator, -1)):
            unit, factors = self.symbols.lift(polynomial).factor()
            scale = Real.of(to_fraction(unit))
            for factor, multiplicity in factors:
                choice = self._entry(factor)
                if choice is not None:
                    powers[choice] = powers.get(choice, 0) + sense * int(multiplicity)
                    scale = scale * self._orientation(factor, choice) ** int(multiplicity)
                    continue
                constant = RationalFunction(self.symbols, factor, self.symbols.ring.constant(1)).constant
                if constant is None:
                    return None
                scale = scale * constant.power(int(multiplicity))
            coefficient = coefficient * scale if sense > 0 else coefficient / scale
        return coefficient, {choice: power for choice, power in powers.items() if power}

    def _entry(self, factor: fmpq_mpoly) -> Choice | None:
        for choice, polynomial in self.symbols.entries.items():
            if self.symbols.lift(polynomial) in (factor, -factor):
                return choice
        return None

    def _orientation(self, factor: fmpq_mpoly, choice: Choice) -> int:
        return 1 if self.symbols.lift(self.symbols.entries[choice]) == factor else -1


def constant_function(symbols: Symbols, value: "int | Fraction | Real | RationalFunction") -> RationalFunction:
    """A number as a function on the face; a function on this face as it is."""
    if isinstance(value, RationalFunction):
        if value.symbols is not symbols:
            raise ValueError("rational functions on different faces do not mix")
        return value
    total = symbols.ring.constant(0)
    for monomial, coefficient in Real.of(value).parts().items():
        part = symbols.ring.constant(1) if monomial == ONE else symbols.polynomial(monomial)
        total = symbols.lift(total) + symbols.lift(part) * to_fmpq(coefficient)
    return RationalFunction(symbols, total, symbols.ring.constant(1))


def symbolic_policy(environment: Environment, support: Sequence[Sequence[int]]) -> Policy:
    """All policies with this support at once; ``support[s]`` lists the actions that π takes in s, at least one.

    Entries outside the support are the Fraction 0, those of rows with one action the Fraction 1.
    """
    symbols = Symbols()
    free = [Choice(s, a) for s, actions in enumerate(support) for a in sorted(actions)[:-1]]
    symbols.declare(free)
    one = symbols.ring.constant(1)
    rows = []
    for s, actions in enumerate(support):
        chosen = sorted(actions)
        row: list[Any] = [Fraction(0)] * len(environment.actions)
        if len(chosen) == 1:
            row[chosen[0]] = Fraction(1)
        else:
            polynomials = [symbols.polynomial(Choice(s, a)) for a in chosen[:-1]]
            polynomials.append(one - sum(polynomials[1:], polynomials[0]))
            for a, polynomial in zip(chosen, polynomials, strict=True):
                symbols.entries[Choice(s, a)] = polynomial
                row[a] = RationalFunction(symbols, polynomial, one)
        rows.append(tuple(row))
    return Policy(tuple(rows))


def _sum(left: RationalFunction, right: RationalFunction) -> RationalFunction:
    symbols = left.symbols
    a, b, c, d = (symbols.lift(part) for part in (left.numerator, left.denominator, right.numerator, right.denominator))
    if b == d:
        return RationalFunction(symbols, a + c, b) if b.is_one() else _quotient(symbols, a + c, b)
    return _quotient(symbols, a * d + c * b, b * d)


def _product(left: RationalFunction, right: RationalFunction) -> RationalFunction:
    symbols = left.symbols
    a, b, c, d = (symbols.lift(part) for part in (left.numerator, left.denominator, right.numerator, right.denominator))
    if b.is_one() and d.is_one():
        return RationalFunction(symbols, a * c, b)
    return _quotient(symbols, a * c, b * d)


def _quotient(symbols: Symbols, top: fmpq_mpoly, bottom: fmpq_mpoly) -> RationalFunction:
    """top/bottom in normal form."""
    top, bottom = symbols.lift(top), symbols.lift(bottom)
    if len(top) + len(bottom) > MOST_TERMS:
        raise Unsupported(f"an expression in the policy's entries of more than {MOST_TERMS} terms")
    divisor = top.gcd(bottom)
    if not divisor.is_one():
        top, bottom = top / divisor, bottom / divisor
    lead = bottom.leading_coefficient()
    return RationalFunction(symbols, top / lead, bottom / lead)


def _real(value: Any) -> Real:
    constant = value.constant if isinstance(value, RationalFunction) else value
    if not isinstance(constant, int | Fraction | Real):
        raise Unsupported("a power whose exponent depends on the policy")
    return Real.of(constant)
