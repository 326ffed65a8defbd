"""Fewer variables: a linear combination of returns with one discount is itself a return, of the combined rewards.

So x + 2·y in ``sqrt(x + 2*y)``, and x − y in ``if x >= y``, become single variables; min(x, y) is x + min(0, y − x).
A sum is then split into parts over different variables, whose expectations add up.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from specl.chains.polynomial import Polynomial, as_polynomial
from specl.model.errors import Undefined
from specl.model.expression import COMPARISONS, Expression, add, constant, multiply, negate, variable, variables
from specl.model.real import ONE, ZERO, Real

Returns = Mapping[Any, tuple[Fraction, Sequence[Sequence[Real]]]]
"""key -> (discount, the reward of each move)."""

_ZERO = constant(Fraction(0))


def combine(function: Expression, returns: Returns) -> tuple[Expression, dict[Any, tuple[Fraction, Any]]]:
    """The same function with linear combinations of two or more returns as single ones: (function, its returns)."""
    found: dict[Any, tuple[Fraction, Any]] = dict(returns)
    keys = sorted(variables(function), key=repr)
    place = {key: index for index, key in enumerate(keys)}

    def walk(node: Expression) -> Expression:
        linear = _linear(node, place)
        if linear is not None:
            return _merged(node, linear)
        if node.op in COMPARISONS and _is_linear(difference := _minus(*node.args)):
            return replace(node, args=(walk(difference), _ZERO))
        if node.op in ("min", "max") and len(node.args) == 2 and _is_linear(difference := _minus(*node.args)):
            # min(x, y) = y + min(x − y, 0)
            return add((walk(node.args[1]), replace(node, args=(walk(difference), _ZERO))))
        return replace(node, args=tuple(walk(part) for part in node.args)) if node.args else node

    def _is_linear(node: Expression) -> bool:
        return _linear(node, place) is not None

    def _merged(node: Expression, linear: Polynomial) -> Expression:
        by_discount: dict[Fraction, dict[Any, Real]] = {}
        rest: list[Expression] = []
        for powers, coefficient in linear.terms.items():
            key = next((k for k, power in zip(keys, powers, strict=True) if power), None)
            if key is None:
                rest.append(constant(coefficient))
            elif key in returns:
                by_discount.setdefault(returns[key][0], {})[key] = coefficient
            else:
                rest.append(multiply((constant(coefficient), variable(key))))
        if all(len(parts) < 2 for parts in by_discount.values()):
            return node
        for discount, parts in by_discount.items():
            rest.append(_single(discount, parts))
        return replace(add(rest), at=node.at)

    def _single(discount: Fraction, parts: Mapping[Any, Real]) -> Expression:
        """scale·(a return whose first coefficient is 1): proportional combinations are the same return."""
        ordered = sorted(parts.items(), key=lambda part: repr(part[0]))
        scale = ordered[0][1]
        unit = tuple((key, coefficient / scale) for key, coefficient in ordered)
        if len(unit) == 1:
            name: Any = unit[0][0]
        else:
            name = ("combined", discount, unit)
            columns = [returns[key][1] for key, _ in unit]
            found[name] = (
                discount,
                [
                    [
                        sum((c * Real.of(r) for (_, c), r in zip(unit, rewards, strict=True)), start=ZERO)
                        for rewards in zip(*rows, strict=True)
                    ]
                    for rows in zip(*columns, strict=True)
                ],
            )
        return variable(name) if scale == ONE else multiply((constant(scale), variable(name)))

    return walk(function), found


def _minus(left: Expression, right: Expression) -> Expression:
    return left if right == _ZERO else add((left, negate(right)))


def _linear(node: Expression, place: Mapping[Any, int]) -> Polynomial | None:
    if node.op in COMPARISONS or node.op in ("and", "or", "not"):
        return None
    try:
        found = as_polynomial(node, place, place.__getitem__)
    except Undefined:
        return None
    if found is None or found.degree > 1 or not all(isinstance(c, Real) for c in found.terms.values()):
        return None
    return found


def split(function: Expression, keys: frozenset[Any]) -> list[Expression]:
    """Parts that add up to the function: one for the polynomial terms, one for each set of variables among ``keys``
    that the other terms have and that is not inside another such set."""
    polynomial: list[Expression] = []
    groups: dict[frozenset[Any], list[Expression]] = {}
    place = {key: index for index, key in enumerate(variables(function))}
    for term in _terms(function):
        try:
            is_polynomial = as_polynomial(term, place, place.__getitem__) is not None
        except Undefined:
            is_polynomial = False
        if is_polynomial:
            polynomial.append(term)
        else:
            groups.setdefault(variables(term) & keys, []).append(term)
    for own in sorted(groups, key=len):
        larger = next((other for other in groups if own < other), None)
        if larger is not None:
            groups[larger] += groups.pop(own)
    parts = [add(terms) for terms in groups.values()]
    return [add(polynomial), *parts] if polynomial else parts


def _terms(node: Expression) -> list[Expression]:
    if node.op == "+":
        return [term for part in node.args for term in _terms(part)]
    if node.op == "neg":
        return [negate(term) for term in _terms(node.args[0])]
    if node.op == "*":
        for index, part in enumerate(node.args):
            if part.op == "+" and not any(variables(other) for other in node.args[:index] + node.args[index + 1:]):
                others = node.args[:index] + node.args[index + 1:]
                return [multiply((*others, term)) for term in _terms(part)]
    if node.op == "/" and not variables(node.args[1]) and node.args[0].op == "+":
        return [Expression("/", (term, node.args[1]), at=node.at) for term in _terms(node.args[0])]
    return [node]
