"""Objectives that read well: terms of a sum, and a length by which to choose among objectives that grant a wish."""

import re
from fractions import Fraction
from typing import Any

from specl.formalisms import formalism
from specl.language.printer import show_item
from specl.language.writing import objective_item
from specl.model.environment import Environment
from specl.model.expression import Expression, constant, multiply, negate


def length(code: str, objective: Any, environment: Environment) -> int:
    """Characters of its text; numbers that are negative or not a digit, and machine states without a telling name,
    count for more."""
    text = show_item(objective_item(environment, "found", code, formalism(code).write(objective, environment)))
    return len(text) + 4 * len(re.findall(r": -|\d\d", text)) + 8 * len(re.findall(r" u\d", text))


def scaled(coefficient: Fraction, of: Expression, is_first: bool) -> Expression:
    """The product as a term of a sum: ``3 * x``, ``x``, ``-3 * x``; after the first as ``… - 3 * x``."""
    if coefficient == 1:
        return of
    if is_first and coefficient != -1:
        return _product(coefficient, of)
    if coefficient < 0:
        return negate(of if coefficient == -1 else _product(-coefficient, of))
    return _product(coefficient, of)


def _product(coefficient: Fraction, of: Expression) -> Expression:
    return multiply((constant(coefficient), *(of.args if of.op == "*" else (of,))))
