"""Parse tree to expressions and formulas of the syntax tree.

Canonical form, which the printer relies on: sums, products, conjunctions and disjunctions are n-ary as far as they
were written without parentheses; ``a - b`` is +(a, neg(b)); a literal's sign and a quotient of two literals are
folded into one number (``-1/3`` is the number −1/3).
"""

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import lark
from lark.lexer import Token

from specl.language.scan import DEEPEST
from specl.language.syntax import CONDITIONS, Bracket, Call, Index, Name, Reference
from specl.model.digits import parsed
from specl.model.errors import Span
from specl.model.expression import FUNCTIONS, Expression
from specl.model.formula import Formula

Tree = lark.Tree[Token]

_DIGITS = 1_500_000  # more than any number has that specl prints
_EXPONENT = 1000
_CHAIN = {"disjunction": "or", "conjunction": "and"}
_UNTIL = {"UNTIL": "U", "RELEASE": "R", "WEAK": "W", "STRONG": "M"}


@dataclass
class BuildError(Exception):
    """The one syntax error that is told of an item."""

    code: str
    message: str
    span: Span
    hint: str | None = None


def span_of(node: Any) -> Span:
    """The place of a token or of a whole tree."""
    if isinstance(node, Token):
        return node.start_pos or 0, node.end_pos or 0
    return (0, 0) if node.meta.empty else (node.meta.start_pos, node.meta.end_pos)


def name_of(token: Token) -> Name:
    return Name(str(token), span_of(token))


def build_number(tree: Tree) -> Expression:
    """An expression that denotes a number.

    Raises:
        BuildError: it is a condition, too deep, or has a literal that is too long.
    """
    return _as_number(build_expression(tree))


def build_condition(tree: Tree) -> Expression:
    """An expression that is true or false.

    Raises:
        BuildError: it is a number, too deep, or has a literal that is too long.
    """
    return _as_condition(build_expression(tree))


def build_expression(tree: Tree, depth: int = 0) -> Expression:
    """An expression of either kind.

    Raises:
        BuildError: it mixes numbers and conditions, is too deep, or has a literal that is too long.
    """
    _check_depth(tree, depth)
    at = span_of(tree)
    parts: list[Any] = tree.children

    def number(part: Tree) -> Expression:
        return _as_number(build_expression(part, depth + 1))

    def condition(part: Tree) -> Expression:
        return _as_condition(build_expression(part, depth + 1))

    match str(tree.data):
        case "number":
            return Expression("number", key=_literal(parts[0]), at=at)
        case "reference":
            return Expression("variable", key=Reference(str(parts[0])), at=at)
        case "parenthesis":
            return build_expression(parts[0], depth + 1)
        case "call":
            return _call(parts[0], [number(part) for part in parts[1].children] if parts[1] else [], at)
        case "probability":
            return Expression("variable", key=Call("P", (build_formula(parts[1], depth + 1),)), at=at)
        case "index":
            return Expression("variable", key=Index(str(parts[0]), name_of(parts[1])), at=at)
        case "indicator":
            return Expression("variable", key=Bracket(build_formula(parts[0], depth + 1)), at=at)
        case "sum":
            terms = [number(parts[0])]
            for sign, part in zip(parts[1::2], parts[2::2], strict=True):
                term = number(part)
                terms.append(_negative(term, span_of(part)) if sign.type == "MINUS" else term)
            return Expression("+", tuple(terms), at=at)
        case "product":
            return _product(number(parts[0]), [(sign.type, number(p)) for sign, p in _pairs(parts)], at[0])
        case "minus":
            return _negative(number(parts[0]), at)
        case "power":
            return Expression("^", (number(parts[0]), number(parts[1])), at=at)
        case "comparison":
            return Expression(str(parts[1]), (number(parts[0]), number(parts[2])), at=at)
        case "denial":
            return Expression("not", (condition(parts[0]),), at=at)
        case "choice":
            return Expression("if", (condition(parts[0]), number(parts[1]), number(parts[2])), at=at)
        case "disjunction" | "conjunction" as word:
            return Expression(_CHAIN[word], tuple(condition(part) for part in parts), at=at)
    raise AssertionError(f"the grammar has no expression {tree.data}")


