"""Expectations of polynomials in returns: an expression is read as a polynomial, and its moments are put together."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from specl.chains.chain import Chain
from specl.chains.moments import mixed_moments
from specl.model.enclosure import Enclosure
from specl.model.expression import Expression, evaluate
from specl.model.real import ONE, ZERO, Real

Powers = tuple[int, ...]
"""The exponent of each variable."""

LARGEST_DEGREE = 64
"""Powers above this are not multiplied out."""


class NotPolynomial(Exception):
    """The expression is not a polynomial in its variables."""


@dataclass(frozen=True)
class Polynomial:
    """Σ terms[k]·∏ x_i^(k_i), a number type for `specl.model.expression.evaluate`.

    The coefficients are Reals, Enclosures or rational functions. Operations that leave the polynomials raise
    `NotPolynomial`; on constants every operation is that of the coefficient.
    """

    variables: int
    terms: Mapping[Powers, Any]

    @staticmethod
    def of_constant(variables: int, value: Any) -> "Polynomial":
        """A number."""
        number = Real.of(value) if isinstance(value, int | Fraction) else value
        return Polynomial(variables, {} if _vanishes(number) else {(0,) * variables: number})

    @staticmethod
    def of_variable(variables: int, index: int) -> "Polynomial":
        """x_index."""
        return Polynomial(variables, {tuple(int(i == index) for i in range(variables)): ONE})

    @property
    def constant(self) -> Any:
        """The number, if the polynomial is constant; None if not."""
        if not self.terms:
            return ZERO
        return next(iter(self.terms.values())) if not any(map(any, self.terms)) else None

    @property
    def degree(self) -> int:
        """The largest sum of exponents; 0 for constants."""
        return max(map(sum, self.terms), default=0)

    def __add__(self, other: "Polynomial") -> "Polynomial":
        total = dict(self.terms)
        for k, c in other.terms.items():
            total[k] = total[k] + c if k in total else c
        return Polynomial(self.variables, {k: c for k, c in total.items() if not _vanishes(c)})

    def __neg__(self) -> "Polynomial":
        return Polynomial(self.variables, {k: -c for k, c in self.terms.items()})

    def __mul__(self, other: "Polynomial") -> "Polynomial":
        total: dict[Powers, Any] = {}
        for k, c in self.terms.items():
            for j, d in other.terms.items():
                at = tuple(a + b for a, b in zip(k, j, strict=True))
                total[at] = total[at] + c * d if at in total else c * d
        return Polynomial(self.variables, {k: c for k, c in total.items() if not _vanishes(c)})

    def __truediv__(self, other: "Polynomial") -> "Polynomial":
        divisor = other._number()
        if not self.terms:
            return self._constant(ZERO / divisor)
        return Polynomial(self.variables, {k: c / divisor for k, c in self.terms.items()})

    def power(self, exponent: "Polynomial") -> "Polynomial":
        """A natural power; any power of a constant."""
        n = exponent._number()
        if self.constant is not None:
            return self._constant(self.constant.power(n))
        whole = getattr(n, "rational", None)
        if whole is None or whole.denominator != 1 or not 0 <= whole <= LARGEST_DEGREE:
            raise NotPolynomial
        result = self._constant(ONE)
        for _ in range(int(whole)):
            result = result * self
        return result

    def log(self) -> "Polynomial":
        return self._constant(self._number().log())

    def exp(self) -> "Polynomial":
        return self._constant(self._number().exp())

    def absolute(self) -> "Polynomial":
        return self._constant(self._number().absolute())

    def minimum(self, other: "Polynomial") -> "Polynomial":
        return self._constant(self._number().minimum(other._number()))

    def maximum(self, other: "Polynomial") -> "Polynomial":
        return self._constant(self._number().maximum(other._number()))

    def compare(self, op: str, other: "Polynomial") -> Any:
        """The truth about two constants, or about two polynomials with a constant difference."""
        if self.constant is not None and other.constant is not None:
            return self.constant.compare(op, other.constant)
        return (self + -other)._number().compare(op, ZERO)

    def choose(self, truth: Any, other: "Polynomial") -> "Polynomial":
        return self._constant(self._number().choose(truth, other._number()))

    def is_zero(self) -> bool:
        """Whether it is certainly 0."""
        return not self.terms

    @property
    def rational(self) -> Fraction | None:
        """The number, for a rational constant."""
        return getattr(self.constant, "rational", None)

    def _number(self) -> Any:
        if self.constant is None:
            raise NotPolynomial
        return self.constant

    def _constant(self, value: Any) -> "Polynomial":
        return Polynomial.of_constant(self.variables, value)


def _vanishes(number: Any) -> bool:
    return bool(number.is_zero()) if isinstance(number, Real | Enclosure) else bool(number == 0)


def as_polynomial(
    function: Expression, place: Mapping[Any, int], known: Callable[[Any], Any]
) -> Polynomial | None:
    """The expression as a polynomial; None if it is none.

    Args:
        place: variable key -> its index among the polynomial's variables.
        known: key of another variable -> its number.

    Raises:
        Undefined: a constant part is outside its domain.
    """
    size = len(place)

    def value_of(key: Any) -> Polynomial:
        if key in place:
            return Polynomial.of_variable(size, place[key])
        return Polynomial.of_constant(size, known(key))

    try:
        found: Polynomial = evaluate(function, value_of, lambda value: Polynomial.of_constant(size, value))
    except NotPolynomial:
        return None
    return found


Rewards = Sequence[Sequence[Real]]
"""The reward of each move, parallel to `Chain.moves`."""


def expect_polynomials(
    chain: Chain, polynomials: Sequence[Polynomial], returns: Sequence[tuple[Fraction, Rewards]]
) -> Any:
    """Σ_c E[p_c(G_1, …, G_d)·1(the chain ends up in class c)], by moments.

    An irrational return is a combination of rational ones, G = Σ M·G_M over the monomials M of its rewards
    (`Real.parts`), and so is an irrational coefficient: the moments themselves are computed over the rationals.

    Args:
        polynomials: p_c for each recurrent class.
        returns: (discount, rewards) of each variable.
    """
    split: list[tuple[int, Real]] = []
    rational_returns: list[tuple[Fraction, Sequence[Sequence[Fraction]]]] = []
    for index, (discount, rewards) in enumerate(returns):
        parts = [[reward.parts() for reward in row] for row in rewards]
        monomials = dict.fromkeys(monomial for row in parts for part in row for monomial in part)
        for monomial in monomials:
            split.append((index, monomial))
            rational_returns.append(
                (discount, [[part.get(monomial, Fraction(0)) for part in row] for row in parts])
            )
    size = len(split)
    images = [Polynomial(size, {}) for _ in returns]
    for place, (index, monomial) in enumerate(split):
        one_part = Polynomial.of_variable(size, place) * Polynomial.of_constant(size, monomial)
        images[index] = images[index] + one_part
    groups: dict[Real, dict[Powers, list[Any]]] = {}
    enclosed: list[tuple[Powers, int, Enclosure]] = []
    for c, polynomial in enumerate(polynomials):
        for powers, coefficient in _compose(polynomial, images, size).terms.items():
            if isinstance(coefficient, Enclosure):
                enclosed.append((powers, c, coefficient))
                continue
            pieces = coefficient.parts() if isinstance(coefficient, Real) else {ONE: coefficient}
            for monomial, weight in pieces.items():
                row = groups.setdefault(monomial, {}).setdefault(powers, [Fraction(0)] * len(polynomials))
                row[c] = weight
    total: Any = ZERO
    for monomial, weights in groups.items():
        moments = mixed_moments(chain, rational_returns, weights)
        total = total + monomial * sum(moments.values(), start=Fraction(0))
    for powers, c, coefficient in enclosed:
        indicator = [Fraction(int(c == d)) for d in range(len(polynomials))]
        total = total + coefficient * mixed_moments(chain, rational_returns, {powers: indicator})[powers]
    return total


def _compose(polynomial: Polynomial, images: Sequence[Polynomial], size: int) -> Polynomial:
    if all(len(image.terms) == 1 and image.constant is None for image in images) and size == len(images):
        trivial = all(next(iter(image.terms.values())) == ONE for image in images)
        if trivial:
            return polynomial
    total = Polynomial(size, {})
    for powers, coefficient in polynomial.terms.items():
        term = Polynomial.of_constant(size, coefficient)
        for image, exponent in zip(images, powers, strict=True):
            for _ in range(exponent):
                term = term * image
        total = total + term
    return total
