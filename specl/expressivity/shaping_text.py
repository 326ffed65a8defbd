"""A relation by potential shaping in words: the equation, and the potential."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from specl.expressivity.comparison import factor_text
from specl.expressivity.shaping import Product, Shaping
from specl.model.environment import Environment
from specl.model.machine import Machine
from specl.model.real import ZERO, Real

SHOWN = 60
"""The most values of a potential that are listed."""


def in_environment(found: Shaping, environment: Environment, left: str, right: str) -> str:
    """What is shaped, the potential, and whether rewards had to be redistributed among the states that are entered."""
    moved = not all(value.is_zero() for value in found.potential.values())
    once = found.discount == 0  # then only the first step counts, and −Φ is a constant d for each start
    relation = equation(left, right, found.factor, ZERO, found.discount if moved and not once else None)
    relation += " + d" * (moved and once)
    values = {x: -value if once else value for x, value in found.potential.items()}
    where = listed("d" if once else "Φ", named(environment.states, found.machines, values)) if moved else ""
    if not found.redistributed:
        return f"{relation} on every {'first step' if once else 'step that can be reached'}{', where' * moved}{where}"
    step = environment.show_step(found.redistributed[0])
    return (
        f"{relation} in the mean over the states s' that {'the first step enters' if once else 'are entered'}"
        f"{', where' * moved}{where}\n"
        "S'-redistribution is needed: with these probabilities only Σ p(s')·R(s,a,s') counts, and on the step "
        f"{step} alone the equation does not hold"
    )


def as_json(found: Shaping, environment: Environment) -> dict[str, Any]:
    """The same as plain data; numbers as text."""
    return {
        "factor": str(found.factor),
        "discount": str(found.discount),
        "potential": {
            ", ".join(_parts(environment.states, found.machines, x, range(3))): str(value)
            for x, value in sorted(found.potential.items())
        },
        "redistributed": [environment.show_step(step) for step in found.redistributed],
    }


def equation(left: str, right: str, factor: Real, constant: Real, discount: Fraction | None) -> str:
    """``left = c·right + d + γ·Φ(s') − Φ(s)``; without Φ where the discount is None."""
    text = f"{left} = {multiple(factor, right)}"
    if not constant.is_zero():
        text += f" + {factor_text(constant)}"
    if discount is not None:
        text += f" + {'' if discount == 1 else f'{discount}·'}Φ(s') − Φ(s)"
    return text


def listed(symbol: str, values: Mapping[str, Real]) -> str:
    """``symbol(name) = value``, a line each; or one value for all."""
    if len(set(values.values())) == 1:
        return f" {symbol} = {next(iter(values.values()))} everywhere"
    width = max(map(len, values))
    lines = [f"\n  {symbol}({name}){' ' * (width - len(name))} = {value}" for name, value in values.items()]
    more = f"\n  and {len(lines) - SHOWN} more" if len(lines) > SHOWN else ""
    return "".join(lines[:SHOWN]) + more


def named(states: Sequence[str], machines: tuple[Machine, Machine], values: Mapping[Product, Real]) -> dict[str, Real]:
    """The values by the names of a state and of two states of machines; of these those alone on which they depend."""
    kept = [0, 1, 2]
    for part in (0, 2, 1):  # what can be said of the left machine alone is
        rest = [each for each in kept if each != part]
        if len({tuple(x[i] for i in rest) for x in values}) == len(
            {(tuple(x[i] for i in rest), value) for x, value in values.items()}
        ):
            kept = rest
    return {", ".join(_parts(states, machines, x, kept)) or "s": value for x, value in sorted(values.items())}


def _parts(
    states: Sequence[str], machines: tuple[Machine, Machine], node: Product, kept: Collection[int]
) -> Iterator[str]:
    names = (states, machines[0].states, machines[1].states)
    for part in kept:
        if part == 0 or len(names[part]) > 1:
            yield names[part][node[part]]


def multiple(factor: Real, name: str) -> str:
    """``c·name``, or the name alone."""
    return name if factor == 1 else f"{factor_text(factor)}·{name}"
