"""Families of policies: proof that the weights are a distribution at every parameter value.

That weights sum to 1 is an identity of rational functions. Written N/D = 1 it says that the polynomial N − D is 0,
and a polynomial of degree at most d_i in its i-th variable is 0 iff it is 0 on a grid of ∏(d_i + 1) points. N and D
are evaluated side by side, without division, so that poles do no harm. That no weight is negative is checked at the
corners of the cube [0,1]^k and on a grid inside it.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from specl.language.constants import fold, name_of_key, unknown_name
from specl.language.diagnostics import Diagnostics
from specl.language.print_expressions import show_expression
from specl.language.syntax import Reference
from specl.model.digits import brief
from specl.model.errors import Span, Undefined
from specl.model.expression import Expression, evaluate
from specl.model.real import Real

_GRID = 20_000
_SAMPLES = 700
_LARGEST_POWER = 200


@dataclass(frozen=True)
class _Quotient:
    """N/D at a point."""

    top: Fraction
    bottom: Fraction


def parametric(expression: Expression, parameters: Sequence[str], diagnostics: Diagnostics) -> Expression | None:
    """A weight as an expression with variables keyed by the parameters' names, or None after an error: it may be
    built from numbers and parameters by + - * / and powers with constant natural exponents."""
    before = diagnostics.count
    resolved = _parametric(fold(expression, diagnostics), parameters, diagnostics)
    return resolved if diagnostics.count == before else None


def check_row(
    row: Sequence[Expression], parameters: Sequence[str], span: Span | None, diagnostics: Diagnostics
) -> None:
    """Tell of weights that do not sum to 1 identically, or of one that is negative or undefined somewhere."""
    degrees = [_total_degree(row, parameter) for parameter in parameters]
    size = 1
    for degree in degrees:
        size *= degree + 1
    if size > _GRID:
        message = f"these weights are too complicated to check that they sum to 1 (degrees {degrees})"
        diagnostics.error("E053", message, span, "use polynomials of lower degree, or fewer parameters")
        return
    axes = [[Fraction(2 * i + 1, 2 * degree + 3) for i in range(degree + 1)] for degree in degrees]
    for point in itertools.product(*axes):
        at = dict(zip(parameters, point, strict=True))
        total = _sum([_at(weight, at) for weight in row])
        if total.top != total.bottom:
            value = brief(total.top / total.bottom) if total.bottom else "nothing, being undefined"
            every = ", ".join(parameters)
            message = f"these weights do not sum to 1 for every {every}: {_where(at)} they sum to {value}"
            diagnostics.error("E040", message, span)
            return
    for at in _samples(parameters):
        numbers = {name: Real.of(value) for name, value in at.items()}
        for weight in row:
            try:
                value_at = evaluate(weight, numbers.__getitem__).rational
            except Undefined as error:
                message = f"the weight {_shown(weight)} is undefined {_where(at)}: {error}"
                diagnostics.error("E043", message, error.at or span, "parameters run through [0, 1], ends included")
                return
            if value_at < 0:
                message = f"the weight {_shown(weight)} is negative {_where(at)}: {brief(value_at)}"
                diagnostics.error("E041", message, weight.at or span, "parameters run through [0, 1]")
                return


def _parametric(node: Expression, parameters: Sequence[str], diagnostics: Diagnostics) -> Expression:
    match node.op:
        case "number" if isinstance(node.key, Fraction):
            return node
        case "number":
            diagnostics.error("E042", f"a rational weight is needed here, and {brief(node.key)} is not", node.at)
            return node
        case "variable" if isinstance(node.key, Reference):
            if node.key.name not in parameters:
                unknown_name(node.key.name, list(parameters), node.at, diagnostics)
            return Expression("variable", key=node.key.name, at=node.at)
        case "variable":
            diagnostics.error("E053", f"`{name_of_key(node.key)}` cannot stand in a weight", node.at)
            return node
        case "^":
            exponent = node.args[1].key
            natural = isinstance(exponent, Fraction) and exponent.denominator == 1 and 0 <= exponent <= _LARGEST_POWER
            if not natural:
                message = f"in a weight an exponent is a natural number, at most {_LARGEST_POWER}"
                diagnostics.error("E053", message, node.args[1].at or node.at)
        case "+" | "*" | "/" | "neg":
            pass
        case op:
            diagnostics.error("E053", f"a weight is a rational expression, without `{op}`", node.at)
            return node
    args = tuple(_parametric(part, parameters, diagnostics) for part in node.args)
    return Expression(node.op, args, node.key, node.at)


def _at(node: Expression, at: Mapping[str, Fraction]) -> _Quotient:
    one = Fraction(1)
    match node.op:
        case "number":
            return _Quotient(node.key, one)  # type: ignore[arg-type]
        case "variable":
            return _Quotient(at[str(node.key)], one)
        case "neg":
            inner = _at(node.args[0], at)
            return _Quotient(-inner.top, inner.bottom)
        case "^":
            base = _at(node.args[0], at)
            exponent = int(node.args[1].key)  # type: ignore[call-overload]
            return _Quotient(base.top**exponent, base.bottom**exponent)
        case "+":
            return _sum([_at(part, at) for part in node.args])
        case "*":
            top = bottom = one
            for part in node.args:
                factor = _at(part, at)
                top, bottom = top * factor.top, bottom * factor.bottom
            return _Quotient(top, bottom)
    dividend, divisor = (_at(part, at) for part in node.args)
    return _Quotient(dividend.top * divisor.bottom, dividend.bottom * divisor.top)


def _sum(terms: Sequence[_Quotient]) -> _Quotient:
    top, bottom = Fraction(0), Fraction(1)
    for term in terms:
        top, bottom = top * term.bottom + term.top * bottom, bottom * term.bottom
    return _Quotient(top, bottom)


def _total_degree(row: Sequence[Expression], parameter: str) -> int:
    degrees = [_degree(weight, parameter) for weight in row]
    bottom = sum(own for _, own in degrees)
    return max([bottom, *(top + bottom - own for top, own in degrees)])


def _degree(node: Expression, parameter: str) -> tuple[int, int]:
    """Bounds on the degree of N and of D in a parameter."""
    if node.op in ("number", "variable"):
        return int(node.op == "variable" and node.key == parameter), 0
    if node.op == "^":
        top, bottom = _degree(node.args[0], parameter)
        exponent: int = int(node.args[1].key)  # type: ignore[call-overload, unused-ignore]
        return top * exponent, bottom * exponent
    parts = [_degree(part, parameter) for part in node.args]
    bottom = sum(own for _, own in parts)
    if node.op == "+":
        return max(top + bottom - own for top, own in parts), bottom
    if node.op == "/":
        (top, own), (divisor, below) = parts
        return top + below, own + divisor
    return sum(top for top, _ in parts), bottom


def _samples(parameters: Sequence[str]) -> Iterator[dict[str, Fraction]]:
    steps = 16
    while steps > 1 and (steps + 1) ** len(parameters) > _SAMPLES:
        steps -= 1
    axis = [Fraction(i, steps) for i in (0, steps, *range(1, steps))]
    points = itertools.product(axis, repeat=len(parameters))
    for point in itertools.islice(points, max(_SAMPLES, 2)):
        yield dict(zip(parameters, point, strict=True))


def _shown(weight: Expression) -> str:
    def named(node: Expression) -> Expression:
        if node.op == "variable":
            return Expression("variable", key=Reference(str(node.key)))
        return Expression(node.op, tuple(named(part) for part in node.args), node.key)

    return f"`{show_expression(named(weight))}`"


def _where(at: Mapping[str, Fraction]) -> str:
    return "at " + ", ".join(f"{name} = {value}" for name, value in at.items())
