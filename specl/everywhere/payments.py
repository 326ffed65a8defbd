"""Objectives that pay along the way, over an alphabet: their machines side by side, and what each move is worth.

A *letter* is what the environment shows of one step: (x, a, y) in S×A×S and the free labels that hold. Two machines
read letters side by side; a *node* is a state of the alphabet and a state of each machine. In some environment every
letter can follow every history that ends where it begins, so the nodes that some environment reaches are those that can
be reached by letters.

Fix at every node one letter, the *usual* one, and let κ(z) be the return of the trajectory that begins in z and takes
usual letters for ever. The *excess* of a letter ℓ from z to z' is e(z, ℓ) = r(z, ℓ) + γ κ(z') − κ(z): what is gained by
ℓ in place of the usual letter. On a trajectory z₀ ℓ₀ z₁ ℓ₁ … the return telescopes:

    Σ_t γ^t r(z_t, ℓ_t) = κ(z₀) + Σ_t γ^t e(z_t, ℓ_t).

For limit averages γ = 1, a constant g is taken off r so that the usual cycle pays 0, and κ are relative values; the
average of e is the average of r less g.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from specl.expressivity.comparison import Side
from specl.model.alphabet import Alphabet, Watched, run_over
from specl.model.environment import Step
from specl.model.formula import TRUE, atoms_of
from specl.model.machine import Edge, Machine
from specl.model.real import Real

Node = tuple[int, int, int]
"""(x, u, v): a state of the alphabet, one of the left machine, one of the right."""

Letter = tuple[Step, frozenset[str]]
"""((x, a, y), the free labels that hold)."""


@dataclass(frozen=True)
class Move:
    """From a node by a letter to ``target``; ``paid`` are the two rewards, left and right."""

    letter: Letter
    target: Node
    paid: tuple[Real, Real]


@dataclass(frozen=True)
class Paying:
    """Two objectives that pay along the way.

    Attributes:
        alphabet: what their letters are made of.
        machines, discounts: left and right; a discount of 1 stands for the limit average.
        starts: the nodes in which trajectories begin.
        moves: node -> its moves, for every node that can be reached; the first one is the usual one.
        times: node -> the two earliest times at which it can be reached, or the only one.
    """

    alphabet: Alphabet
    machines: tuple[Machine, Machine]
    discounts: tuple[Fraction, Fraction]
    starts: tuple[Node, ...]
    moves: Mapping[Node, tuple[Move, ...]]
    times: Mapping[Node, tuple[int, ...]]

    @cached_property
    def by_letter(self) -> Mapping[tuple[Node, Letter], Move]:
        """The move by a letter from a node."""
        return {(node, move.letter): move for node, moves in self.moves.items() for move in moves}


def machine_of(side: Side) -> tuple[Machine, Fraction] | None:
    """The machine and the discount of an objective that pays along the way; None for others."""
    match side.code:
        case "RM":
            return side.objective.machine, side.objective.discount
        case "MR":
            return _single(side.objective.reward), side.objective.discount
        case "LAR":
            return _single(side.objective.reward), Fraction(1)
    return None


def _single(reward: Any) -> Machine:
    return Machine(("u",), 0, (Edge(0, TRUE, 0, reward),))


def paying(alphabet: Alphabet, left: Side, right: Side) -> Paying | None:
    """Both objectives side by side; None where one is of another kind, or one a limit average and one a return."""
    first, second = machine_of(left), machine_of(right)
    if first is None or second is None or (first[1] == 1) != (second[1] == 1):
        return None
    machines, discounts = (first[0], second[0]), (first[1], second[1])
    tables = run_over(machines[0], alphabet), run_over(machines[1], alphabet)
    mentioned = [frozenset[str]().union(*(atoms_of(edge.guard) for edge in each.edges)) for each in machines]
    steps: dict[int, list[Step]] = {}
    for step in alphabet.environment.steps:
        steps.setdefault(step[0], []).append(step)
    letters = {
        x: [(step, free) for step in leaving for free in alphabet.choices(mentioned[0] | mentioned[1])]
        for x, leaving in steps.items()
    }

    def moves_of(node: Node) -> Iterator[Move]:
        x, u, v = node
        for step, free in letters[x]:
            after, one = _read(tables[0], u, step, free, mentioned[0])
            beyond, other = _read(tables[1], v, step, free, mentioned[1])
            yield Move((step, free), (step[2], after, beyond), (one, other))

    starts = tuple((x, machines[0].start, machines[1].start) for x in range(len(alphabet.states)))
    moves: dict[Node, tuple[Move, ...]] = {}
    times: dict[Node, tuple[int, ...]] = dict.fromkeys(starts, (0,))
    layer = list(starts)
    now = 0
    while layer:  # in order of time; a node goes on from its two earliest times, which give its successors theirs
        now += 1
        following: list[Node] = []
        for node in layer:
            if node not in moves:
                moves[node] = tuple(moves_of(node))
            for target in dict.fromkeys(move.target for move in moves[node]):
                known = times.get(target, ())
                if len(known) < 2 and now not in known:
                    times[target] = (*known, now)
                    following.append(target)
        layer = following
    return Paying(alphabet, machines, discounts, starts, moves, times)


def _read(
    table: Mapping[Watched, tuple[int, Real]], u: int, step: Step, free: frozenset[str], mentioned: frozenset[str]
) -> tuple[int, Real]:
    return table[u, step, free & mentioned]


@dataclass(frozen=True)
class Usual:
    """What usual letters pay on one side: κ of every node, and g (0 for discounted returns)."""

    values: Mapping[Node, Any]
    mean: Any


def usual(paid: Paying, side: int) -> Usual:
    """κ and g of the left (0) or right (1) objective."""
    discount = paid.discounts[side]
    values: dict[Node, Any] = {}
    mean: Any = Fraction(0)
    for root in paid.moves:
        path: list[Node] = []
        place: dict[Node, int] = {}
        node = root
        while node not in values and node not in place:
            place[node] = len(path)
            path.append(node)
            node = paid.moves[node][0].target
        if node in place:  # a cycle that is new
            cycle = [number(paid.moves[z][0].paid[side]) for z in path[place[node] :]]
            if discount == 1:
                mean = sum(cycle, Fraction(0)) / len(cycle)
                values[node] = Fraction(0)
            else:
                once = sum((discount**t * r for t, r in enumerate(cycle)), Fraction(0))
                values[node] = once / (1 - discount ** len(cycle))
        for z in reversed(path):
            if z not in values:
                move = paid.moves[z][0]
                values[z] = number(move.paid[side]) - mean + discount * values[move.target]
    return Usual(values, mean)


def excess(paid: Paying, side: int, worth: Usual, node: Node, move: Move) -> Any:
    """e(z, ℓ) of the left (0) or right (1) objective."""
    ahead = paid.discounts[side] * worth.values[move.target]
    return number(move.paid[side]) - worth.mean + ahead - worth.values[node]


Pair = tuple[Any, Any]
"""A number of the left objective and one of the right."""


def excesses(paid: Paying, worths: tuple[Usual, Usual]) -> Iterator[tuple[Node, Move, int, Pair]]:
    """(z, ℓ, t, what ℓ in z at time t is worth more than the usual letter, left and right); with one discount γ > 0 for
    one time alone, and not multiplied by γ^t."""
    one, other = paid.discounts
    for node, moves in paid.moves.items():
        times = paid.times[node][: 1 if one == other else 2]
        for move in moves:
            more, less = excess(paid, 0, worths[0], node, move), excess(paid, 1, worths[1], node, move)
            for time in times:
                if one == other != 0 or time == 0:
                    yield node, move, time, (more, less)
                else:
                    yield node, move, time, (one**time * more, other**time * less)


def worth(paid: Paying, stem: Sequence[Letter], cycle: Sequence[Letter]) -> tuple[Real, Real]:
    """What the trajectory that runs the stem once, and the cycle for ever, is worth left and right."""
    node = next(start for start in paid.starts if start[0] == (*stem, *cycle)[0][0][0])
    gained: list[Pair] = []

    def run(letters: Sequence[Letter], node: Node) -> Node:
        for letter in letters:
            move = paid.by_letter[node, letter]
            gained.append((number(move.paid[0]), number(move.paid[1])))
            node = move.target
        return node

    node = run(stem, node)
    rounds: dict[Node, int] = {}
    while node not in rounds:  # until the machines are as they were at the beginning of some round
        rounds[node] = len(gained)
        node = run(cycle, node)
    once, again = gained[: rounds[node]], gained[rounds[node] :]
    left, right = (
        Real.of(_for_ever([pair[side] for pair in once], [pair[side] for pair in again], paid.discounts[side]))
        for side in (0, 1)
    )
    return left, right


def _for_ever(once: Sequence[Any], again: Sequence[Any], discount: Fraction) -> Any:
    if discount == 1:
        return sum(again, Fraction(0)) / len(again)
    first, rest = (sum((discount**t * r for t, r in enumerate(part)), Fraction(0)) for part in (once, again))
    return first + discount ** len(once) * rest / (1 - discount ** len(again))


def number(value: Real) -> Any:
    """A rational as a Fraction, which is faster; other numbers as they are."""
    return value if value.rational is None else value.rational


def sign(value: Any) -> int | None:
    """−1, 0 or 1; None where it stays undecided."""
    return Real.of(value).sign() if isinstance(value, Real) else (value > 0) - (value < 0)
