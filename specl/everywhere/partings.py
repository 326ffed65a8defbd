"""Trajectories that part at an action and show that two objectives which pay along the way are not alike.

If the pairs (γ_f^t e_f, γ_g^t e_g) of all letters lie on no line through 0 with a slope c > 0 (`rewards`), nor do the
differences of two trajectories that first part at an action: a usual letter and one with another action part at an
action, and a letter with the usual action differs from both by the same third. One difference with two signs parts two
deterministic policies. Of two that are not parallel, a lottery at the start parts the policy that takes the better
trajectory in the first case and the worse one in the second from its converse.
"""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

from specl.everywhere.payments import Letter, Move, Node, Pair, Paying, Usual, excess, excesses, sign
from specl.everywhere.trials import CERTAIN, Fork, Word
from specl.model.real import Real
from specl.wishes.outer.simplest import simplest


def seen(paid: Paying, against: Iterable[tuple[Node, Move, int]]) -> frozenset[int]:
    """States of the alphabet with which alone it fails already: those of these letters, of the ways to them, and of
    the usual letters after."""
    seen = set[int]()
    for node, move, time in against:
        seen |= {x for step, _ in _path(paid, node, time) for x in (step[0], step[2])}
        seen |= {node[0], paid.moves[node][0].target[0], move.target[0], paid.moves[move.target][0].target[0]}
    return frozenset(seen)


def parting(
    paid: Paying, worths: tuple[Usual, Usual], against: Iterable[tuple[Node, Move, int]]
) -> tuple[Fork, ...] | None:
    """Where trajectories part at actions with two signs, or in two ways that are not parallel; None if nowhere.

    Args:
        against: letters that show that the objectives are not alike.
    """
    found = _partings(paid, worths) if paid.discounts[0] < 1 else _cycles(paid, worths, seen(paid, against))
    reference: tuple[Fork, Pair] | None = None
    for fork, gap in found:
        signs = sign(gap[0]), sign(gap[1])
        if None in signs or signs == (0, 0):
            continue
        if signs[0] != signs[1]:
            return (fork,)
        if reference is None:
            reference = fork, gap
            continue
        first = reference[1]
        if sign(gap[0] * first[1] - gap[1] * first[0]) in (1, -1):
            return _lottery(reference, (fork, gap))
    return None


def _partings(paid: Paying, worths: tuple[Usual, Usual]) -> Iterator[tuple[Fork, Pair]]:
    """Two trajectories that first part at an action, and what the first is worth more than the second; early ones
    first."""
    by_time = sorted(excesses(paid, worths), key=lambda found: found[2])
    apart: dict[tuple[Node, int], tuple[Move, Pair]] = {}  # a letter with another action than the usual one
    for node, move, time, more in by_time:
        if _action(move) != _action(paid.moves[node][0]):
            apart.setdefault((node, time), (move, more))
            yield _fork(paid, node, time, move, paid.moves[node][0]), more
    for node, move, time, more in by_time:
        if _action(move) == _action(paid.moves[node][0]):
            other, base = apart[node, time]
            yield _fork(paid, node, time, move, other), (more[0] - base[0], more[1] - base[1])


def _cycles(paid: Paying, worths: tuple[Usual, Usual], among: frozenset[int]) -> Iterator[tuple[Fork, Pair]]:
    """The same for limit averages, which single letters do not change: cycles by a letter from the usual cycle's state,
    a letter back or on, and the usual one back. They are on a line iff the excesses of all letters are: those of the
    first letters make cycles of their own, or with a usual letter."""
    hub = paid.starts[0]

    def mean(moves: list[Move], side: int) -> Any:
        nodes = [hub, *(move.target for move in moves[:-1])]
        gained = (excess(paid, side, worths[side], *pair) for pair in zip(nodes, moves, strict=True))
        return sum(gained, Fraction(0)) / len(moves)

    cycles = [
        (moves, (mean(moves, 0), mean(moves, 1)))
        for first in paid.moves[hub]
        for moves in ([[first]] if first.target == hub else _back(paid, first, hub))
        if all(move.target == hub or move.target[0] in among for move in moves)
    ]
    usually = cycles[0]
    other = next(each for each in cycles if _action(each[0][0]) != _action(usually[0][0]))
    for moves, worth in cycles:
        second, base = other if _action(moves[0]) == _action(usually[0][0]) else usually
        words = Word.of((), [move.letter for move in moves]), Word.of((), [move.letter for move in second])
        yield Fork(CERTAIN, hub[0], (), words), (worth[0] - base[0], worth[1] - base[1])


def _back(paid: Paying, first: Move, hub: Node) -> Iterator[list[Move]]:
    for second in paid.moves[first.target]:
        yield [first, second] if second.target == hub else [first, second, paid.moves[second.target][0]]


def _action(move: Move) -> int:
    return move.letter[0][1]


def _fork(paid: Paying, node: Node, time: int, first: Move, second: Move) -> Fork:
    path = _path(paid, node, time)
    origin = path[0][0][0] if path else node[0]
    return Fork(CERTAIN, origin, path, (_onward(paid, first), _onward(paid, second)))


def _path(paid: Paying, node: Node, time: int) -> tuple[Letter, ...]:
    """Letters that lead from some start to a node in so many steps; backwards through the times that are known."""
    letters: list[Letter] = []
    for now in range(time, 0, -1):
        before, move = next(
            (each, move)
            for each, moves in paid.moves.items()
            if now - 1 in paid.times[each]
            for move in moves
            if move.target == node
        )
        letters.insert(0, move.letter)
        node = before
    return tuple(letters)


def _onward(paid: Paying, move: Move) -> Word:
    """The letter of a move, and usual ones after it."""
    letters = [move.letter]
    places: dict[Node, int] = {}
    node = move.target
    while node not in places:
        places[node] = len(letters)
        usual_move = paid.moves[node][0]
        letters.append(usual_move.letter)
        node = usual_move.target
    return Word.of(letters[: places[node]], letters[places[node] :])


def _lottery(one: tuple[Fork, Pair], other: tuple[Fork, Pair]) -> tuple[Fork, ...]:
    """Both partings, with probabilities for which left and right disagree whether the first policy, which takes the
    better trajectory in the one and the worse in the other, is the better one."""
    (first, gap), (second, against) = one, other
    if sign(gap[0]) == sign(against[0]):
        second = Fork(second.weight, second.origin, second.path, (second.words[1], second.words[0]))
    share = _between(gap[0] / against[0], gap[1] / against[1])
    return (
        Fork(1 / (1 + share), first.origin, first.path, first.words),
        Fork(share / (1 + share), second.origin, second.path, second.words),
    )


def _between(one: Any, other: Any) -> Fraction:
    """A simple rational strictly between the absolute values of two numbers that surely differ there."""
    bits = 16
    while True:
        boxes = [Real.of(value).enclose(bits).absolute() for value in (one, other)]
        low, high = sorted(boxes, key=lambda box: box.low + box.high)
        if low.high < high.low:
            return simplest(low.high, high.low)
        bits *= 2
