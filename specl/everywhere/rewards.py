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

Where it fails there are two policies (`partings`).
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import Any

from specl.everywhere.difference import Difference, Outcome
from specl.everywhere.partings import parting, seen
from specl.everywhere.payments import Move, Node, Pair, Paying, Usual, excesses, paying, sign, usual, worth
from specl.everywhere.potential import same_text
from specl.everywhere.search import Limits, smallest
from specl.everywhere.shrink import shrink
from specl.everywhere.trials import Word, forked
from specl.expressivity.comparison import Side
from specl.model.alphabet import Alphabet
from specl.model.errors import Undefined

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


def alike(alphabet: Alphabet, left: Side, right: Side) -> bool:
    """Whether `decide` finds no difference; False too where it decides nothing."""
    paid = paying(alphabet, left, right)
    if paid is None:
        return False
    try:
        relation = _relation(excesses(paid, (usual(paid, 0), usual(paid, 1))))
    except Undefined:
        return False
    return relation is not None and not relation.against


def constant(alphabet: Alphabet, side: Side) -> bool:
    """Whether a reward is surely worth the same on all trajectories from each state of the alphabet."""
    paid = paying(alphabet, side, side)
    if paid is None:
        return False
    worth = usual(paid, 0)
    return all(sign(more) == 0 for _, _, _, (more, _) in excesses(paid, (worth, worth)))


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
        known = partial(_worth, paid)
        small = smallest(alphabet, left, right, GLANCE, tell, among=seen(paid, against), worth=known)
    except KeyboardInterrupt:
        small, patience = None, 0.0
    if small is not None:
        return small
    forks = parting(paid, worths, against)
    if forks is None:
        return None
    return shrink(alphabet, left, right, forked(alphabet, forks), monotonic() + patience, tell)


def _worth(paid: Paying, word: Word) -> Pair:
    return worth(paid, word.stem, word.cycle)
