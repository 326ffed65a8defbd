"""The chain that a policy induces beside a memory, its nodes numbered breadth first, and the measures on it.

The policy's entries are rational functions of one variable, so a measure is one too; it is computed over that field.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from specl.chains.components import components
from specl.chains.linear import Singular, solve
from specl.model.environment import Environment, Step
from specl.obstructions.claims.failure import NoCertificate
from specl.obstructions.exact.interval import Interval
from specl.obstructions.exact.ratio import ONE, ZERO, Json, Ratio, constant

Rows = tuple[tuple[Ratio, ...], ...]
"""A policy: ``rows[s][a]``."""

MOST_NODES = 1 << 16


@dataclass(frozen=True)
class Move:
    probability: Ratio
    step: Step
    payoff: Fraction
    target: int


@dataclass(frozen=True)
class Chain:
    """Nodes (state, memory); ``start[i]``, and the moves of node i."""

    nodes: tuple[tuple[int, Hashable], ...]
    start: tuple[Ratio, ...]
    moves: tuple[tuple[Move, ...], ...]

    def row(self, node: int) -> dict[int, Ratio]:
        """P(node, ·)."""
        found: dict[int, Ratio] = {}
        for move in self.moves[node]:
            found[move.target] = found.get(move.target, ZERO) + move.probability
        return found


@dataclass(frozen=True)
class Measure:
    """Mass per node, and the JSON that lets it be checked."""

    mass: tuple[Ratio, ...]
    json: Json


def explore(
    environment: Environment,
    rows: Rows,
    initial: Hashable = None,
    advance: Callable[[Any, Step], tuple[Hashable, Fraction]] = lambda memory, step: (memory, Fraction(0)),
) -> Chain:
    """The chain, numbered as docs/certificate-format.md says.

    Raises:
        NoCertificate: it has too many nodes.
    """
    nodes: list[tuple[int, Hashable]] = [(s, initial) for s, _ in environment.start]
    start = [constant(weight) for _, weight in environment.start]
    number = {node: i for i, node in enumerate(nodes)}
    moves = []
    for s, memory in nodes:  # grows while it is walked
        here = []
        for a, weight in enumerate(rows[s]):
            if weight.is_zero():
                continue
            for t, probability in environment.transitions[s][a]:
                following, payoff = advance(memory, (s, a, t))
                node = (t, following)
                if node not in number:
                    number[node] = len(nodes)
                    nodes.append(node)
                    if len(nodes) > MOST_NODES:
                        raise NoCertificate(f"a chain of more than {MOST_NODES} nodes", decided=False)
                here.append(Move(weight * probability, (s, a, t), payoff, number[node]))
        moves.append(tuple(here))
    start += [ZERO] * (len(nodes) - len(start))
    return Chain(tuple(nodes), tuple(start), tuple(moves))


def visits(chain: Chain, discount: Ratio, on: Interval) -> Measure:
    """x = start + γ·xP: the expected discounted number of visits of each node."""
    equations: list[dict[int, Ratio]] = [{i: ONE} for i in range(len(chain.nodes))]
    for i in range(len(chain.nodes)):
        for j, probability in chain.row(i).items():
            equations[j][i] = equations[j].get(i, ZERO) - discount * probability
    mass = _solved(equations, chain.start)
    _check_poles(mass, on)
    return Measure(mass, {"visits": [x.json() for x in mass]})


def frequencies(chain: Chain, on: Interval) -> Measure:
    """x, the Cesàro limit of start·Pⁿ, and y = start·H with the deviation matrix H, so that x = xP, x = start + yP − y.

    y is fixed by y·P* = 0, which makes it continuous wherever the number of recurrent classes is (Schweitzer 1968).
    """
    size = len(chain.nodes)
    rows = [chain.row(i) for i in range(size)]
    classes = [group for group in components(rows) if all(j in group for i in group for j in rows[i])]
    absorbed = [_absorption(rows, group, classes) for group in classes]
    x = [ZERO] * size
    for group, into in zip(classes, absorbed, strict=True):
        reached = sum((s * a for s, a in zip(chain.start, into, strict=True)), ZERO)
        for i, share in zip(group, _stationary(rows, group), strict=True):
            x[i] = reached * share
    equations: list[dict[int, Ratio]] = [{i: ONE} for i in range(size)]  # of y(I − P) = start − x, by columns
    for i, row in enumerate(rows):
        for j, probability in row.items():
            equations[j][i] = equations[j].get(i, ZERO) - probability
    right = [s - f for s, f in zip(chain.start, x, strict=True)]
    for group, into in zip(classes, absorbed, strict=True):  # the equations of a class are dependent: one gives way
        equations[group[0]] = {i: a for i, a in enumerate(into) if a != 0}
        right[group[0]] = ZERO
    y = _solved(equations, right)
    _check_poles((*x, *y), on)
    return Measure(tuple(x), {"frequency": [f.json() for f in x], "deviation": [d.json() for d in y]})


def _absorption(rows: list[dict[int, Ratio]], group: tuple[int, ...], classes: list[tuple[int, ...]]) -> list[Ratio]:
    """The probability of ending in the class, from each node."""
    recurrent = {i: other == group for other in classes for i in other}
    passing = [i for i in range(len(rows)) if i not in recurrent]
    place = {i: k for k, i in enumerate(passing)}
    equations: list[dict[int, Ratio]] = []
    right = []
    for i in passing:
        equation = {place[i]: ONE}
        into = ZERO
        for j, probability in rows[i].items():
            if j in place:
                equation[place[j]] = equation.get(place[j], ZERO) - probability
            elif recurrent[j]:
                into = into + probability
        equations.append(equation)
        right.append(into)
    found = _solved(equations, right)
    return [found[place[i]] if i in place else constant(int(recurrent[i])) for i in range(len(rows))]


def _stationary(rows: list[dict[int, Ratio]], group: tuple[int, ...]) -> tuple[Ratio, ...]:
    """The stationary distribution of a recurrent class."""
    place = {i: k for k, i in enumerate(group)}
    equations: list[dict[int, Ratio]] = [{k: -ONE} for k in range(len(group))]
    for i in group:
        for j, probability in rows[i].items():
            equations[place[j]][place[i]] = equations[place[j]].get(place[i], ZERO) + probability
    equations[0] = dict.fromkeys(range(len(group)), ONE)
    return _solved(equations, [ONE] + [ZERO] * (len(group) - 1))


def _solved(equations: list[dict[int, Ratio]], right: Any) -> tuple[Ratio, ...]:
    values = [{j: _plain(a) for j, a in row.items()} for row in equations]
    try:
        [found] = solve(values, [[_plain(b) for b in right]])
    except Singular:
        raise NoCertificate("a measure on the chain is not determined", decided=False) from None
    return tuple(x if isinstance(x, Ratio) else constant(x) for x in found)


def _plain(value: Ratio) -> Ratio | Fraction:
    """Constants as Fractions, on which linear algebra is fastest."""
    rational = value.rational
    return value if rational is None else rational


def _check_poles(values: tuple[Ratio, ...], on: Interval) -> None:
    if any(value.has_pole(on) for value in values):
        message = f"a measure on the chain has a pole within {on}: the recurrent states change there"
        raise NoCertificate(message, decided=False)
