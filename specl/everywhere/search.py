"""A search for an environment over an alphabet, and two policies in it, that two objectives rank differently.

Small things first: environments with one copy of each state at most, then with several; few states, then few
transitions; no randomness, then a lottery at the start, then any probabilities and policies that draw lots. What is
found is verified by each formalism's own definition and made smaller. That nothing is found proves nothing.
"""

import itertools
import random
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from time import monotonic

from specl.evaluation.context import Rank
from specl.evaluation.ranks import compare_ranks
from specl.everywhere.difference import Difference
from specl.everywhere.pullback import mentioned, pullback
from specl.everywhere.scattered import scattered
from specl.everywhere.shrink import parts, shrink
from specl.everywhere.skeletons import Orders, Size, Skeleton, natural, shuffled, sizes, skeletons
from specl.everywhere.trials import CERTAIN, Sketch, Trial, Word
from specl.expressivity.comparison import Side
from specl.formalisms import rank
from specl.model.alphabet import Alphabet
from specl.model.errors import Undefined, Unsupported

Tell = Callable[[str], None]

Worth = Callable[[Word], tuple[Rank, Rank]]
"""Left and right."""


def _silent(_: str) -> None:
    pass


@dataclass(frozen=True)
class Limits:
    """How far to go.

    Attributes:
        fewest, states: the fewest and the most states of an environment.
        seconds: wall-clock time of the search; making smaller what was found may take as long again.
        random: the most random environments that follow those without randomness, without copies and with.
        seed: of these, and of the order in which environments of one size come; 0 for the natural order.
    """

    fewest: int = 1
    states: int = 5
    seconds: float = 60.0
    random: int = 1000
    seed: int = 0


SHARES = tuple(Fraction(n, d) for n, d in ((1, 2), (1, 3), (2, 3), (1, 4), (3, 4), (1, 10), (9, 10)))
"""Probabilities of the first of two starts."""

WITHOUT_COPIES = 60
"""Random environments without several copies of a state that are looked at before there are copies."""

OF_TRAJECTORIES = ("MR", "RM", "LTL", "LAR", "FTR", "INMR", "IMORL")
"""Objectives that are expectations of a number that the trajectory has: their value at a lottery is the mean."""


def part(
    alphabet: Alphabet, left: Side, right: Side, limits: Limits | None = None, tell: Tell = _silent
) -> Difference | None:
    """A difference between two objectives over the alphabet, small ones first; None if none was found.

    Ctrl-C ends the search with the best that there is.
    """
    limits = limits or Limits()
    try:
        return smallest(alphabet, left, right, limits, tell)
    except KeyboardInterrupt:
        return None


def smallest(
    alphabet: Alphabet,
    left: Side,
    right: Side,
    limits: Limits,
    tell: Tell = _silent,
    among: Collection[int] | None = None,
    worth: Worth | None = None,
) -> Difference | None:
    """As `part`; Ctrl-C while nothing has been found is the caller's.

    Args:
        among: the states of the alphabet of which there may be copies; all if None.
        worth: what trajectories that repeat are worth, where that is known without evaluating policies.
    """
    begun = monotonic()
    free = tuple(label for label in alphabet.free if label in mentioned(left.objective) | mentioned(right.objective))
    words = Words(replace(alphabet, free=free), (left, right), worth)
    generator = random.Random(limits.seed)  # guides a search, secures nothing
    orders = natural(alphabet) if limits.seed == 0 else shuffled(alphabet, generator)
    if among is not None:
        orders = replace(orders, states=tuple(x for x in orders.states if x in among))
    for copies in (False, True):
        share, count = (1.0, limits.random) if copies else (0.25, min(limits.random, WITHOUT_COPIES))
        end = begun + limits.seconds * share
        found = itertools.chain(
            _without_chance(words, orders, limits, copies, begun + limits.seconds * share * 0.6, tell),
            scattered(
                words.alphabet,
                left,
                right,
                orders.states,
                (limits.fewest, limits.states),
                copies,
                generator,
                count,
                end,
                tell,
            ),
        )
        for trial in found:
            if parts(alphabet, left, right, trial) is not None:
                return shrink(alphabet, left, right, trial, monotonic() + limits.seconds, tell, limits.fewest)
    return None


