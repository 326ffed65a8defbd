"""The smallest witnesses by linear dependence: sizes that are excluded, for all environments and policies, or attained.

A size is (states, actions, policies); a witness of a size is one of a larger size too. Each lemma excludes a box: all
sizes that are at most so large, where a number may be unlimited. A size that lies in no box, and would lie in one if
any of its numbers were smaller, is smallest if there is a witness of that size; and if there is one for each of them,
there are no other smallest sizes. The lemmas are proved in docs/minimal.md; where Z3 can take in all environments of a
size at once, it is asked as well.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product

from specl import reductions
from specl.separation.linear_dependence import EXPRESSING
from specl.separation.proposal import Shape
from specl.synthesis.dependence import Dependence, dependence, in_reach


@dataclass(frozen=True)
class Lemma:
    """``applies(X, Y)``: no witness of X ⋡ Y has at most so many states, actions and policies (None: any number)."""

    name: str
    statement: str
    applies: Callable[[str, str], bool]
    states: int | None = None
    actions: int | None = None
    policies: int | None = None

    def excludes(self, shape: Shape) -> bool:
        """Whether a size lies in the box."""
        limits = ((shape.states, self.states), (shape.actions, self.actions), (shape.policies, self.policies))
        return all(most is None or number <= most for number, most in limits)


def lottery_decides(expressing: str) -> bool:
    """Whether policies that give rise to one lottery tie under every objective of the formalism."""
    return _leads(expressing, "TLO")


LEMMAS = (
    Lemma("one action", "with one action there is one policy", lambda x, y: True, actions=1),
    Lemma("one policy", "one policy is not compared with any", lambda x, y: True, policies=1),
    Lemma(
        "two policies",
        "different lotteries have different features, so of two policies either can be better",
        lambda x, y: x != "LAR" and lottery_decides(y),
        policies=2,
    ),
    Lemma(
        "three policies",
        "for 0 < γ < 1 the features of three policies with different lotteries are independent",
        lambda x, y: x == "RRL" and lottery_decides(y),
        policies=3,
    ),
    Lemma(
        "one state",
        "in one state the features of different policies are independent, however many there are",
        lambda x, y: x in ("RRL", "FTR"),
        states=1,
    ),
    Lemma(
        "one state, two policies",
        "in one state the frequencies, or the masses, of the actions are those of the policy's row",
        lambda x, y: x in ("LAR", "MR"),
        states=1,
        policies=2,
    ),
    Lemma(
        "one state, both linear",
        "in one state MR and LAR both express what is linear in the policy's row, and nothing else",
        lambda x, y: {x, y} == {"LAR", "MR"},
        states=1,
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Excluded:
    """A size just below a smallest one: by which lemma there is no witness of it, and what Z3 says, where asked.

    Attributes:
        checked: for each number of policies from 2 up, whether any can have dependent features in an environment of
            this size; empty where that is plain, or not in reach, or has no bearing.
    """

    shape: Shape
    lemma: Lemma
    checked: tuple[Dependence, ...]

    @property
    def is_confirmed(self) -> bool:
        """Whether Z3 excludes the size too."""
        return bool(self.checked) and all(each.verdict == "none" for each in self.checked)


def pairs() -> Iterator[tuple[str, str]]:
    """(X, Y) for which witnesses by linear dependence are searched."""
    return ((refuted, code) for refuted, codes in sorted(EXPRESSING.items()) for code in codes)


def lemmas(refuted: str, expressing: str) -> tuple[Lemma, ...]:
    """Those that apply."""
    return tuple(lemma for lemma in LEMMAS if lemma.applies(refuted, expressing))


def candidates(refuted: str, expressing: str) -> tuple[Shape, ...]:
    """The least sizes that no lemma excludes: the only ones that can be smallest, if each has a witness."""
    found = lemmas(refuted, expressing)
    largest = 2 + max(limit or 0 for lemma in found for limit in (lemma.states, lemma.actions, lemma.policies))
    open_sizes = [
        shape
        for shape in (Shape(*numbers) for numbers in product(range(1, largest), repeat=3))
        if not any(lemma.excludes(shape) for lemma in found)
    ]
    return tuple(
        shape for shape in open_sizes if not any(other != shape and _within(other, shape) for other in open_sizes)
    )


def below(refuted: str, expressing: str, shape: Shape, seconds: float) -> tuple[Excluded, ...]:
    """The sizes with one number less, and why each is excluded.

    Args:
        seconds: for each question to Z3.
    """
    found = []
    smaller = (
        Shape(shape.states - 1, shape.actions, shape.policies),
        Shape(shape.states, shape.actions - 1, shape.policies),
        Shape(shape.states, shape.actions, shape.policies - 1),
    )
    for size in smaller:
        if min(size.states, size.actions, size.policies) < 1:
            continue
        [lemma, *_] = [each for each in lemmas(refuted, expressing) if each.excludes(size)]
        bears = lottery_decides(expressing) or size.states == 1
        checked: tuple[Dependence, ...] = ()
        if bears and min(size.actions, size.policies) > 1 and in_reach(refuted, size.states):
            counts = range(2, size.policies + 1)
            checked = tuple(dependence(refuted, size.states, size.actions, count, seconds) for count in counts)
        found.append(Excluded(size, lemma, checked))
    return tuple(found)


def _within(small: Shape, large: Shape) -> bool:
    return small.states <= large.states and small.actions <= large.actions and small.policies <= large.policies


def _leads(source: str, target: str) -> bool:
    try:
        return bool(reductions.path(source, target))
    except reductions.NoReduction:
        return False
