"""The shaping that relates two objectives, checked move by move and put into words."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from specl.everywhere.payments import Node, Paying, Usual, number, sign
from specl.expressivity.shaping_text import SHOWN, equation, listed, multiple, named
from specl.model.alphabet import ANONYMOUS
from specl.model.real import Real


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
    potential = {node: factor * right.values[node] - left.values[node] for node in paid.moves}
    constant = left.mean - factor * right.mean
    checked = 0
    for node, moves in paid.moves.items():
        if discount == 0 and 0 not in paid.times[node]:
            continue  # nobody is paid there
        for move in moves:
            ahead = discount * potential[move.target]
            rest = number(move.paid[0]) - (factor * number(move.paid[1]) + constant + ahead - potential[node])
            if sign(rest) != 0:
                return None
            checked += 1
    shown = {node: Real.of(value) for node, value in potential.items()}
    return Shaping(Real.of(factor), shown, Real.of(constant), discount, checked)


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
    if found.discount == 0:
        relation = equation(*names, found.factor, found.constant, None)
        return f"{relation} + d on each of the {found.moves} first steps, where" + _listed(
            paid, "d", {node: -found.potential[node] for node in paid.starts}
        )
    moved = not all(value.is_zero() for value in found.potential.values())
    relation = equation(*names, found.factor, found.constant, found.discount if moved else None)
    before = f"{relation} on each of the {found.moves} steps that an objective can see"
    return before + (", checked one by one, where" + _listed(paid, "Φ", found.potential) if moved else "")


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
        f"on every trajectory {names[0]} = {multiple(Real.of(factor), names[1])} + d"
    )
    return before + (", where" + _listed(paid, "d", constants) if any(constants.values()) else " with d = 0")


def _listed(paid: Paying, symbol: str, values: Mapping[Node, Real]) -> str:
    return listed(symbol, named(paid.alphabet.states, paid.machines, values))


def _start(paid: Paying, node: Node) -> str:
    name = paid.alphabet.states[node[0]]
    return "" if name == ANONYMOUS else f"from {name} "
