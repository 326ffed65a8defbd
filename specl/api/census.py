"""How many random sets of acceptable policies each formalism can express; every answer that is counted is verified."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, partial
from typing import Any

from specl import formalisms
from specl.api.granted import Unconfirmed, confirm_ranks
from specl.api.references import formalism_code, refuse
from specl.api.refuted import check_refutation
from specl.expressivity.preorder import Preorder, known
from specl.language.diagnostics import SpecErrors, nearest_or_all
from specl.sampling import workers
from specl.sampling.case import NOTIONS, Case, Column, Notion, Plan, Verdict
from specl.sampling.census import Counts, Examine, Verdicts, take
from specl.sampling.setting import AXES, COUNTS, Setting, fault
from specl.wishes import deciders
from specl.wishes.answer import Answer, No, Yes
from specl.wishes.asking import Asking
from specl.wishes.wish import Wish

Number = int | str | Fraction
"""A rational, perhaps as text: ``"9/10"`` or ``"0.9"``."""

SAMPLES = 30
COLUMNS = ("MR", "MR:free", "RRL", "LAR", "ONMR")


@dataclass(frozen=True)
class Census:
    """What was counted; a notebook shows it as a picture.

    Attributes:
        interrupted: whether Ctrl-C ended it early.
        errors: why it ended early otherwise; None where it did not.
    """

    counts: Counts
    interrupted: bool = False
    errors: SpecErrors | None = None

    def json(self) -> dict[str, Any]:
        """See `specl.sampling.census.Counts.json`."""
        return self.counts.json()

    def svg(self) -> str:
        """The fractions with their confidence bands as a picture.

        Raises:
            SpecErrors: matplotlib is not installed.
        """
        try:
            from specl.sampling.figure import draw  # matplotlib is an extra

            return draw(self.counts)
        except ImportError:
            hint = "install it, for example by `pip install 'specl-rl[plots]'`"
            raise refuse("E090", "figures are drawn by matplotlib, which is not installed", hint) from None

    def _repr_svg_(self) -> str:
        return self.svg()


def census(
    vary: str = "actions",
    notion: str = "equal",
    *,
    samples: int = SAMPLES,
    columns: Iterable[str] = COLUMNS,
    seed: int = 1,
    jobs: int | None = None,
    scheduler: str | None = None,
    watch: Callable[[int, int], None] | None = None,
    **quantities: Number | Sequence[Number],
) -> Census:
    """The fraction of random sets of acceptable policies that each formalism can express, as one quantity varies.

    Abel et al., "On the Expressivity of Markov Reward" (NeurIPS 2021), ask this of Markov rewards at a fixed discount.
    The same arguments give the same counts, wherever and by however many processes they are worked out.

    Args:
        vary: the quantity that varies: actions, states, discount, entropy, spread or size.
        notion: "equal": the acceptable policies are to tie, and to be better than every other deterministic policy;
            "range": they are to be better than every other, in whatever order among themselves.
        samples: the number of random environments, each with one random set, at each value.
        columns: codes of formalisms; ``MR:free`` for Markov rewards that choose their discount.
        jobs: the number of processes; by default one for each processor. With 1, everything is done in this process.
        scheduler: the address of a Dask scheduler whose workers do it instead, such as ``tcp://host:8786``.
        watch: told the number of finished samples, and of all.
        quantities: the values of the six quantities, see `specl.sampling.setting`: several for the one that varies,
            one for any other.

    Raises:
        SpecErrors: wrong arguments, or no scheduler at that address. Where a scheduler is lost midway, or at Ctrl-C,
            the answer holds what was counted by then.
    """
    plan = _plan(vary, notion, samples, columns, seed, quantities)
    counts = Counts.none(plan)
    total = plan.samples * len(plan.values)
    try:
        with closing(take(plan, examine, _working(jobs, scheduler))) as progress:
            for counts in progress:
                if watch is not None:
                    watch(counts.finished, total)
    except KeyboardInterrupt:
        return Census(counts, interrupted=True)
    except workers.Lost as error:
        lost = refuse("E090", str(error))
        if counts.finished == 0:
            raise lost from None
        return Census(counts, errors=lost)
    return Census(counts)


def examine(case: Case) -> Verdicts:
    """Every column's answer to one case, once it stands up: an objective is ranked again, a certificate goes to the
    kernel."""
    found: dict[Column, Verdict] = {}
    for free in sorted({column.free for column in case.columns}):
        wish = case.wish(free)
        asking = Asking(wish, deciders.decide)
        for column in case.columns:
            if column.free == free:
                found[column] = _believed(wish, column.code, asking.answer(column.code))
    return found


def _believed(wish: Wish, code: str, answer: Answer) -> Verdict:
    """The answer, or unknown where it does not stand up, which is a fault of the decider."""
    try:
        return verified(wish, code, answer)
    except Unconfirmed:
        return "unknown"


def verified(wish: Wish, code: str, answer: Answer) -> Verdict:
    """The answer, once it stands up.

    Raises:
        Unconfirmed: it does not.
    """
    match answer:
        case Yes(objective):
            if wish.discount is not None and getattr(objective, "discount", wish.discount) != wish.discount:
                raise Unconfirmed(f"{code}: the objective has not the discount {wish.discount}")
            confirm_ranks(wish, code, objective)
            return "yes"
        case No():
            check_refutation(wish, code, answer, _reductions())
            return "no"
    return "unknown"


@cache
def _reductions() -> Preorder:
    """The preorder as far as reductions alone tell it: along them, refutations carry to what can do less."""
    return known()


def _working(jobs: int | None, scheduler: str | None) -> Callable[[Examine, Iterable[Case]], Iterator[Any]]:
    if scheduler is not None:
        if not workers.has_dask():
            hint = "install it, for example by `pip install 'specl-rl[cluster]'`"
            raise refuse("E090", "clusters are reached by dask.distributed, which is not installed", hint)
        return partial(workers.on_cluster, address=scheduler)
    if jobs is not None and jobs < 1:
        raise refuse("E090", f"the number of processes must be at least 1, not {jobs}")
    number = workers.cores() if jobs is None else jobs
    return workers.in_this_process if number == 1 else partial(workers.in_processes, jobs=number)


def _plan(
    vary: str, notion: str, samples: int, columns: Iterable[str], seed: int, quantities: dict[str, Any]
) -> Plan:
    if vary not in AXES:
        raise refuse("E090", f"there is no quantity `{vary}` to vary", nearest_or_all(vary, AXES, ""))
    if notion not in NOTIONS:
        raise refuse("E090", f"there is no notion `{notion}`", nearest_or_all(notion, NOTIONS, ""))
    if samples < 1:
        raise refuse("E090", f"the number of samples must be at least 1, not {samples}")
    values = {name: _numbers(name, given) for name, given in quantities.items() if given is not None}
    varied = values.pop(vary, AXES[vary])
    setting = Setting()
    for name, numbers in values.items():
        if len(numbers) != 1:
            raise refuse("E090", f"{name} has {len(numbers)} values, but it is {vary} that varies")
        setting = setting.at(name, numbers[0])
    if quantities.get(vary) is None:  # of the usual values, those that go with what is fixed
        varied = tuple(value for value in varied if fault(setting.at(vary, value)) is None) or varied[:1]
    for value in varied:
        if (why := fault(setting.at(vary, value))) is not None:
            raise refuse("E090", why)
    asked = tuple(dict.fromkeys(_column(text) for text in columns))
    if not asked:
        raise refuse("E090", "there is no formalism to ask")
    notion_named: Notion = "equal" if notion == "equal" else "range"
    return Plan(vary, varied, setting, notion_named, asked, samples, seed)


def _numbers(name: str, given: Any) -> tuple[Fraction, ...]:
    if name not in AXES:
        raise refuse("E090", f"there is no quantity `{name}`", nearest_or_all(name, AXES, ""))
    several = given if isinstance(given, Sequence) and not isinstance(given, str) else (given,)
    found = []
    for each in several:
        try:
            number = Fraction(each)
        except (ValueError, ZeroDivisionError, TypeError):
            raise refuse("E090", f"{name} takes a number such as {AXES[name][1]}, not `{each}`") from None
        if name in COUNTS and number.denominator != 1:
            raise refuse("E090", f"{name} takes a whole number, not {each}")
        found.append(number)
    if not found:
        raise refuse("E090", f"{name} is given without a value")
    return tuple(dict.fromkeys(found))


def _column(text: str) -> Column:
    """``CODE`` or ``CODE:free``."""
    code, colon, how = text.partition(":")
    column = Column(formalism_code(code), bool(colon))
    if colon and how != "free":
        raise refuse("E090", f"`{text}` is not the name of a column", f"{code}, or {code}:free to leave γ free")
    if colon and "discount" not in formalisms.formalism(column.code).fields:
        raise refuse("E090", f"{column.code} has no discount that could be left free")
    return column