def build_formula(tree: Tree, depth: int = 0) -> Formula:
    """An LTL formula.

    Raises:
        BuildError: it is too deep.
    """
    _check_depth(tree, depth)
    at = span_of(tree)
    parts: list[Any] = tree.children

    def inner(part: Tree) -> Formula:
        return build_formula(part, depth + 1)

    match str(tree.data):
        case "atom":
            return Formula("atom", name=str(parts[0]), at=at)
        case "true" | "false" as word:
            return Formula(word, at=at)
        case "group":
            return inner(parts[0])
        case "formula":
            return Formula("<->", (inner(parts[0]), inner(parts[1])), at=at)
        case "implication":
            return Formula("->", (inner(parts[0]), inner(parts[1])), at=at)
        case "either":
            return Formula("|", tuple(inner(part) for part in parts), at=at)
        case "both":
            return Formula("&", tuple(inner(part) for part in parts), at=at)
        case "until":
            return Formula(_UNTIL[parts[1].type], (inner(parts[0]), inner(parts[2])), at=at)
        case "prefixed":
            return Formula(str(parts[0]), (inner(parts[1]),), at=at)
    raise AssertionError(f"the grammar has no formula {tree.data}")


def _call(function: Token, args: list[Expression], at: Span) -> Expression:
    name = str(function)
    if name not in FUNCTIONS:
        return Expression("variable", key=Call(name, tuple(args)), at=at)
    if name in ("min", "max") and not args:
        raise BuildError("E015", f"`{name}` takes one argument or more", at)
    if name not in ("min", "max") and len(args) != 1:
        raise BuildError("E015", f"`{name}` takes one argument, not {len(args)}", at)
    return Expression(name, tuple(args), at=at)


def _product(first: Expression, rest: list[tuple[str, Expression]], start: int) -> Expression:
    factors, quotients = [first], 0
    for sign, factor in rest:
        if sign == "TIMES":
            factors.append(factor)
            continue
        dividend = _times(factors, start)
        at = (start, factor.at[1] if factor.at else start)
        if dividend.op == factor.op == "number" and factor.key != 0:
            factors = [Expression("number", key=_quotient(dividend, factor), at=at)]
            continue
        factors = [Expression("/", (dividend, factor), at=at)]
        quotients += 1  # each is nested in the next
        if quotients > DEEPEST // 2:
            hint = "divide once, by the product"
            raise BuildError("E004", f"more than {DEEPEST // 2} divisions in a row", factor.at or at, hint)
    return _times(factors, start)


def _times(factors: list[Expression], start: int) -> Expression:
    if len(factors) == 1:
        return factors[0]
    end = factors[-1].at[1] if factors[-1].at else start
    return Expression("*", tuple(factors), at=(start, end))


def _pairs(parts: list[Any]) -> Any:
    return zip(parts[1::2], parts[2::2], strict=True)


def _quotient(dividend: Expression, divisor: Expression) -> Fraction:
    if isinstance(dividend.key, Fraction) and isinstance(divisor.key, Fraction):
        return dividend.key / divisor.key
    raise AssertionError("literals are fractions")


def _negative(of: Expression, at: Span) -> Expression:
    if of.op == "number" and isinstance(of.key, Fraction):
        return replace(of, key=-of.key, at=at)
    return Expression("neg", (of,), at=at)


def _literal(token: Token) -> Fraction:
    text = str(token)
    exponent = text.lower().partition("e")[2]
    if len(text) > _DIGITS:
        raise BuildError("E013", f"a number has at most {_DIGITS} digits", span_of(token))
    if len(exponent) > 5 or abs(int(exponent or 0)) > _EXPONENT:
        message = f"the exponent of a number is at most {_EXPONENT}"
        raise BuildError("E013", message, span_of(token), "write a power: `10^2000`")
    return parsed(text)


def _as_number(built: Expression) -> Expression:
    if built.op in CONDITIONS:
        message = "a number is needed here, and this is a condition"
        raise BuildError("E014", message, built.at or (0, 0), "write `if … then 1 else 0` for its number")
    return built


def _as_condition(built: Expression) -> Expression:
    if built.op not in CONDITIONS:
        message = "a condition is needed here, and this is a number"
        raise BuildError("E014", message, built.at or (0, 0), "compare it: `x > 0`")
    return built


def _check_depth(tree: Tree, depth: int) -> None:
    if depth > DEEPEST:
        start, end = span_of(tree)
        raise BuildError("E004", f"nested more than {DEEPEST} levels deep", (start, min(end, start + 1)))
