"""Weights that are written down: each a rational number, none negative, 1 in all."""

from collections.abc import Callable
from fractions import Fraction

from specl.language.constants import rational
from specl.language.diagnostics import Diagnostics
from specl.language.syntax import Distribution, Name
from specl.model.digits import brief

Weights = tuple[tuple[Name, Fraction], ...]


def weights(distribution: Distribution, diagnostics: Diagnostics) -> Weights | None:
    """The weights of the named entries, or None after an error in the numbers."""
    found: list[tuple[Name, Fraction]] = []
    sound = True
    for name, expression in distribution.entries:
        if expression is None:
            return ((name, Fraction(1)),)
        weight = rational(expression, diagnostics, "a rational weight")
        if weight is None:
            sound = False
            continue
        if weight < 0:
            diagnostics.error("E041", f"the weight of `{name.text}` is negative: {brief(weight)}", expression.at)
            sound = False
        found.append((name, weight))
    total = sum((weight for _, weight in found), Fraction(0))
    if sound and total != 1:
        diagnostics.error("E040", f"these weights sum to {brief(total)}, not to 1", distribution.at, _complete(total))
        sound = False
    return tuple(found) if sound else None


def resolve(
    named: Weights, index_of: Callable[[Name], int | None], diagnostics: Diagnostics
) -> tuple[tuple[int, Fraction], ...] | None:
    """The pairs (index, weight) with positive weight, sorted; or None after an error in the names."""
    found: dict[int, Fraction] = {}
    seen: dict[str, Name] = {}
    sound = True
    for name, weight in named:
        index = index_of(name)
        if index is None:
            sound = False
            continue
        if name.text in seen:
            diagnostics.error("E047", f"`{name.text}` has two weights here", name.at, "give it their sum, once")
            sound = False
        seen[name.text] = name
        found[index] = found.get(index, Fraction(0)) + weight
    return tuple(sorted((index, weight) for index, weight in found.items() if weight)) if sound else None


def _complete(total: Fraction) -> str:
    return f"{brief(1 - total)} is missing" if total < 1 else f"{brief(total - 1)} too much"
