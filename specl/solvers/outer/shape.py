"""Concave functions told from their form, and other functions taken apart into cases that are.

The rules are those of disciplined convex programming (Grant, Boyd and Ye 2006), with quadratic forms decided by exact
elimination, and x·log(x/y), which is jointly convex. A maximum, or |x|, where a concave function is wanted, is at least
t iff one of its arguments is: each argument is a case of its own, without conditions. A case distinction makes cases
with conditions.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from specl.chains.polynomial import as_polynomial
from specl.model.enclosure import Enclosure, enclosure
from specl.model.errors import Undefined, Unsupported
from specl.model.expression import Expression, add, decide, evaluate, negate, variables
from specl.solvers.outer.forms import affine, constant_of

MOST_CASES = 256

_FLIPPED = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}


@dataclass(frozen=True)
class Requirement:
    """``of`` ≥ 0, or > 0."""

    of: Expression
    is_strict: bool


@dataclass(frozen=True)
class Case:
    """The objective where all requirements are met. The union of all cases' hypographs is the function's."""

    objective: Expression
    requirements: tuple[Requirement, ...]


class TooMany(Exception):
    """More cases than are worth distinguishing."""


def cases(objective: Expression, condition: Expression | None) -> list[Case] | None:
    """The function, where the condition holds, as cases; None if there are too many."""
    try:
        allowed = [()] if condition is None else list(_met(condition))
        return _limited(
            Case(part.objective, part.requirements + more) for more in allowed for part in _resolved(objective, 1)
        )
    except TooMany:
        return None


def _limited(found: Iterator[Case]) -> list[Case]:
    listed = list(itertools.islice(found, MOST_CASES + 1))
    if len(listed) > MOST_CASES:
        raise TooMany
    return listed


def _resolved(node: Expression, sign: int) -> list[Case]:
    """Cases of a function that is wanted large (sign 1) or small (−1)."""
    if not variables(node):
        return [Case(node, ())]
    match node.op:
        case "neg":
            return [replace(part, objective=negate(part.objective)) for part in _resolved(node.args[0], -sign)]
        case "+" | "sqrt" | "log" | "exp":
            return _combined(node, [sign] * len(node.args))
        case "*" | "/":
            varying = [i for i, part in enumerate(node.args) if variables(part)]
            factor = sign_of_constant([part for part in node.args if not variables(part)])
            if len(varying) == 1 and factor and (node.op == "*" or varying == [0]):
                return _combined(node, [sign * factor if i in varying else 1 for i in range(len(node.args))])
        case "min" | "max" | "abs":
            args = node.args if node.op != "abs" else (node.args[0], negate(node.args[0]))
            if (node.op == "min") == (sign > 0):
                return _combined(Expression("min" if sign > 0 else "max", args, at=node.at), [sign] * len(args))
            return [part for arg in args for part in _resolved(arg, sign)]
        case "if":
            condition, yes, no = node.args
            branches = ((condition, yes), (Expression("not", (condition,)), no))
            return _limited(
                Case(part.objective, more + part.requirements)
                for test, branch in branches
                for more in _met(test)
                for part in _resolved(branch, sign)
            )
    return [Case(node, ())]


def _combined(node: Expression, signs: list[int]) -> list[Case]:
    parts = [_resolved(part, sign) for part, sign in zip(node.args, signs, strict=True)]
    return _limited(
        Case(
            replace(node, args=tuple(part.objective for part in chosen)),
            tuple(requirement for part in chosen for requirement in part.requirements),
        )
        for chosen in itertools.product(*parts)
    )


def _met(condition: Expression) -> Iterator[tuple[Requirement, ...]]:
    """The ways in which a condition can hold: in each, all requirements of it are met."""
    match condition.op:
        case "and":
            for chosen in itertools.product(*(list(_met(part)) for part in condition.args)):
                yield tuple(requirement for part in chosen for requirement in part)
            return
        case "or":
            for part in condition.args:
                yield from _met(part)
            return
        case "not":
            yield from _met(_negated(condition.args[0]))
            return
    left, right = condition.args
    if condition.op == "=":
        yield from _met(Expression("and", tuple(Expression(op, condition.args) for op in ("<=", ">="))))
        return
    if condition.op in ("<", "<="):
        left, right = right, left
    for case in _resolved(add((left, negate(right))), 1):
        yield (*case.requirements, Requirement(case.objective, condition.op in ("<", ">")))


def _negated(condition: Expression) -> Expression:
    match condition.op:
        case "and" | "or":
            op = "or" if condition.op == "and" else "and"
            return Expression(op, tuple(_negated(part) for part in condition.args))
        case "not":
            return condition.args[0]
        case "=":
            return Expression("or", tuple(Expression(op, condition.args) for op in ("<", ">")))
    return Expression(_FLIPPED[condition.op], condition.args)


def sign_of_constant(factors: list[Expression]) -> int:
    """The sign of a product of constants; 0 where it is 0 or unknown."""
    sign = 1
    for factor in factors:
        try:
            sign *= enclosure(evaluate(factor, _no_variable, constant_of)).sign() or 0
        except (Undefined, Unsupported):
            return 0
    return sign


def _no_variable(key: object) -> Enclosure:
    raise Undefined(f"{key} in a constant")


def settled(node: Expression, box: list[Enclosure]) -> Expression:
    """The function with one branch in place of each case distinction, minimum, maximum and absolute value that is the
    same everywhere on the box."""
    if not variables(node):
        return node
    args = tuple(settled(part, box) for part in node.args)
    node = replace(node, args=args) if args else node
    try:
        if node.op == "if":
            truth = decide(args[0], lambda i: box[i], enclosure)
            return node if truth is None else args[1 if truth else 2]
        if node.op == "abs":
            sign = _sign(args[0], box)
            return node if sign is None else args[0] if sign > 0 else negate(args[0])
        if node.op in ("min", "max"):
            worth = [evaluate(part, lambda i: box[i], enclosure) for part in args]
            for k, one in enumerate(worth):
                others = worth[:k] + worth[k + 1 :]
                if all(one.low >= w.high if node.op == "max" else one.high <= w.low for w in others):
                    return args[k]
    except (Undefined, Unsupported):
        pass
    return node


def is_piecewise_linear(node: Expression, dimension: int) -> bool:
    """Whether it is put together from affine functions with rational coefficients by min, max, sums and multiples."""
    if affine(node, dimension) is not None:
        return True
    if node.op in ("min", "max", "+", "neg"):
        return all(is_piecewise_linear(part, dimension) for part in node.args)
    if node.op in ("*", "/"):
        varying = [i for i, part in enumerate(node.args) if variables(part)]
        if len(varying) == 1 and (node.op == "*" or varying == [0]):
            return is_piecewise_linear(node.args[varying[0]], dimension)
    return False


def curvature(node: Expression, box: list[Enclosure]) -> int | None:
    """0 for affine, −1 for concave, 1 for convex functions on the box (where they are defined), None if unknown."""
    if not variables(node):
        return 0
    args = node.args
    match node.op:
        case "variable":
            return 0
        case "neg":
            return _times(-1, curvature(args[0], box))
        case "+":
            shapes = [curvature(part, box) for part in args]
            wanted = next((w for w in (0, -1, 1) if all(shape in (0, w) for shape in shapes)), None)
            return _quadratic(node, box) if wanted is None else wanted
        case "min" | "max":
            found = [curvature(part, box) for part in args]
            wanted = -1 if node.op == "min" else 1
            return wanted if all(part in (0, wanted) for part in found) else None
        case "abs":
            return 1 if curvature(args[0], box) == 0 else None
        case "log" | "sqrt":
            return -1 if curvature(args[0], box) in (0, -1) else None
        case "exp":
            return 1 if curvature(args[0], box) in (0, 1) else None
        case "*":
            varying = [part for part in args if variables(part)]
            factor = sign_of_constant([part for part in args if not variables(part)])
            if len(varying) == 1:
                return _times(factor, curvature(varying[0], box))
            return _times(factor, _entropy(varying, box)) or _quadratic(node, box)
        case "/":
            if not variables(args[1]):
                return _times(sign_of_constant([args[1]]), curvature(args[0], box))
            if not variables(args[0]) and curvature(args[1], box) == 0 and (sign := _sign(args[1], box)):
                return _times(sign * sign_of_constant([args[0]]), 1)
        case "^":
            return _power(args[0], args[1], box)
    return None


def is_largest_at_corners(node: Expression, box: list[Enclosure]) -> bool:
    """Whether it is convex, or the quotient of a convex function by a positive affine one where that is quasiconvex."""
    if curvature(node, box) in (0, 1):
        return True
    if node.op == "neg" and node.args[0].op == "/":
        top, bottom = node.args[0].args
        return is_largest_at_corners(Expression("/", (negate(top), bottom)), box)
    if node.op != "/" or curvature(node.args[1], box) != 0:
        return False
    low = evaluate(node.args[1], lambda i: box[i], enclosure).low
    shape = curvature(node.args[0], box)
    return low > 0 and (shape == 0 or (shape == 1 and _sign(node.args[0], box) == 1))


def _power(base: Expression, exponent: Expression, box: list[Enclosure]) -> int | None:
    if variables(exponent) or curvature(base, box) is None:
        return None
    try:
        y = evaluate(exponent, _no_variable, constant_of).rational
    except Undefined:
        return None
    shape = curvature(base, box)
    if y is None:
        return None
    if y == 1:
        return shape
    if y.denominator == 1 and y > 0 and y % 2 == 0 and shape == 0:
        return 1
    if 0 < y < 1:
        return -1 if shape in (0, -1) else None
    sign = _sign(base, box)
    if y > 1 and shape in (0, 1) and sign == 1:
        return 1
    if y < 0 and sign == 1 and shape in (0, -1):
        return 1
    return None


def _times(sign: int, shape: int | None) -> int | None:
    return None if shape is None or sign == 0 else sign * shape


def _sign(node: Expression, box: list[Enclosure]) -> int | None:
    """1 where it is nowhere negative on the box, −1 where nowhere positive."""
    try:
        found = evaluate(node, lambda i: box[i], enclosure)
    except Undefined:
        return None
    return 1 if found.low >= 0 else -1 if found.high <= 0 else None


def _entropy(factors: list[Expression], box: list[Enclosure]) -> int | None:
    """x·log(c·x) and x·log(x/y) are convex where x, y ≥ 0; −x·log(c·x) is concave."""
    logs = [part for part in factors if part.op == "log"]
    others = [part for part in factors if part.op != "log"]
    if len(logs) != 1 or len(others) != 1:
        return None
    x, inside = others[0], logs[0].args[0]
    size = len(box)
    of_x = affine(x, size)
    if of_x is None:
        return None
    if inside.op == "/" and variables(inside.args[1]):
        top, bottom = affine(inside.args[0], size), affine(inside.args[1], size)
        return _sign_of_multiple(top, of_x) if bottom is not None and top is not None else None
    of_log = affine(inside, size)
    return None if of_log is None else _sign_of_multiple(of_log, of_x)


def _sign_of_multiple(left: tuple[tuple[Fraction, ...], Any], right: tuple[tuple[Fraction, ...], Any]) -> int | None:
    """The sign of c where left = c·right, constants included."""
    i = next((i for i, c in enumerate(right[0]) if c), None)
    if i is None or not left[0][i]:
        return None
    c = left[0][i] / right[0][i]
    is_multiple = all(u == c * v for u, v in zip(left[0], right[0], strict=True)) and left[1] == right[1] * c
    return (1 if c > 0 else -1) if is_multiple else None


def _quadratic(node: Expression, box: list[Enclosure]) -> int | None:
    """The definiteness of a quadratic polynomial, by symmetric elimination over the rationals (Lagrange)."""
    size = len(box)
    try:
        found = as_polynomial(node, {i: i for i in range(size)}, lambda i: i)
    except Undefined:
        return None
    if found is None or found.degree != 2 or any(getattr(c, "rational", None) is None for c in found.terms.values()):
        return None
    matrix = [[Fraction(0)] * size for _ in range(size)]
    for powers, c in found.terms.items():
        if sum(powers) == 2:
            i, *rest = [k for k, e in enumerate(powers) for _ in range(e)]
            matrix[i][rest[0]] += c.rational / 2
            matrix[rest[0]][i] += c.rational / 2
    for sign in (1, -1):
        if _is_semidefinite([[sign * x for x in row] for row in matrix]):
            return sign
    return None


def _is_semidefinite(matrix: list[list[Fraction]]) -> bool:
    """Whether a symmetric matrix is positive semidefinite."""
    size = len(matrix)
    rows = [list(row) for row in matrix]
    for k in range(size):
        if rows[k][k] < 0 or (rows[k][k] == 0 and any(rows[k][j] for j in range(k, size))):
            return False
        for i in range(k + 1, size):
            if rows[k][k]:
                factor = rows[i][k] / rows[k][k]
                rows[i] = [x - factor * y for x, y in zip(rows[i], rows[k], strict=True)]
    return True
