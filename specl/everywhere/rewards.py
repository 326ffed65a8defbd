"""Rewards in every environment: exactly when two of them order all policies alike, and the shaping that relates them.

Let f and g be the returns of the two objectives on trajectories, and e_f, e_g the excesses of letters over usual ones
(`payments`). Two objectives that are expectations order all policies alike in every environment over the alphabet iff,
for one c > 0, f − c·g is constant on the trajectories from each start. By telescoping that holds iff

    γ_f^t e_f(z, ℓ) = c · γ_g^t e_g(z, ℓ)        for every letter ℓ, node z and time t at which z can be reached.

If: f = κ_f(z₀) + Σ γ_f^t e_f, and g likewise. Only if: compare the trajectory that takes ℓ at time t, and usual letters
after, with the one that takes usual letters from t on; they have a common beginning.

With one discount the times cancel, and with Φ(z) = c·κ_g(z) − κ_f(z) this is potential shaping (Ng, Harada, Russell
1999), r_f = c·r_g + γΦ(z') − Φ(z). With discounts that differ, both positive, a node where some letter has an excess
must be reached at one time only: c·(γ_g/γ_f)^t cannot be one number at two times.

Where it fails there are two policies. If all the pairs (γ_f^t e_f, γ_g^t e_g) lay on no line through 0 with c > 0, nor
would the differences of two trajectories that first part at an *action*: a usual letter and one with another action
part at an action, and a letter with the usual action differs from both by the same third. One difference with two
signs parts two deterministic policies; of two that are not parallel, a lottery at the start parts the policy that takes
the better trajectory in the first case and the worse one in the second from its converse.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from time import monotonic
from typing import Any

from specl.everywhere.difference import Difference, Outcome
from specl.everywhere.payments import Letter, Move, Node, Paying, Usual, excess, paying, sign, usual
from specl.everywhere.potential import same_text
from specl.everywhere.search import Limits, smallest
from specl.everywhere.shrink import shrink
from specl.everywhere.trials import CERTAIN, Fork, Word, forked
from specl.expressivity.comparison import Side
from specl.model.alphabet import Alphabet
from specl.model.errors import Undefined
from specl.model.real import Real
from specl.wishes.outer.simplest import simplest

Pair = tuple[Any, Any]
"""A number of the left objective and one of the right."""

GLANCE = Limits(states=3, seconds=4.0, random=12)
"""How long to look for a smaller environment than the one that the argument above gives."""

SHRINKING = 20.0
"""Seconds for making that environment smaller."""


def decide(alphabet: Alphabet, left: Side, right: Side, tell: Callable[[str], None] = lambda _: None) -> Outcome | None:
    """Two of MR and RM, or two limit averages. None for other kinds, and where the zero test of an irrational number
    stays undecided. After Ctrl-C a difference is not made smaller any more."""
    try:
        return _decide(alphabet, left, right, tell)
    except Undefined:  # numbers too large for an enclosure
        return None


def _decide(alphabet: Alphabet, left: Side, right: Side, tell: Callable[[str], None]) -> Outcome | None:
    paid = paying(alphabet, left, right)
    if paid is None or len(alphabet.actions) < 2:
        return None
    worths = usual(paid, 0), usual(paid, 1)
    relation = _relation(excesses(paid, worths))
    if relation is None:
        return None
    if not relation.against:
        reason = same_text(paid, worths, relation.factor, (left.name, right.name))
        return None if reason is None else Outcome("same", reason)
    found = _difference(alphabet, left, right, paid, worths, relation.against, tell)
    return None if found is None else Outcome("different", _no_shaping(paid, left.name, right.name), found)


def constant(alphabet: Alphabet, side: Side) -> bool:
    """Whether a reward is surely worth the same on all trajectories from each state of the alphabet."""
    paid = paying(alphabet, side, side)
    if paid is None:
        return False
    worth = usual(paid, 0)
    return all(sign(more) == 0 for _, _, _, (more, _) in excesses(paid, (worth, worth)))


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


@dataclass(frozen=True)
class _Relation:
    """left = factor · right with factor > 0 on all letters, or both zero everywhere (factor None); or ``against``:
    one letter or two where that fails."""

    factor: Any | None
    against: tuple[tuple[Node, Move, int], ...] = ()


def _relation(found: Iterator[tuple[Node, Move, int, Pair]]) -> _Relation | None:
    """None where a sign stays undecided."""
    factor: Any | None = None
    first: tuple[tuple[Node, Move, int], ...] = ()
    for node, move, time, (more, other) in found:
        here = (node, move, time)
        if factor is None:
            signs = sign(more), sign(other)
            if None in signs:
                return None
            if signs[0] != signs[1]:
                return _Relation(None, (here,))
            if signs[0]:
                factor, first = more / other, (here,)
            continue
        rest = sign(more - factor * other)
        if rest is None:
            return None
        if rest:
            return _Relation(None, (*first, here))
    return _Relation(factor)


def _no_shaping(paid: Paying, left: str, right: str) -> str:
    one, other = paid.discounts
    if one != other:
        return f"no c > 0 makes {left} and c·{right} differ by a constant on all trajectories from each start"
    if one == 0:
        return f"no c > 0 makes {left} and c·{right} differ by a constant on the first steps from each start"
    constant, times = (" + d", "") if one == 1 else ("", f"{one}·")
    return f"no c > 0 and Φ make {left} = c·{right}{constant} + {times}Φ(s') − Φ(s) on all steps"


# --- where they part ---


def _difference(
    alphabet: Alphabet,
    left: Side,
    right: Side,
    paid: Paying,
    worths: tuple[Usual, Usual],
    against: Iterable[tuple[Node, Move, int]],
    tell: Callable[[str], None],
) -> Difference | None:
    patience = SHRINKING
    try:
        small = smallest(alphabet, left, right, GLANCE, tell, among=_seen(paid, against))
    except KeyboardInterrupt:
        small, patience = None, 0.0
    if small is not None:
        return small
    forks = _forks(paid, worths)
    if forks is None:
        return None
    return shrink(alphabet, left, right, forked(alphabet, forks), monotonic() + patience, tell)


def _seen(paid: Paying, against: Iterable[tuple[Node, Move, int]]) -> frozenset[int]:
    """States of the alphabet with which alone it fails already: those of these letters, of the ways to them, and of
    the usual letters after."""
    seen = set[int]()
    for node, move, time in against:
        seen |= {x for step, _ in _path(paid, node, time) for x in (step[0], step[2])}
        seen |= {node[0], paid.moves[node][0].target[0], move.target[0], paid.moves[move.target][0].target[0]}
    return frozenset(seen)


def _forks(paid: Paying, worths: tuple[Usual, Usual]) -> tuple[Fork, ...] | None:
    """Where trajectories part at actions with two signs, or in two ways that are not parallel."""
    reference: tuple[Fork, Pair] | None = None
    for fork, gap in _partings(paid, worths):
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
