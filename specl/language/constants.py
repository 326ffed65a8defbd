"""Constant expressions: evaluated exactly, and told of where they have no value."""

from dataclasses import replace
from fractions import Fraction

from specl.language.diagnostics import Diagnostics, nearest_or_all
from specl.language.print_expressions import show_expression
from specl.language.syntax import CONDITIONS, Bracket, Call, Index, Reference
from specl.model.digits import brief
from specl.model.errors import Undefined, Unsupported
from specl.model.expression import Expression, constant, evaluate
from specl.model.real import Real

_ZERO = constant(Fraction(0))


def fold(expression: Expression, diagnostics: Diagnostics) -> Expression:
    """The expression with every part that has no variables replaced by its number: a Fraction, or a Real.

    A part without a value (1/0, or x/0) is an error, except as a factor beside a 0; beside a factor that may be 0 it
    is one only if it is constant.
    """
    folded = _fold(expression)
    _tell_undefined(folded, diagnostics)
    return folded


def real(expression: Expression, diagnostics: Diagnostics) -> Real | None:
    """The number that a constant expression denotes, or None after an error."""
    unknown = _first_variable(expression)
    if unknown is not None:
        shown = show_expression(replace(unknown, at=None))
        diagnostics.error("E042", f"a number is needed here, and `{shown}` is none", unknown.at)
        return None
    before = diagnostics.count
    folded = fold(expression, diagnostics)
    if folded.op == "number":
        return Real.of(folded.key)  # type: ignore[arg-type]
    if diagnostics.count == before:
        diagnostics.error("E043", "this number cannot be computed exactly", expression.at)
    return None


def rational(expression: Expression, diagnostics: Diagnostics, what: str = "a rational number") -> Fraction | None:
    """The rational number that a constant expression denotes, or None after an error."""
    value = real(expression, diagnostics)
    if value is None:
        return None
    if value.rational is None:
        diagnostics.error("E042", f"{what} is needed here, and {brief(value)} is not rational", expression.at)
    return value.rational


def references(expression: Expression) -> list[Expression]:
    """The variable nodes of an expression, from left to right."""
    if expression.op == "variable":
        return [expression]
    return [node for part in expression.args for node in references(part)]


def unknown_name(name: str, candidates: list[str], span: tuple[int, int] | None, diagnostics: Diagnostics) -> None:
    """Tell of a name that means nothing where it stands."""
    hint = nearest_or_all(name, candidates)
    diagnostics.error("E029", f"`{name}` means nothing here", span, hint)


def name_of_key(key: object) -> str:
    """The name that a variable was written with."""
    match key:
        case Reference(name) | Index(name):
            return name
        case Call(function):
            return function
        case Bracket():
            return "[…]"
    return str(key)


def _fold(node: Expression) -> Expression:
    if not node.args:
        return node
    args = tuple(_fold(part) for part in node.args)
    node = replace(node, args=args)
    if node.op in CONDITIONS or not all(_closed(part) for part in args):
        return node
    try:
        value = evaluate(node, _no_variable)
    except (Undefined, Unsupported):
        return node
    if not isinstance(value, Real):
        return node
    key = value if value.rational is None else value.rational
    return Expression("number", key=key, at=node.at)


def _closed(node: Expression) -> bool:
    """Whether a folded node is a number, or a part without variables that has no exact value."""
    return node.op != "variable" and all(_closed(part) for part in node.args)


def _tell_undefined(node: Expression, diagnostics: Diagnostics) -> None:
    if not node.args:
        return
    if node.op in CONDITIONS or not _closed(node):
        if node.op == "/" and node.args[1] == _ZERO:
            diagnostics.error("E043", "this number is undefined: division by 0", node.at)
        for part in node.args:
            # Beside a factor that may be 0 a part need not have a value, as in p * log(p / 0) where p = 0.
            if node.op != "*" or _closed(part):
                _tell_undefined(part, diagnostics)
        return
    try:
        evaluate(node, _no_variable)
    except Undefined as error:
        diagnostics.error("E043", f"this number is undefined: {error}", error.at or node.at)
    except Unsupported as error:
        diagnostics.error("E043", f"this number cannot be computed: {error}", error.at or node.at)


def _first_variable(expression: Expression) -> Expression | None:
    found = references(expression)
    return found[0] if found else None


def _no_variable(key: object) -> Real:
    raise AssertionError(f"{key} in a constant")
