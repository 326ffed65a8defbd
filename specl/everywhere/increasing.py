"""Increasing functions around an expectation, which order policies as the expectation does.

The logarithm of an expected return, say: where φ is strictly increasing, and defined on all that g can be in any
environment, φ(g) orders policies as g does.
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from specl.evaluation.affine import affine
from specl.model.enclosure import Enclosure, enclosure
from specl.model.errors import Undefined
from specl.model.expression import Expression
from specl.model.machine import Machine, Reward
from specl.model.quantities import Average, Indicator, Occupancy, Return, RewardReturn
from specl.model.real import ZERO, Real
from specl.solvers.outer.monotone import through, unwrapped

OF_EXPECTATIONS = ("ONMR", "OMORL", "GOMORL", "FOMR", "OMO", "FTLR", "TLO")
"""Formalisms that apply functions to expectations; the others take expectations of functions."""


def within(value: Expression, objective: Any) -> Expression:
    """g, where the value is φ(g) with such a φ and g is affine; else the value itself.

    Args:
        value: over quantities of which expectations are taken.
    """
    inner, outer = unwrapped(value)
    found = affine(inner)
    if found is None:
        return value
    weights, rest = found
    total = enclosure(rest)
    try:
        for key, weight in weights.items():
            total = total + enclosure(weight) * _bounds(key, objective)
        through(outer, total.low, total.high)
    except (Undefined, KeyError):
        return value
    return inner


def _bounds(key: object, objective: Any) -> Enclosure:
    """What a quantity lies between, in every environment.

    Raises:
        KeyError: nothing is known.
    """
    paying: Mapping[str, Reward | Machine] = {
        **getattr(objective, "rewards", {}),
        **getattr(objective, "machines", {}),
    }
    match key:
        case Indicator():
            return Enclosure(Fraction(0), Fraction(1))
        case Occupancy():
            return Enclosure(Fraction(0), 1 / (1 - objective.discount))
        case Average(name):
            return _paid(paying[name])
        case RewardReturn(name):
            return _paid(paying[name]) * enclosure(Real.of(1 / (1 - objective.discount)))
        case Return(name, discount):
            return _paid(paying[name]) * enclosure(Real.of(1 / (1 - discount)))
    raise KeyError(key)


def _paid(paying: Reward | Machine) -> Enclosure:
    """The least and the most that one step pays; 0 is paid somewhere, or might be."""
    amounts: Iterable[Real] = (
        [amount for edge in paying.edges for amount in edge.reward.values()]
        if isinstance(paying, Machine)
        else paying.values()
    )
    boxes = [enclosure(amount) for amount in (ZERO, *amounts)]
    return Enclosure(min(box.low for box in boxes), max(box.high for box in boxes))
