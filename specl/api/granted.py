"""Objectives that a search proposes for a wish: written down, read back, and ranked again on everything compared."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from specl import formalisms
from specl.api.orderings import Stated
from specl.evaluation.context import Evaluation, Rank
from specl.evaluation.ranks import compare_ranks
from specl.formalisms.mr import MR
from specl.language.diagnostics import SpecErrors
from specl.language.document import Document
from specl.language.parse import parse
from specl.language.printer import show_field, show_file
from specl.language.resolve import resolve
from specl.language.source import Source
from specl.language.syntax import EnvironmentItem, File, Item, Name, ObjectiveItem, PolicyItem
from specl.model.environment import Environment
from specl.model.errors import Undefined, Unsupported
from specl.model.policy import Policy
from specl.reductions.writing import items_of
from specl.wishes.linear import large
from specl.wishes.trajectories import TrajectoryWish
from specl.wishes.trajectory_values import worth
from specl.wishes.wish import Pair, Wish

PRECISIONS = (Fraction(1, 10**6), Fraction(1, 10**20), Fraction(1, 10**60))
"""Widths of the enclosures that are tried, one after another, where values cannot be computed exactly."""


class Unconfirmed(Exception):
    """What a search says does not stand up; the message says why."""


@dataclass(frozen=True)
class Granted:
    """An objective that grants a wish, as it has been confirmed.

    Attributes:
        name: of the objective in `text`.
        text: the objective as .spec text, with the policies that it names and the document lacks.
        record: what `text` reads as.
        items: the same as `text`.
    """

    name: str
    text: str
    record: Any
    items: tuple[Item, ...]

    @property
    def fields(self) -> list[str]:
        """The objective's fields, one by one."""
        objective = next(item for item in self.items if isinstance(item, ObjectiveItem) and item.name.text == self.name)
        return [show_field(field) for field in objective.fields]


def written_down(stated: Stated, code: str, objective: Any) -> Granted:
    """The objective as text that can be added to the document, and what it says there.

    Args:
        objective: a record of the formalism `code`.

    Raises:
        Unconfirmed: it cannot be written, or what is written is not correct.
    """
    document, wish = stated.document, stated.wish
    environment = wish.environment
    known = {each.name: each.objective for each in document.objectives.values()}
    taken = taken_names(document)
    name = f"{wish.name}_{code.lower()}"
    while name in taken:
        name += "'"
    try:
        items = items_of(environment, {}, {name: (code, objective)}, known, _called(stated), taken)
        text = show_file(File(_new(items, document, environment)))
        new = parse(text, document.file).items
        read = resolve(File((*_ground(document, environment), *new)), Source(text, document.file), formalisms)
    except (ValueError, SpecErrors) as error:
        raise Unconfirmed(f"the objective cannot be written down: {' '.join(str(error).split())}") from None
    record = read.objectives[name].objective
    if wish.discount is not None and getattr(record, "discount", wish.discount) != wish.discount:
        raise Unconfirmed(f"the objective has the discount {record.discount}, not {wish.discount}")
    return Granted(name, text, record, new)


def confirm_ranks(wish: Wish | TrajectoryWish, code: str, record: Any) -> None:
    """See that an objective grants the wish, by what everything that is compared is worth under it: exact, or enclosed.

    Raises:
        Unconfirmed: it does not, or no enclosure tells.
    """
    if isinstance(wish, Wish) and code == "MR" and _enclosed(wish, record):
        return
    missed: Pair | None = None
    for precision in PRECISIONS:
        try:
            ranks = _ranks(wish, code, record, precision)
        except (Undefined, Unsupported) as error:
            raise Unconfirmed(f"the objective has no value: {error}") from None
        missed = _first_undecided(wish, ranks)
        if missed is None:
            return
    raise Unconfirmed(f"no enclosure tells how the objective orders {' and '.join(missed or ())}")


def _enclosed(wish: Wish, objective: MR) -> bool:
    """Whether enclosures of the values, which large wishes are given, show that the objective grants the wish."""
    return large.is_large(wish, objective.discount) and bool(large.confirm(wish, objective))


def _ranks(wish: Wish | TrajectoryWish, code: str, record: Any, precision: Fraction) -> dict[str, Rank]:
    environment = wish.environment
    if isinstance(wish, TrajectoryWish):
        return {name: worth(code, record, environment, each) for name, each in wish.trajectories.items()}
    evaluation = Evaluation(rank=formalisms.rank, precision=precision)
    known = {
        policy: formalisms.rank(code, record, environment, policy, evaluation)
        for policy in dict.fromkeys(wish.policies.values())
    }
    return {name: known[policy] for name, policy in wish.policies.items()}


def _first_undecided(wish: Wish | TrajectoryWish, ranks: Mapping[str, Rank]) -> Pair | None:
    """A comparison of the wish that the ranks leave undecided; None where they agree with all of it.

    Raises:
        Unconfirmed: they contradict it.
    """
    undecided = None
    for pairs, wanted in ((wish.strict, 1), (wish.ties, 0)):
        for left, right in pairs:
            # names of one policy have one rank, which is equal to itself also where it is only enclosed
            sign = 0 if ranks[left] is ranks[right] else compare_ranks(ranks[left], ranks[right])
            if sign is None:
                undecided = (left, right)
            elif sign != wanted:
                raise Unconfirmed(f"the objective does not order {left} and {right} as it should")
    return undecided


def taken_names(document: Document) -> set[str]:
    """Every name that an item of the document has."""
    return {
        *document.environments, *document.policies, *document.families, *document.objectives, *document.orderings
    }  # fmt: skip


def _called(stated: Stated) -> dict[str, Policy]:
    """The policies that the document has names for: its own, and members of its families."""
    wish, document = stated.wish, stated.document
    if not isinstance(wish, Wish):
        return {}
    names = {*document.policies, *document.families}
    return {name: policy for name, policy in wish.policies.items() if name.partition("(")[0] in names}


def _ground(document: Document, environment: Environment) -> tuple[Item, ...]:
    """The document's environment of this name and its policies, as they are written there."""
    alone = len(document.environments) == 1
    return tuple(
        item
        for item in document.syntax.items
        if (isinstance(item, EnvironmentItem) and item.name.text == environment.name)
        or (isinstance(item, PolicyItem) and (alone or _in(item, environment)))
    )


def _in(item: PolicyItem, environment: Environment) -> bool:
    return item.environment is not None and item.environment.text == environment.name


def _new(items: tuple[Item, ...], document: Document, environment: Environment) -> tuple[Item, ...]:
    """The items that the document lacks, as they stand where there may be more than one environment."""
    found: list[Item] = []
    for item in items:
        if isinstance(item, PolicyItem | ObjectiveItem):
            if item.name.text in document.objectives:
                continue
            found.append(item if len(document.environments) == 1 else replace(item, environment=Name(environment.name)))
    return tuple(found)
