"""Arithmetic and Boolean expressions over named quantities, and their evaluation in any number type.

The same tree serves the parser (variables keyed by what was written), the resolved objectives (variables
keyed by a quantity of `specl.model.quantities`) and every number type that offers the operations of `Number`:
exact reals, enclosures, rational functions of a policy's entries, Z3 terms, arrays of intervals.
"""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, Protocol, Self

from specl.model.errors import Span, Undefined
from specl.model.real import Real

COMPARISONS = ("<", "<=", "=", ">=", ">")
FUNCTIONS = ("min", "max", "abs", "sqrt", "log", "exp")


@dataclass(frozen=True)
class Expression:
    """A node: ``op`` and its arguments.

    op is "number" (key: a Fraction, or a Real), "variable" (key: any hashable), "+" "*" "min" "max" (one or more
    arguments), "/" "^" (two), "neg" "abs" "sqrt" "log" "exp" (one), "if" (condition, then, else); and, as
    conditions, the comparisons (two), "and" "or" (one or more), "not" (one). ``a - b`` is +(a, neg(b)).
    ``at`` is where it was written, for messages; it does not count in equality.
    """

    op: str
    args: tuple["Expression", ...] = ()
    key: Hashable = None
    at: Span | None = field(default=None, compare=False)


class Number(Protocol):
    """What a type must offer for expressions to be evaluated in it. Comparisons return a *truth*: a bool,
    or None where undecided, or a type's own condition (a Z3 term, an array); `choose` and the Boolean
    operations of the type's own conditions are used only for those."""

    def __add__(self, other: Any, /) -> Any: ...
    def __mul__(self, other: Any, /) -> Any: ...
    def __truediv__(self, other: Any, /) -> Any: ...
    def __neg__(self) -> Any: ...
    def power(self, exponent: Any, /) -> Any: ...
    def log(self) -> Any: ...
    def exp(self) -> Any: ...
    def absolute(self) -> Any: ...
    def minimum(self, other: Any, /) -> Any: ...
    def maximum(self, other: Any, /) -> Any: ...
    def compare(self, op: str, other: Any, /) -> Any: ...
    def choose(self, truth: Any, other: Self, /) -> Any:
        """``self`` where truth holds, ``other`` where not; where truth is None: what covers both."""
        ...
    def is_zero(self) -> bool:
        """True only if the number is certainly 0."""
        ...


def number(value: Any) -> Any:
    """A constant as an exact real."""
    return Real.of(value)


def constant(value: Any) -> Expression:
    """The expression that is this number."""
    return Expression("number", key=value)


def variable(key: Hashable) -> Expression:
    """The expression that is this quantity."""
    return Expression("variable", key=key)


def add(terms: Iterable[Expression]) -> Expression:
    """The sum; 0 of none, the term itself of one."""
    return _nary("+", tuple(terms), 0)


def multiply(factors: Iterable[Expression]) -> Expression:
    """The product; 1 of none, the factor itself of one."""
    return _nary("*", tuple(factors), 1)


def negate(of: Expression) -> Expression:
    """The negative."""
    return Expression("neg", (of,))


def _nary(op: str, args: tuple[Expression, ...], unit: int) -> Expression:
    if len(args) == 1:
        return args[0]
    return Expression(op, args) if args else constant(Fraction(unit))


def variables(expression: Expression) -> frozenset[Hashable]:
    """The keys of the variables that occur."""
    if expression.op == "variable":
        return frozenset((expression.key,))
    return frozenset[Hashable]().union(*(variables(part) for part in expression.args))


def substitute(expression: Expression, image: Callable[[Expression], Expression]) -> Expression:
    """The expression with every variable node replaced by its image."""
    if expression.op == "variable":
        return image(expression)
    if not expression.args:
        return expression
    return replace(expression, args=tuple(substitute(part, image) for part in expression.args))


def evaluate(expression: Expression, value_of: Callable[[Any], Any], constant_of: Callable[[Any], Any] = number) -> Any:
    """The number that the expression denotes.

    A product with a factor that is certainly 0 is 0 even where another factor is undefined (0·log 0 = 0), and a
    branch that a decided condition excludes is not evaluated.

    Args:
        value_of: variable key -> number.
        constant_of: Fraction or Real -> number, for number types other than exact reals.

    Raises:
        Undefined: an operation outside its domain; `at` names the innermost node that was written down.
        Unsupported: an operation that the number type does not have.
    """

    def walk(node: Expression) -> Any:
        try:
            return apply(node)
        except Undefined as error:
            if error.at is None:
                error.at = node.at
            raise

    def apply(node: Expression) -> Any:
        match node.op:
            case "number":
                return constant_of(node.key)
            case "variable":
                return value_of(node.key)
            case "+":
                total = walk(node.args[0])
                for part in node.args[1:]:
                    total = total + walk(part)
                return total
            case "*":
                return product(node.args)
            case "/":
                dividend, divisor = node.args
                top = walk(dividend)
                return top / walk(divisor)
            case "^":
                base, exponent = node.args
                return walk(base).power(walk(exponent))
            case "neg":
                return -walk(node.args[0])
            case "abs":
                return walk(node.args[0]).absolute()
            case "sqrt":
                return walk(node.args[0]).power(constant_of(Fraction(1, 2)))
            case "log":
                return walk(node.args[0]).log()
            case "exp":
                return walk(node.args[0]).exp()
            case "min" | "max":
                best = walk(node.args[0])
                for part in node.args[1:]:
                    best = best.minimum(walk(part)) if node.op == "min" else best.maximum(walk(part))
                return best
            case "if":
                condition, yes, no = node.args
                truth = holds(condition)
                if truth is True:
                    return walk(yes)
                if truth is False:
                    return walk(no)
                return walk(yes).choose(truth, walk(no))
        raise ValueError(f"not a number: {node.op}")

    def product(factors: tuple[Expression, ...]) -> Any:
        undefined: Undefined | None = None
        total: Any = None
        for part in factors:
            try:
                factor = walk(part)
            except Undefined as error:
                undefined = undefined or error
                continue
            if factor.is_zero():
                return factor
            total = factor if total is None else total * factor
        if undefined is not None:
            raise undefined
        return total

    def holds(node: Expression) -> Any:
        match node.op:
            case "not":
                inner = holds(node.args[0])
                return (not inner) if isinstance(inner, bool) else None if inner is None else ~inner
            case "and" | "or":
                return _connect(node.op, (holds(part) for part in node.args))
        left, right = node.args
        return walk(left).compare(node.op, walk(right))

    return walk(expression)


def decide(condition: Expression, value_of: Callable[[Any], Any], constant_of: Callable[[Any], Any] = number) -> Any:
    """The truth of a condition: like `evaluate`, for comparisons and their Boolean combinations."""
    one, zero = constant(Fraction(1)), constant(Fraction(0))
    answer = evaluate(Expression("if", (condition, one, zero)), value_of, constant_of)
    return None if answer.rational is None else answer.rational == 1


def _connect(op: str, truths: Iterable[Any]) -> Any:
    """Kleene's connectives; a type's own conditions combine by & and |."""
    absorbing = op == "or"
    result: Any = not absorbing
    for truth in truths:
        if truth is absorbing:
            return absorbing
        if truth is (not absorbing):
            continue
        if result is (not absorbing):
            result = truth
        elif truth is None or result is None:
            result = None
        else:
            result = result | truth if absorbing else result & truth
    return result
