"""Reciprocals, powers, logarithms and exponentials of normal forms."""

from fractions import Fraction
from math import floor, gcd, lcm

from specl.model.errors import Undefined
from specl.model.factors import factor_rational
from specl.model.normal_form import (
    Atom,
    Form,
    Monomial,
    add,
    algebraic_inverse,
    collect,
    expands,
    integer_power,
    multiply,
    of_atom,
    of_powers,
    of_rational,
    product,
    scale,
)
from specl.model.sign import independent, require_sign

ONE_FORM: Form = of_rational(Fraction(1))


def invert(form: Form) -> Form:
    """1/form.

    Raises:
        Undefined: the number is 0, or may be.
    """
    if not form:
        raise Undefined("division by 0")
    if len(form) == 1:
        ((monomial, coefficient),) = form
        if all(atom.kind != "logform" for atom, _ in monomial) or require_sign(form, "divisor"):
            return scale(product(((monomial, -1),)), 1 / coefficient)
        raise Undefined("division by 0")
    inverse = algebraic_inverse(form) if independent(form) else None
    if inverse is not None:
        return inverse
    return _opaque_power(form, Fraction(-1), "divisor")


def power(form: Form, exponent: Fraction) -> Form:
    """form^exponent; x^0 = 1 for every x.

    Raises:
        Undefined: 0 to a negative power; a negative number to a power that is not an integer; too large.
    """
    if exponent == 0:
        return ONE_FORM
    if not form:
        if exponent < 0:
            raise Undefined("0 to a negative power")
        return ()
    if exponent.denominator == 1:
        return _integer_power(form, int(exponent))
    direction = require_sign(form, "base of a power that is not an integer")
    if direction < 0:
        raise Undefined("a power of a negative number whose exponent is not an integer")
    if direction == 0:
        return power((), exponent)
    if len(form) == 1:
        ((monomial, coefficient),) = form
        if coefficient > 0 and _all_positive(monomial):
            return multiply(rational_power(coefficient, exponent), product(((monomial, exponent),)))
    whole = floor(exponent)
    fractional = _opaque_power(form, exponent - whole, "base")
    return multiply(_integer_power(form, whole), fractional) if whole else fractional


def rational_power(q: Fraction, exponent: Fraction) -> Form:
    """q^exponent for q > 0, in radicals."""
    if q == 1:
        return ONE_FORM
    powers = {Atom("root", base): e * exponent for base, e in factor_rational(q).items()}
    return of_powers(powers)


def _integer_power(form: Form, n: int) -> Form:
    if n < 0:
        if len(form) == 1 or algebraic_inverse(form) is not None:
            return _integer_power(invert(form), -n)
        return _opaque_power(form, Fraction(n), "divisor")
    if len(form) == 1:
        ((monomial, coefficient),) = form
        return scale(product(((monomial, n),)), integer_power(coefficient, n))
    if not expands(form, n):
        return _opaque_power(form, Fraction(n), "base of a large power")
    result, square = ONE_FORM, form
    while n:
        if n % 2:
            result = multiply(result, square)
        n //= 2
        if n:
            square = multiply(square, square)
    return result


def _opaque_power(form: Form, exponent: Fraction, what: str) -> Form:
    """|content|^e · (primitive part)^e, with the sign of an integer power of a negative number."""
    direction = require_sign(form, what)
    if direction == 0:
        raise Undefined("division by 0" if exponent < 0 else "0 where a nonzero number is needed")
    content, primitive = _primitive(form, direction)
    outside = (
        of_rational(integer_power(content, int(exponent)))
        if exponent.denominator == 1
        else rational_power(content, exponent)
    )
    inside = of_powers({Atom("form", of=primitive): exponent})
    result = multiply(outside, inside)
    return scale(result, Fraction(-1)) if direction < 0 and exponent.numerator % 2 else result


def _primitive(form: Form, direction: int) -> tuple[Fraction, Form]:
    """(content > 0, primitive part > 0) with |form| = content · primitive; its coefficients are coprime integers."""
    numerators = gcd(*(coefficient.numerator for _, coefficient in form))
    content = Fraction(numerators, lcm(*(coefficient.denominator for _, coefficient in form)))
    return content, scale(form, direction / content)


def _all_positive(monomial: Monomial) -> bool:
    return all(atom.kind != "logform" for atom, _ in monomial)


def log(form: Form) -> Form:
    """Natural logarithm.

    Raises:
        Undefined: the number is not positive, or that cannot be decided.
    """
    direction = require_sign(form, "argument of a logarithm")
    if direction <= 0:
        raise Undefined("logarithm of 0" if direction == 0 else "logarithm of a negative number")
    if len(form) == 1:
        ((monomial, coefficient),) = form
        if coefficient > 0 and _all_positive(monomial):
            total = rational_log(coefficient)
            for atom, exponent in monomial:
                total = add(total, scale(_log_atom(atom), exponent))
            return total
    content, primitive = _primitive(form, 1)
    return add(rational_log(content), of_atom(Atom("logform", of=primitive)))


def rational_log(q: Fraction) -> Form:
    """log q for q > 0, as a combination of logarithms of integers."""
    if q == 1:
        return ()
    return collect((((Atom("log", base), Fraction(1)),), Fraction(e)) for base, e in factor_rational(q).items())


def _log_atom(atom: Atom) -> Form:
    if atom.kind == "root":
        return of_atom(Atom("log", atom.number))
    if atom.kind == "exp":
        return atom.of
    return of_atom(Atom("logform", of=of_atom(atom)))


def exp(form: Form) -> Form:
    """e^form: radicals from logarithms of integers, e^q from rationals.

    Raises:
        Undefined: too large.
    """
    result = ONE_FORM
    for monomial, coefficient in form:
        result = multiply(result, _exp_term(monomial, coefficient))
    return result


def _exp_term(monomial: Monomial, coefficient: Fraction) -> Form:
    if len(monomial) == 1:
        atom, exponent = monomial[0]
        if atom.kind == "log" and exponent == 1:
            return of_powers({Atom("root", atom.number): coefficient})
        if atom.kind == "logform" and exponent == 1:
            return power(atom.of, coefficient)
    base: Form = ((monomial, Fraction(1)),)
    return of_powers({Atom("exp", of=base): coefficient})

