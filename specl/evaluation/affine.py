"""Affine functions of quantities, and combinations of rewards."""

from collections.abc import Hashable, Mapping

from specl.chains.polynomial import as_polynomial
from specl.model.environment import Step
from specl.model.errors import Undefined
from specl.model.expression import Expression, variables
from specl.model.machine import Reward
from specl.model.real import ZERO, Real


def affine(function: Expression) -> tuple[dict[Hashable, Real], Real] | None:
    """(quantity -> coefficient, constant) where the expression is visibly affine; coefficients are not 0."""
    keys = sorted(variables(function), key=str)
    place = {key: i for i, key in enumerate(keys)}
    if _compares(function):
        return None
    try:
        found = as_polynomial(function, place, place.__getitem__)
    except Undefined:
        return None
    if found is None or found.degree > 1 or not all(isinstance(c, Real) for c in found.terms.values()):
        return None
    rest, coefficients = ZERO, {}
    for powers, c in found.terms.items():
        if any(powers):
            coefficients[keys[powers.index(1)]] = c
        else:
            rest = c
    return {key: c for key, c in coefficients.items() if not c.is_zero()}, rest


def _compares(node: Expression) -> bool:
    return node.op in ("if", "<", "<=", "=", ">=", ">", "and", "or", "not") or any(map(_compares, node.args))


def combined(rewards: Mapping[str, Reward], coefficients: Mapping[str, Real]) -> Reward:
    """Σ coefficient·reward."""
    total: dict[Step, Real] = {}
    for name, c in coefficients.items():
        for step, paid in rewards[name].items():
            total[step] = total.get(step, ZERO) + c * paid
    return total
