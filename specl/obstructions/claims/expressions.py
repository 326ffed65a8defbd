"""Expressions as claims write them, and their values as rational functions on an interval."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from specl.model.errors import Span
from specl.model.expression import Expression
from specl.model.real import Real
from specl.obstructions.claims.failure import NoCertificate, uncarried
from specl.obstructions.exact.interval import Interval
from specl.obstructions.exact.ratio import ONE, Json, Ratio, constant

LARGEST_POWER = 16
_SIGNS = {"<": {1}, "<=": {0, 1}, "=": {0}}  # of right − left, where the comparison holds


def rational(value: Fraction | Real | int, at: Span | None, what: str) -> Fraction:
    """A number that a claim can carry.

    Raises:
        NoClaim: it is irrational.
    """
    found = Real.of(value).rational
    if found is None:
        raise uncarried(f"{what} {value} is irrational; certificates carry rational numbers", at)
    return found


def carry(expression: Expression, variable: Callable[[Any, Span | None], Json], at: Span | None) -> Json:
    """The expression as a claim writes it.

    Args:
        variable: (a variable's key, where it stands) -> how it is written.
        at: where the expression stands, for nodes that were not written down themselves.

    Raises:
        NoClaim: it has an operation, or a number, that claims do not have.
    """

    def walk(node: Expression) -> Json:
        op, args, here = node.op, node.args, node.at or at
        match op:
            case "number":
                return str(rational(node.key, here, "the number"))  # type: ignore[arg-type]
            case "variable":
                return variable(node.key, here)
            case "+":
                total = walk(args[0])
                for part in args[1:]:
                    total = ["-", total, walk(part.args[0])] if part.op == "neg" else ["+", total, walk(part)]
                return total
            case "*" | "min" | "max":
                total = walk(args[0])
                for part in args[1:]:
                    total = [op, total, walk(part)]
                return total
            case "/":
                return ["/", walk(args[0]), walk(args[1])]
            case "neg":
                return ["-", "0", walk(args[0])]
            case "abs":
                return ["abs", walk(args[0])]
            case "^":
                return power(args[0], args[1], here)
            case "if":
                return choice(args[0], walk(args[1]), walk(args[2]))
        hint = "+ - * / min max abs, powers with constant whole exponents and `if` can be carried"
        raise uncarried(f"certificates cannot carry `{op}`", here, hint)

    def power(base: Expression, exponent: Expression, here: Span | None) -> Json:
        count = Real.of(exponent.key).rational if exponent.op == "number" else None  # type: ignore[arg-type]
        if count is None or count.denominator != 1 or abs(count) > LARGEST_POWER:
            raise uncarried(f"certificates carry powers whose exponent is whole and at most {LARGEST_POWER}", here)
        raised = ["^", walk(base), str(abs(count))]
        return raised if count >= 0 else ["/", "1", raised]

    def choice(condition: Expression, yes: Json, no: Json) -> Json:
        args = condition.args
        match condition.op:
            case "not":
                return choice(args[0], no, yes)
            case "and":
                for part in reversed(args):
                    yes = choice(part, yes, no)
                return yes
            case "or":
                for part in reversed(args):
                    no = choice(part, yes, no)
                return no
            case ">" | ">=":
                return [{">": "<", ">=": "<="}[condition.op], walk(args[1]), walk(args[0]), yes, no]
        return [condition.op, walk(args[0]), walk(args[1]), yes, no]

    return walk(expression)


def value(written: Json, variables: Mapping[tuple[str, ...], Ratio], on: Interval) -> Ratio:
    """What an expression is worth at every point of the interval, as one rational function.

    Raises:
        NoCertificate: a case split falls differently at different points, or a divisor has a zero there.
    """
    if isinstance(written, str):
        return constant(Fraction(written))
    op, *parts = written
    if op == "var":
        return variables[tuple(parts)]
    a = value(parts[0], variables, on)
    if op == "^":
        result = ONE
        for _ in range(int(parts[1])):
            result = result * a
        return result
    if op == "abs":
        return _larger(a, -a, on)
    b = value(parts[1], variables, on)
    match op:
        case "+":
            return a + b
        case "-":
            return a - b
        case "*":
            return a * b
        case "/":
            if 0 in b.signs(on):
                raise NoCertificate(f"a division by 0 within {on}")
            return a / b
        case "max":
            return _larger(a, b, on)
        case "min":
            return -_larger(-a, -b, on)
    taken, holds = (b - a).signs(on), _SIGNS[op]
    if taken & holds and not taken <= holds:
        raise NoCertificate(f"a condition of the objective changes within {on}: cut the interval there", decided=False)
    return value(parts[2 if taken <= holds else 3], variables, on)


def _larger(a: Ratio, b: Ratio, on: Interval) -> Ratio:
    taken = (a - b).signs(on)
    if {-1, 1} <= taken:
        message = f"which of two values of the objective is larger changes within {on}: cut the interval there"
        raise NoCertificate(message, decided=False)
    return b if -1 in taken else a
