"""Asking the searches for proposals, and the kernel about them, from the text that they are written as."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import islice
from random import Random
from typing import Any

import specl
from specl import formalisms
from specl.api.prove import Decided, decide
from specl.model.policy import Family, Policy
from specl.separation.proposal import Proposal, Shape
from specl.separation.routes import kind
from specl.separation.written import witness_file

TRIES = 3000


def proposals(name: str, refuted: str, expressing: str, shape: Shape, seed: int) -> Iterator[Proposal]:
    """What a search proposes in its first tries."""
    found = kind(name).propose(refuted, expressing, shape, Random(seed))
    return (proposal for proposal in islice(found, TRIES) if proposal is not None)


def first(name: str, refuted: str, expressing: str, shape: Shape, seed: int) -> Proposal:
    """What it proposes first."""
    found = next(proposals(name, refuted, expressing, shape, seed), None)
    assert found is not None, f"nothing within {TRIES} tries"
    assert (found.kind, found.refuted, found.code) == (name, refuted, expressing)
    assert len(found.environment.states) == shape.states
    assert len(found.environment.actions) == shape.actions
    return found


def decided(proposal: Proposal) -> Decided:
    """What comes of the proposal's file."""
    document = specl.load(witness_file(proposal))
    [only] = decide(document, document.refutations)
    return only


def worth(proposal: Proposal, policy: Policy) -> tuple[Any, ...]:
    """What a policy is worth under the objective, by the formalism's own definition."""
    rank = formalisms.rank(proposal.code, proposal.objective, proposal.environment, policy)
    return rank if isinstance(rank, tuple) else (rank,)


def is_above(left: tuple[Any, ...], right: tuple[Any, ...]) -> bool:
    """Whether one rank is better than another."""
    for a, b in zip(left, right, strict=True):
        if a != b:
            return bool(a.compare(">", b))
    return False


def member(each: Policy | Family, *arguments: Fraction) -> Policy:
    """The family's policy; a policy as it is."""
    return each if isinstance(each, Policy) else each.member(arguments)


def parameters(random: Random, count: int) -> list[Fraction]:
    """Points strictly between 0 and 1."""
    return [Fraction(random.randint(1, 96), 97) for _ in range(count)]