def _without_chance(
    words: "Words", orders: Orders, limits: Limits, copies: bool, deadline: float, tell: Tell
) -> Iterator[Trial]:
    """Skeletons whose two policies are ranked differently."""
    if words.blind:
        return
    drawn = 0
    for size in sizes((limits.fewest, limits.states), copies, len(orders.states)):
        tell(_progress(size, drawn))
        for skeleton in skeletons(words.alphabet, size, orders, deadline):
            drawn += 1
            if drawn % 256 == 0:
                tell(_progress(size, drawn))
            if monotonic() > deadline:
                return
            share = words.parting(skeleton)
            if share is not None:
                yield skeleton.trial(words.alphabet, share)
        if monotonic() > deadline:
            return


def _progress(size: Size, drawn: int) -> str:
    several = ", several copies of a state" if size.copies else ""
    return f"environments of {size.states} states and {size.transitions} transitions{several}: {drawn} seen so far"


@dataclass
class Words:
    """What trajectories that repeat, and lotteries over two of them, are worth to both objectives; each computed once.

    What a formalism says of a policy depends on its lottery over trajectories alone, but for FPR and PO.
    """

    alphabet: Alphabet
    sides: tuple[Side, Side]
    worth: Worth | None = None
    known: dict[tuple[tuple[Word, Fraction], ...], tuple[Rank, Rank] | None] = field(default_factory=dict)

    @property
    def blind(self) -> bool:
        """Whether lotteries do not tell what policies are worth."""
        return any(side.code in ("FPR", "PO") for side in self.sides)

    def parting(self, skeleton: Skeleton) -> Fraction | None:
        """A probability of the skeleton's first start with which its policies are ranked differently; None if none of
        a few is known to be one."""
        for share in SHARES if len(skeleton.starts) == 2 else (CERTAIN,):
            first, second = (self.ranks(tuple(pair[who] for pair in skeleton.words), share) for who in (0, 1))
            if first is None or second is None:
                return None
            orders = [compare_ranks(one, other) for one, other in zip(first, second, strict=True)]
            if None not in orders and orders[0] != orders[1]:
                return share
        return None

    def ranks(self, words: tuple[Word, ...], share: Fraction = CERTAIN) -> tuple[Rank, Rank] | None:
        """What one trajectory is worth to both, or a lottery of two; None where something has no value."""
        weights = (CERTAIN,) if len(words) == 1 else (share, 1 - share)
        lottery = tuple(zip(words, weights, strict=True))
        if lottery not in self.known:
            self.known[lottery] = self._mean(words, share) or self._evaluated(lottery)
        return self.known[lottery]

    def _mean(self, words: tuple[Word, ...], share: Fraction) -> tuple[Rank, Rank] | None:
        if len(words) == 1 or any(side.code not in OF_TRAJECTORIES for side in self.sides):
            return None
        one, other = (self.ranks((word,), CERTAIN) for word in words)
        if one is None or other is None:
            return None
        left, right = (x * share + y * (1 - share) for x, y in zip(one, other, strict=True))
        return left, right

    def _evaluated(self, lottery: tuple[tuple[Word, Fraction], ...]) -> tuple[Rank, Rank] | None:
        if self.worth is not None and len(lottery) == 1:
            return self.worth(lottery[0][0])
        sketch = Sketch.empty()
        start = []
        for word, weight in lottery:
            place = sketch.state((*word.stem, *word.cycle)[0][0][0])
            start.append((place, weight))
            sketch.follow(place, word, (0, 1))
        trial = sketch.trial(self.alphabet, tuple(start))
        world = trial.world(self.alphabet)
        policy, _ = trial.pair(self.alphabet)
        try:
            left, right = (
                rank(side.code, pullback(side.objective, world), world.environment, policy) for side in self.sides
            )
        except (Undefined, Unsupported):
            return None
        return left, right
