"""Increasing functions around an expression, which do not matter to where it is largest."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from specl.model.enclosure import Enclosure, enclosure
from specl.model.errors import Undefined
from specl.model.expression import Expression, evaluate, negate, number, substitute, variable, variables
from specl.solvers.outer.forms import constant_of
from specl.solvers.outer.shape import sign_of_constant

INNER = variable("inner")


def unwrapped(function: Expression) -> tuple[Expression, Expression]:
    """(g, φ) with function = φ(g), φ over `INNER` and strictly increasing where it is defined; an affine φ stays."""
    inner, outer, sign = _peeled(function)
    if not _is_bent(outer):
        return function, INNER
    if sign > 0:
        return inner, outer
    return negate(inner), substitute(outer, negate)


def through(outer: Expression, low: Fraction, high: Fraction) -> tuple[Fraction, Fraction]:
    """Bounds on φ of what lies in [low, high].

    Raises:
        Undefined: φ is not defined there.
    """
    return _at(outer, low).low, _at(outer, high).high


def _at(outer: Expression, x: Fraction) -> Enclosure:
    return enclosure(evaluate(outer, lambda _: number(x), constant_of))


def _peeled(node: Expression) -> tuple[Expression, Expression, int]:
    """(inner, outer, 1 where outer increases, −1 where it decreases)."""
    varying = [i for i, part in enumerate(node.args) if variables(part)]
    if len(varying) != 1 or node.op in ("if", "abs", "min", "max"):
        return node, INNER, 1
    (i,) = varying
    sign = _direction(node, i)
    if sign == 0:
        return node, INNER, 1
    inner, outer, more = _peeled(node.args[i])
    return inner, replace(node, args=_with(node.args, i, outer)), sign * more


def _is_bent(outer: Expression) -> bool:
    return outer.op in ("exp", "log", "sqrt", "^") or any(map(_is_bent, outer.args))


def _direction(node: Expression, i: int) -> int:
    """Whether an operation increases (1), decreases (−1) or neither in its i-th argument, the only varying one."""
    match node.op:
        case "+" | "exp" | "log" | "sqrt":
            return 1
        case "neg":
            return -1
        case "*" | "/":
            if node.op == "*" or i == 0:
                return sign_of_constant([part for k, part in enumerate(node.args) if k != i])
        case "^":
            if i == 0:
                try:
                    y = evaluate(node.args[1], lambda _: None, constant_of).rational
                except Undefined:
                    return 0
                if y is not None and y > 0 and (y.denominator > 1 or y % 2 == 1):
                    return 1
    return 0


def _with(args: Sequence[Expression], i: int, new: Expression) -> tuple[Expression, ...]:
    return (*args[:i], new, *args[i + 1 :])
