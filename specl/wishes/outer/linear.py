"""Linear expressions as the language reads them back, sums without sums inside and signs between the terms."""

from collections.abc import Sequence
from fractions import Fraction

from specl.model.expression import Expression, add, constant, multiply, negate

Terms = tuple[tuple[Expression, Fraction], ...]
"""Σ coefficient · expression; no coefficient is 0."""


def linear(terms: Terms, offset: Fraction = Fraction(0)) -> Expression:
    """The sum of the terms and a constant; a term with a positive coefficient, if there is one, comes first."""
    ordered = sorted(terms, key=lambda term: term[1] < 0)
    parts = [_leading(*term) if i == 0 else _following(*term) for i, term in enumerate(ordered)]
    return add([*parts, *([constant(offset)] if offset or not parts else [])])


def as_terms(expression: Expression) -> tuple[Terms, Fraction]:
    """What `linear` makes the expression of: the terms and the constant."""
    match expression:
        case Expression("number", key=Fraction() as value):
            return (), value
        case Expression("neg", (inner,)):
            terms, offset = as_terms(inner)
            return negative(terms), -offset
        case Expression("+", parts):
            found = [as_terms(part) for part in parts]
            return tuple(term for terms, _ in found for term in terms), sum((c for _, c in found), start=Fraction(0))
        case Expression("*", (Expression("number", key=Fraction() as factor), inner)):
            return ((inner, factor),), Fraction(0)
    return ((expression, Fraction(1)),), Fraction(0)


def negative(terms: Terms) -> Terms:
    """The terms with opposite signs."""
    return tuple((expression, -coefficient) for expression, coefficient in terms)


def total(weights: Sequence[tuple[Sequence[Fraction], Fraction]]) -> tuple[Fraction, ...]:
    """Σ weight · vector; at least one."""
    return tuple(
        sum((value * weight for value, weight in zip(values, (w for _, w in weights), strict=True)), start=Fraction(0))
        for values in zip(*(vector for vector, _ in weights), strict=True)
    )


def cases(argument: Expression, bound: Fraction, below: Expression, above: Expression) -> Expression:
    """``if x < c then below else above``, or with ``>=`` where that spares a case in parentheses."""
    if below.op == "if" and above.op != "if":
        return Expression("if", (Expression(">=", (argument, constant(bound))), above, below))
    return Expression("if", (Expression("<", (argument, constant(bound))), below, above))


def _leading(expression: Expression, coefficient: Fraction) -> Expression:
    if coefficient == -1:
        return negate(expression)
    return expression if coefficient == 1 else multiply((constant(coefficient), expression))


def _following(expression: Expression, coefficient: Fraction) -> Expression:
    size = _leading(expression, abs(coefficient))
    return size if coefficient > 0 else negate(size)
