"""The ordering that an argument names, and the wish that it is."""

import os
from dataclasses import dataclass
from fractions import Fraction

from specl.api.evaluate import PRECISION, rank_all
from specl.api.references import document_of, refuse
from specl.language.diagnostics import Diagnostic, SpecErrors, nearest_or_all, some_of
from specl.language.document import Document, NamedPolicy
from specl.language.source import Source
from specl.model.ordering import Induced, Ordering, TrajectoryOrdering
from specl.wishes.of_ordering import of_ordering, of_ranks, of_trajectories
from specl.wishes.trajectories import TrajectoryWish
from specl.wishes.wish import Pair, Wish

AnyOrdering = Ordering | Induced | TrajectoryOrdering


@dataclass(frozen=True)
class Stated:
    """A wish, and the document that states it.

    Attributes:
        undecided: pairs of policies that the objective behind an induced ordering ranks too closely to tell apart;
            the wish leaves them open.
    """

    document: Document
    wish: Wish | TrajectoryWish
    undecided: tuple[Pair, ...] = ()


def refer_to_ordering(
    text: str, inside: Document | str | os.PathLike[str] | None = None
) -> tuple[Document, AnyOrdering]:
    """What `text` names: ``file.spec:name``, a ``file.spec`` with one ordering, or the name of one `inside` a document.

    Raises:
        SpecErrors: nothing of that name, a file with several, or a file that is not correct.
    """
    if inside is not None:
        document = document_of(inside)
        return document, _named(document, text)
    path, colon, name = text.rpartition(":")
    if colon and (os.path.exists(path) or not os.path.exists(text)):
        document = document_of(path)
        return document, _named(document, name)
    document = document_of(text)
    if len(document.orderings) == 1:
        return document, next(iter(document.orderings.values()))
    if not document.orderings:
        hint = "add one: `ordering NAME { p > q ~ r }`"
        raise refuse("E025", "the file has no ordering", hint, document.file)
    hint = f"say which: {text}:NAME with NAME one of {some_of(document.orderings, 20)}"
    raise refuse("E025", f"the file has {len(document.orderings)} orderings", hint, document.file)


def state(
    document: Document, ordering: AnyOrdering, discount: Fraction | None = None, precision: Fraction = PRECISION
) -> Stated:
    """The ordering as a wish; an induced one is evaluated.

    Raises:
        SpecErrors: a policy that has no value under the objective that is to induce the ordering.
    """
    environment = document.environments[ordering.environment]
    match ordering:
        case Ordering():
            return Stated(document, of_ordering(ordering, environment, discount))
        case TrajectoryOrdering():
            return Stated(document, of_trajectories(ordering, environment, discount))
    problems: list[Diagnostic] = []
    policies = [NamedPolicy(name, environment.name, policy) for name, policy in ordering.policies.items()]
    ranks = rank_all(document, document.objectives[ordering.objective], policies, precision, problems)
    if problems:
        raise SpecErrors(problems, Source(document.text, document.file))
    return Stated(document, *of_ranks(ordering, environment, ranks, discount))


def _named(document: Document, name: str) -> AnyOrdering:
    if name in document.orderings:
        return document.orderings[name]
    if name in document.objectives:
        hint = f"`{name}` is an objective: `ordering NAME = {name} on {{ … }}` makes an ordering of it"
    else:
        hint = nearest_or_all(name, document.orderings, "the file defines none") or ""
    raise refuse("E025", f"there is no ordering `{name}`", hint, document.file)
