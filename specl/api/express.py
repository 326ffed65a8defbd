"""Which formalisms can express an ordering: by objectives that were ranked again, and by what the kernel accepted."""

import os
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from fractions import Fraction

from specl import formalisms, reductions
from specl.api.expressed import Answered, Expressed
from specl.api.granted import Unconfirmed, confirm_ranks, written_down
from specl.api.orderings import Stated, refer_to_ordering, state
from specl.api.references import formalism_code, refuse
from specl.api.refuted import carries, check_refutation, discount_of_claim
from specl.api.verify import current
from specl.expressivity.preorder import Preorder
from specl.language.document import Document
from specl.model.errors import Undefined, Unsupported
from specl.wishes import trajectories
from specl.wishes.answer import Answer, No, Unknown, Yes
from specl.wishes.asking import Asking
from specl.wishes.deciders import decide
from specl.wishes.discounts.differences import TooLarge
from specl.wishes.discounts.stretches import CODES as WITH_DISCOUNTS
from specl.wishes.discounts.stretches import Stretch, stretches
from specl.wishes.discounts.stretches import discounts as find_discounts
from specl.wishes.discounts.sweep import sweep
from specl.wishes.trajectories import discounted_differences
from specl.wishes.trajectory_values import CODES
from specl.wishes.wish import Wish

SECONDS = 20.0
"""How long a search without an end of its own goes on for one formalism."""


def express(
    ordering: str,
    codes: Iterable[str] | None = None,
    document: Document | str | os.PathLike[str] | None = None,
    *,
    discount: Fraction | int | str | None = None,
    discounts: bool = False,
    seconds: float = SECONDS,
    watch: Callable[[str], None] = lambda _: None,
) -> Expressed:
    """Which formalisms have an objective that orders the policies so: with one, or with a proof that there is none.

    Every objective is written down, read back and ranked again on all policies; every proof is put to the kernel.
    Ctrl-C ends the work, not the answer: what was not decided until then is unknown.

    Args:
        ordering: ``file.spec:name``, a file with one ordering, or the name of one in `document`.
        codes: the formalisms in question; all of them by default, or those that rank trajectories.
        discount: the discount that objectives must have; by default they may choose one in [0, 1).
        discounts: whether to find the exact set of discounts as well, for the formalisms that allow it.
        seconds: how long a search without an end of its own may go on for one formalism.
        watch: is told what is worked on.

    Raises:
        SpecErrors: nothing of that name, a file that is not correct, or formalisms that rank policies only where
            trajectories are to be ordered.
    """
    stated = state(*refer_to_ordering(ordering, document), discount_of(discount))
    asked = formalisms.codes() if codes is None else tuple(dict.fromkeys(map(formalism_code, codes)))
    asked = _able(stated, asked, everything=codes is None)
    dependent = [code for code in asked if code in WITH_DISCOUNTS] if discounts else []
    if discounts and not dependent:
        message = f"there is no set of discounts for {' or '.join(asked)}"
        raise refuse("E090", message, f"it is known how to find it for {' and '.join(WITH_DISCOUNTS)}")
    found = answer(stated, asked, seconds, watch)
    if not dependent or found.interrupted:
        return found
    return _with_discounts(found, dependent, seconds, watch)


def answer(
    stated: Stated, asked: Iterable[str], seconds: float = SECONDS, watch: Callable[[str], None] = lambda _: None
) -> Expressed:
    """The answers to a wish. More expressive formalisms are asked first: what they cannot do, nobody below them can."""
    run = _Run(stated, current(), watch, seconds)
    order = run.order
    weakest_first = sorted(asked, key=lambda code: strength(order, code))
    interrupted = False
    try:
        for code in reversed(weakest_first):
            run.settle(code)
        for code in weakest_first:
            run.infer(code)
    except KeyboardInterrupt:
        interrupted = True
    answers = {code: run.answers.get(code, Answered(code, "unknown", "interrupted")) for code in weakest_first}
    return Expressed(stated, order, answers, interrupted)


def _with_discounts(
    found: Expressed, codes: Iterable[str], seconds: float, watch: Callable[[str], None]
) -> Expressed:
    wish = found.stated.wish
    known: dict[str, tuple[Stretch, ...] | str] = {}
    try:
        for code in codes:
            if isinstance(wish, Wish):
                try:
                    known[code] = find_discounts(wish, code, watch, time.monotonic() + seconds)
                except TooLarge as error:
                    known[code] = f"unknown: {error}"
            else:
                known[code] = stretches(sweep(discounted_differences(wish)))
    except KeyboardInterrupt:
        return replace(found, discounts=known, interrupted=True)
    return replace(found, discounts=known)


