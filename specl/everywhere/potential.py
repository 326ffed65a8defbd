"""The shaping that relates two objectives, checked move by move and put into words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from specl.everywhere.payments import Node, Paying, Usual, sign
from specl.model.alphabet import ANONYMOUS
from specl.model.real import Real

SHOWN = 60
"""The most potentials that are listed."""


@dataclass(frozen=True)
class Shaping:
    """left = factor · right + constant + γΦ(z') − Φ(z) on every move that some environment reaches, γ = 1 for limit
    averages.

    Attributes:
        potential: Φ, by state of the alphabet and states of the two machines.
        constant: 0 but for limit averages.
        moves: on how many moves that was checked.
    """

    factor: Real
    potential: Mapping[Node, Real]
    constant: Real
    discount: Fraction
    moves: int


def shaping(paid: Paying, worths: tuple[Usual, Usual], factor: Any) -> Shaping | None:
    """The shaping by this factor, where both have one discount; None unless every move is checked to agree with it."""
    left, right = worths
    discount = paid.discounts[0]
    potential = {node: Real.of(factor * right.values[node] - left.values[node]) for node in paid.moves}
    constant = Real.of(left.mean - factor * right.mean)
    checked = 0
    for node, moves in paid.moves.items():
        if discount == 0 and 0 not in paid.times[node]:
            continue  # nobody is paid there
        for move in moves:
            ahead = potential[move.target] * discount
            rest = move.paid[0] - (move.paid[1] * factor + constant + ahead - potential[node])
            if sign(rest) != 0:
                return None
            checked += 1
    return Shaping(Real.of(factor), potential, constant, discount, checked)


def same_text(paid: Paying, worths: tuple[Usual, Usual], factor: Any | None, names: tuple[str, str]) -> str | None:
    """Why two objectives are alike in every environment.

    Args:
        factor: None where each is constant on the trajectories from each start.
    """
    if factor is None:
        return _constant_text(paid, worths, names)
    if paid.discounts[0] != paid.discounts[1]:
        return _discounts_text(paid, worths, factor, names)
    found = shaping(paid, worths, factor)
    return None if found is None else shaping_text(paid, found, names)


def shaping_text(paid: Paying, found: Shaping, names: tuple[str, str]) -> str:
    """The equation, and Φ."""
    left, right = names
    equation = f"{left} = {_multiple(found.factor, right)}"
    if not found.constant.is_zero():
        equation += f" + {_bracket(str(found.constant))}"
    moved = {node: value for node, value in found.potential.items() if not value.is_zero()}
    if found.discount == 0:
        return f"{equation} + a constant on each start, on each of the {found.moves} first steps" + _listed(
            paid, {node: -found.potential[node] for node in paid.starts}, "constant"
        )
    if not moved:
        return f"{equation} on each of the {found.moves} steps that an objective can see"
    times = "" if found.discount == 1 else f"{found.discount}·"
    equation += f" + {times}Φ(s') − Φ(s)"
    before = f"{equation} on each of the {found.moves} steps that an objective can see, checked one by one, where"
    return before + _listed(paid, found.potential, "Φ")


def _constant_text(paid: Paying, worths: tuple[Usual, Usual], names: tuple[str, str]) -> str:
    def worth(side: int, node: Node) -> Real:
        return Real.of(worths[side].mean if paid.discounts[side] == 1 else worths[side].values[node])

    lines = "".join(
        f"\n  {_start(paid, node)}{names[0]} is worth {worth(0, node)}, {names[1]} {worth(1, node)}"
        for node in paid.starts[:SHOWN]
    )
    return f"neither depends on the policy: on every trajectory{lines}"


def _discounts_text(paid: Paying, worths: tuple[Usual, Usual], factor: Any, names: tuple[str, str]) -> str:
    one, other = paid.discounts
    constants = {
        node: Real.of(worths[0].values[node] - factor * worths[1].values[node]) for node in paid.starts
    }  # fmt: skip
    before = (
        f"the discounts differ ({one} and {other}), but whatever can make a difference is paid at one time only: "
        f"on every trajectory {names[0]} = {_multiple(Real.of(factor), names[1])} + d"
    )
    return before + (", where" + _listed(paid, constants, "d") if any(constants.values()) else " with d = 0")


def _listed(paid: Paying, values: Mapping[Node, Real], symbol: str) -> str:
    shown: dict[str, Real] = {}
    for node, value in sorted(values.items()):
        shown[node_name(paid, node)] = value
    if len(set(shown.values())) == 1:
        return f" {symbol} = {next(iter(shown.values()))} everywhere"
    width = max(map(len, shown))
    lines = [f"\n  {symbol}({name}){' ' * (width - len(name))} = {value}" for name, value in shown.items()]
    more = f"\n  and {len(lines) - SHOWN} more" if len(lines) > SHOWN else ""
    return "".join(lines[:SHOWN]) + more


def node_name(paid: Paying, node: Node) -> str:
    """A node by the names of its parts, without those that have but one value."""
    return ", ".join(_parts(paid, node)) or "s"


def _parts(paid: Paying, node: Node) -> Iterator[str]:
    name = paid.alphabet.states[node[0]]
    if name != ANONYMOUS:
        yield name
    for machine, u in zip(paid.machines, node[1:], strict=True):
        if len(machine.states) > 1:
            yield machine.states[u]


def _start(paid: Paying, node: Node) -> str:
    name = paid.alphabet.states[node[0]]
    return "" if name == ANONYMOUS else f"from {name} "


def _multiple(factor: Real, name: str) -> str:
    return name if factor == 1 else f"{_bracket(str(factor))}·{name}"


def _bracket(text: str) -> str:
    return f"({text})" if " " in text or text.startswith("-") else text
