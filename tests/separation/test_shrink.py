"""Making witnesses smaller: never larger, always accepted, and nothing left that one change would take away."""

from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest

from specl.api.separate import accepted
from specl.separation.checking import checked
from specl.separation.driver import Size
from specl.separation.proposal import Kind, Proposal, Shape
from specl.separation.restricted import Entangled, without_action, without_state
from specl.separation.routes import kind
from specl.separation.shrink import measure, shrink, smaller

SEARCHES = [
    ("linear_dependence", "RRL", "RM", Shape(3, 3, 6)),
    ("linear_dependence", "RRL", "ONMR", Shape(3, 2, 6)),
    ("linear_dependence", "FTR", "RRL", Shape(3, 2, 6)),
    ("linear_dependence", "MR", "TLO", Shape(2, 3, 6)),
    ("two_values", "LTL", "RM", Shape(3, 3, 4)),
    ("indistinguishable", "TLO", "FPR", Shape(4, 3, 3)),
    ("limit", "RM", "LTL", Shape(3, 3, 0)),
]


def first_accepted(name: str, refuted: str, expressing: str, shape: Shape, seed: int) -> Proposal:
    """The first proposal of a search that the kernel accepts."""
    search: Kind = kind(name)
    proposals: Iterator[Proposal | None] = search.propose(refuted, expressing, shape, Random(seed))
    for proposal, _ in zip(proposals, range(400), strict=False):
        if proposal is not None and checked(proposal, accepted) is not None:
            return proposal
    raise AssertionError("the search has found nothing")


@pytest.mark.parametrize(("name", "refuted", "expressing", "shape"), SEARCHES)
def test_shrinking_keeps_acceptance(name: str, refuted: str, expressing: str, shape: Shape) -> None:
    proposal = first_accepted(name, refuted, expressing, shape, 5)
    proof = checked(proposal, accepted)
    assert proof is not None
    found = shrink(proposal, proof, accepted, Size())
    assert found.finished
    assert measure(found.proposal) <= measure(proposal)
    assert checked(found.proposal, accepted) == found.proof
    for candidate in smaller(found.proposal, Size()):
        if measure(candidate)[:3] < measure(found.proposal)[:3]:  # fewer states, policies or actions
            assert checked(candidate, accepted) is None


def test_no_time_leaves_the_witness_as_it_is() -> None:
    proposal = first_accepted(*SEARCHES[0], 5)
    proof = checked(proposal, accepted)
    assert proof is not None
    found = shrink(proposal, proof, accepted, Size(), deadline=0.0)
    assert (found.proposal, found.finished) == (proposal, False)


def test_control_c_leaves_what_there_is() -> None:
    proposal = first_accepted(*SEARCHES[0], 5)
    proof = checked(proposal, accepted)
    assert proof is not None

    def impatient(_: str) -> None:
        raise KeyboardInterrupt

    found = shrink(proposal, proof, accepted, Size(), watch=impatient)
    assert found.interrupted
    assert measure(found.proposal) < measure(proposal)
    assert checked(found.proposal, accepted) is not None


def test_numbers_that_were_asked_for_stay() -> None:
    proposal = first_accepted(*SEARCHES[0], 5)
    proof = checked(proposal, accepted)
    assert proof is not None
    shape = shrink(proposal, proof, accepted, Size(states=3, actions=3)).proposal.shape
    assert (shape.states, shape.actions) == (3, 3)


def test_a_state_goes_with_what_is_said_of_it() -> None:
    proposal = first_accepted("linear_dependence", "RRL", "RM", Shape(3, 2, 6), 7)
    fewer = without_state(proposal, 2, 0)
    assert fewer.environment.states == proposal.environment.states[:2]
    assert all(len(policy.rows) == 2 for policy in fewer.policies.values())
    for row in fewer.environment.transitions:
        for targets in row:
            assert sum(weight for _, weight in targets) == 1
            assert {s for s, _ in targets} <= {0, 1}
    possible = set(fewer.environment.steps)
    assert all(set(edge.reward) <= possible for edge in fewer.objective.machine.edges)


def test_an_action_that_is_taken_stays() -> None:
    proposal = first_accepted("linear_dependence", "RRL", "RM", Shape(2, 2, 6), 7)
    with pytest.raises(Entangled):
        without_action(proposal, 0)
    only = next(iter(proposal.policies.values()))
    taken = {a for row in only.rows for a, weight in enumerate(row) if weight}
    if len(taken) == 1:
        [kept] = taken
        assert without_action(replace(proposal, policies={"p": only}), 1 - kept).shape.actions == 1