def strength(order: Preorder, code: str) -> tuple[int, int, str]:
    """Sorts formalisms that can express less first: by how many are known to lie below, and how few above."""
    below = sum(order.evidence(code, other).verdict == "holds" for other in order.codes)
    above = sum(order.evidence(other, code).verdict == "holds" for other in order.codes)
    return below, -above, code


def discount_of(given: Fraction | int | str | None) -> Fraction | None:
    """A discount as it may be given.

    Raises:
        SpecErrors: not a rational in [0, 1).
    """
    if given is None:
        return None
    try:
        discount = Fraction(given)
    except (ValueError, ZeroDivisionError):
        raise refuse("E042", f"a discount is a rational such as 9/10, not `{given}`") from None
    if not 0 <= discount < 1:
        raise refuse("E063", f"a discount lies in [0, 1), and {discount} does not")
    return discount


def _able(stated: Stated, asked: tuple[str, ...], everything: bool) -> tuple[str, ...]:
    """Those that rank what the wish orders.

    Raises:
        SpecErrors: others were asked for.
    """
    kept = tuple(code for code in asked if able(stated, code))
    if kept != asked and not everything:
        other = next(code for code in asked if code not in kept)
        message = f"{other} ranks policies only, and `{stated.wish.name}` orders trajectories"
        raise refuse("E097", message, f"finite trajectories have a value under {', '.join(CODES)}")
    return kept


def able(stated: Stated, code: str) -> bool:
    """Whether a formalism ranks what the wish orders."""
    return isinstance(stated.wish, Wish) or code in CODES


@dataclass
class _Run:
    stated: Stated
    order: Preorder
    watch: Callable[[str], None]
    seconds: float
    answers: dict[str, Answered] = field(default_factory=dict)
    accepted: list[No] = field(default_factory=list)  # by the kernel, each for the formalism that it refutes

    def __post_init__(self) -> None:
        wish = self.stated.wish
        if isinstance(wish, Wish):
            asking = Asking(wish, decide, self.watch, self.seconds)
            self.ask: Callable[[str], Answer] = asking.answer
        else:
            self.ask = lambda code: trajectories.decide(code, wish)

    def settle(self, code: str) -> Answered:
        """The answer for a formalism, confirmed, found when it is first asked for."""
        if code not in self.answers:
            self.answers[code] = self._refuted(code) or self._confirmed(code, self.ask(code))
        return self.answers[code]

    def infer(self, code: str) -> None:
        """Where a formalism's own search has no answer: what follows from those below it and above it."""
        if self.settle(code).verdict != "unknown":
            return
        for lower in self._related(lambda other: self.order.evidence(code, other).verdict == "holds"):
            below = self.settle(lower)
            if below.granted is not None:
                found = self._translated(lower, code)
                if found.verdict == "yes":
                    self.answers[code] = found
                    return
        for upper in self._related(lambda other: self.order.evidence(other, code).verdict == "holds"):
            self.settle(upper)
        self.answers[code] = self._refuted(code) or self.answers[code]

    def _related(self, wanted: Callable[[str], bool]) -> list[str]:
        able_ones = [code for code in self.order.codes if able(self.stated, code) and wanted(code)]
        return sorted(able_ones, key=lambda code: strength(self.order, code))

    def _refuted(self, code: str) -> Answered | None:
        """No, if what the kernel has accepted already says so."""
        for no in self.accepted:
            if carries(self.order, no.refuted, code, discount_of_claim(no.claim)):
                return Answered(code, "no", no.reason, refutation=no)
        return None

    def _confirmed(self, code: str, found: Answer) -> Answered:
        try:
            match found:
                case Yes():
                    granted = written_down(self.stated, code, found.objective)
                    confirm_ranks(self.stated.wish, code, granted.record)
                    return Answered(code, "yes", found.note, granted)
                case No():
                    check_refutation(self.stated.wish, code, found, self.order)
                    self.accepted.append(found)
                    return Answered(code, "no", found.reason, refutation=found)
                case Unknown(reason):
                    return Answered(code, "unknown", reason)
        except Unconfirmed as error:
            return Answered(code, "unknown", f"{error}: a fault of specl, which had found an answer")

    def _translated(self, lower: str, code: str) -> Answered:
        """The objective of a formalism below, along the reductions."""
        granted = self.answers[lower].granted
        assert granted is not None  # it said yes
        try:
            chain, record = reductions.translate(lower, granted.record, self.stated.wish.environment, code)
        except (Undefined, Unsupported, ValueError) as error:
            return Answered(code, "unknown", str(error))
        return self._confirmed(code, Yes(record, f"translated: {' → '.join(chain)}"))
