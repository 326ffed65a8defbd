"""Expressions and formulas as text that parses back to the same tree, with no more parentheses than that takes."""

from fractions import Fraction

from specl.language.syntax import Bracket, Call, Index, Reference
from specl.model.digits import written
from specl.model.expression import COMPARISONS, FUNCTIONS, Expression
from specl.model.formula import Formula

_CHOICE, _OR, _AND, _NOT, _COMPARISON, _SUM, _PRODUCT, _UNARY, _POWER, _OPERAND = range(10)
_LEVELS = {
    "if": _CHOICE,
    "or": _OR,
    "and": _AND,
    "not": _NOT,
    "+": _SUM,
    "*": _PRODUCT,
    "/": _PRODUCT,
    "neg": _UNARY,
    "^": _POWER,
    **dict.fromkeys(COMPARISONS, _COMPARISON),
}
_FORMULA_LEVELS = {"<->": 0, "->": 1, "|": 2, "&": 3, "U": 4, "R": 4, "W": 4, "M": 4, "!": 5, "X": 5, "F": 5, "G": 5}


def show_expression(expression: Expression, level: int = _CHOICE) -> str:
    """The expression as text; in parentheses if it binds more weakly than ``level``.

    Raises:
        ValueError: it holds what the syntax has no words for.
    """
    text = _show(expression)
    return text if _level(expression) >= level else f"({text})"


def show_formula(formula: Formula, level: int = 0) -> str:
    """The formula as text; in parentheses if it binds more weakly than ``level``."""
    op, args = formula.op, formula.args
    if op in ("true", "false"):
        return op
    if op == "atom":
        return f"({formula.name})" if formula.name in _FORMULA_LEVELS else formula.name
    here = _FORMULA_LEVELS[op]
    if op in ("!", "X", "F", "G"):
        text = op + ("" if op == "!" else " ") + show_formula(args[0], 5)
    elif op in ("&", "|"):
        text = f" {op} ".join(show_formula(part, here + 1) for part in args)
    else:  # the other binary ones associate to the right
        text = f"{show_formula(args[0], here + 1)} {op} {show_formula(args[1], here)}"
    return text if here >= level else f"({text})"


def _level(expression: Expression) -> int:
    if expression.op != "number":
        return _LEVELS.get(expression.op, _OPERAND)
    value = expression.key
    if not isinstance(value, Fraction):
        raise ValueError(f"not a literal: {value}")
    if value.denominator != 1:
        return _PRODUCT
    return _UNARY if value < 0 else _OPERAND


def _show(expression: Expression) -> str:
    op, args = expression.op, expression.args
    match op:
        case "number":
            return written(expression.key) if isinstance(expression.key, Fraction) else str(expression.key)
        case "variable":
            return _variable(expression.key)
        case "+":
            return show_expression(args[0], _PRODUCT) + "".join(map(_signed, args[1:]))
        case "*":
            return " * ".join([_leading(args[0], ("/",)), *(show_expression(part, _UNARY) for part in args[1:])])
        case "/":
            return f"{_leading(args[0], ('*', '/'))} / {show_expression(args[1], _UNARY)}"
        case "neg":
            text = show_expression(args[0], _UNARY)
            return f"-({text})" if text.startswith("-") else f"-{text}"
        case "^":
            return f"{show_expression(args[0], _OPERAND)}^{show_expression(args[1], _UNARY)}"
        case "if":
            condition, yes, no = show_expression(args[0], _OR), show_expression(args[1], _OR), show_expression(args[2])
            return f"if {condition} then {yes} else {no}"
        case "or" | "and":
            return f" {op} ".join(show_expression(part, _LEVELS[op] + 1) for part in args)
        case "not":
            return f"not {show_expression(args[0], _NOT)}"
    if op in COMPARISONS:
        return f"{show_expression(args[0], _SUM)} {op} {show_expression(args[1], _SUM)}"
    if op in FUNCTIONS:
        return f"{op}({', '.join(show_expression(part) for part in args)})"
    raise ValueError(f"the language has no operation {op}")


def _leading(first: Expression, also: tuple[str, ...]) -> str:
    """The first factor: a quotient before it, or a literal fraction, needs no parentheses."""
    return show_expression(first, _PRODUCT if first.op in ("number", *also) else _UNARY)


def _signed(term: Expression) -> str:
    if term.op == "neg":
        return f" - {show_expression(term.args[0], _PRODUCT)}"
    if term.op == "number" and isinstance(term.key, Fraction) and term.key < 0:
        return f" - {written(-term.key)}"
    return f" + {show_expression(term, _PRODUCT)}"


def _variable(key: object) -> str:
    match key:
        case Reference(name):
            return name
        case Call(function, args):
            shown = (show_expression(part) if isinstance(part, Expression) else show_formula(part) for part in args)
            return f"{function}({', '.join(shown)})"
        case Index(name, index):
            return f"{name}[{index.text}]"
        case Bracket(formula):
            return f"[{show_formula(formula)}]"
    raise ValueError(f"the language has no words for {key}")
