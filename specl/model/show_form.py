"""Exact real numbers as text in the language's own words: ``log(3)/2 - 1/3``."""

from fractions import Fraction

from specl.model.digits import written
from specl.model.normal_form import Atom, Form, Monomial, of_atom


def show(form: Form) -> str:
    """An expression that denotes the number. The rational part comes last, unless that would put a minus first."""
    rational = [(monomial, c) for monomial, c in form if not monomial]
    others = [(monomial, c) for monomial, c in form if monomial]
    terms = others + rational
    if others and others[0][1] < 0:
        terms.sort(key=lambda term: term[1] < 0)
    if not terms:
        return "0"
    text = ""
    for monomial, coefficient in terms:
        sign = "-" if coefficient < 0 else "+"
        term = _term(monomial, abs(coefficient))
        if text:
            text += f" {sign} {term}"
        else:
            text = f"-{term}" if sign == "-" else term
    return text


def _term(monomial: Monomial, coefficient: Fraction) -> str:
    above, below = [], []
    radicals: dict[Fraction, int] = {}
    for atom, exponent in monomial:
        if atom.kind == "root":
            radicals[exponent] = radicals.get(exponent, 1) * atom.number
        elif exponent < 0 and atom.kind != "exp":
            below.append(_power(_atom(atom), -exponent))
        else:
            above.append(_exp(atom, exponent) if atom.kind == "exp" else _power(_atom(atom), exponent))
    roots = [_power(written(n), exponent) for exponent, n in sorted(radicals.items())]
    above = roots + above
    if coefficient.numerator != 1 or not above:
        above.insert(0, written(coefficient.numerator))
    if coefficient.denominator != 1:
        below.insert(0, written(coefficient.denominator))
    return "/".join(["*".join(above), *below])


def _power(base: str, exponent: Fraction) -> str:
    if exponent == 1:
        return base
    if exponent == Fraction(1, 2):
        return f"sqrt({base.removeprefix('(').removesuffix(')') if base.startswith('(') else base})"
    return f"{base}^{exponent}" if exponent.denominator == 1 else f"{base}^({exponent})"


def _exp(atom: Atom, exponent: Fraction) -> str:
    ((monomial, coefficient),) = atom.of
    inside = show(((monomial, coefficient * exponent),))
    return f"exp({inside})"


def _atom(atom: Atom) -> str:
    if atom.kind == "log":
        return f"log({written(atom.number)})"
    if atom.kind == "logform":
        return f"log({show(atom.of)})"
    return f"({show(of_atom(atom))})"
