"""Policies whose entries are polynomials or rational functions of parameters, written as expressions."""

from collections.abc import Mapping
from fractions import Fraction

from flint import fmpq_poly

from specl.model.expression import Expression, add, constant, multiply, negate, variable
from specl.model.flint_rational import to_fraction
from specl.model.policy import Family, Policy
from specl.obstructions.exact.chain import Rows
from specl.obstructions.exact.ratio import Ratio, X

Monomial = tuple[tuple[str, int], ...]
"""Parameters with their exponents, those that are 0 left out."""


def segment(first: Policy, last: Policy) -> Rows:
    """(1 − x)·first + x·last."""
    return tuple(
        tuple(a + (b - a) * X for a, b in zip(*rows, strict=True)) for rows in zip(first.rows, last.rows, strict=True)
    )


def member(rows: Rows, x: Fraction) -> Policy:
    """The policy at a point that is no pole."""
    return Policy(tuple(tuple(entry.at(x).rational or Fraction(0) for entry in row) for row in rows))


def length(rows: Rows) -> int:
    """How many characters there are to be written down, roughly."""
    return sum(len(str(entry.json())) for row in rows for entry in row)


def family(parameter: str, rows: Rows) -> Family:
    """The rows with the variable called so."""
    return Family((parameter,), tuple(tuple(quotient(entry, parameter) for entry in row) for row in rows))


def quotient(ratio: Ratio, parameter: str) -> Expression:
    """A rational function of one variable in words, with whole coefficients where there is a denominator."""
    json = ratio.json()
    if not isinstance(json, dict):
        return polynomial(_terms(ratio.num, parameter))
    top, bottom = (fmpq_poly([int(c) for c in json[part]]) for part in ("num", "den"))
    return Expression("/", (polynomial(_terms(top, parameter)), polynomial(_terms(bottom, parameter))))


def polynomial(terms: Mapping[Monomial, Fraction]) -> Expression:
    """A polynomial in words; what is positive comes first."""
    kept = sorted(((m, c) for m, c in terms.items() if c), key=lambda term: (term[1] < 0, sum(k for _, k in term[0])))
    return add(_term(monomial, coefficient) for monomial, coefficient in kept)


def _terms(poly: fmpq_poly, parameter: str) -> dict[Monomial, Fraction]:
    return {((parameter, k),) if k else (): to_fraction(c) for k, c in enumerate(poly.coeffs())}


def _term(monomial: Monomial, coefficient: Fraction) -> Expression:
    if coefficient < 0:
        return negate(_term(monomial, -coefficient))
    if not monomial:
        return constant(coefficient)
    powers = [_power(name, exponent) for name, exponent in monomial]
    top, bottom = coefficient.numerator, coefficient.denominator
    product = multiply(powers if top == 1 else [constant(Fraction(top)), *powers])
    return product if bottom == 1 else Expression("/", (product, constant(Fraction(bottom))))


def _power(name: str, exponent: int) -> Expression:
    base = variable(name)
    return base if exponent == 1 else Expression("^", (base, constant(Fraction(exponent))))
