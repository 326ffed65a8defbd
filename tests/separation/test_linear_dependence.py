"""Witnesses by linear dependence, from fixed seeds: accepted, different, small, and bounded in time and size."""

from fractions import Fraction
from random import Random

import pytest

from specl.api.separate import accepted
from specl.expressivity.preorder import known
from specl.model.environment import Environment
from specl.model.policy import deterministic_policies
from specl.obstructions.linear_dependence import REFUTES
from specl.separation import linear_dependence, solved
from specl.separation.checking import checked
from specl.separation.features import features_at, independent
from specl.separation.linear_dependence import EXPRESSING, numbered, pool
from specl.separation.skeletons import draw
from tests.separation.holding import assert_witness, separated

BASE = [("FTR", "ONMR"), ("FTR", "RRL"), ("RRL", "LAR"), ("RRL", "LTL"), ("RRL", "ONMR"), ("RRL", "RM")]
PAIRS = [(refuted, code) for refuted, codes in EXPRESSING.items() for code in codes]


@pytest.mark.parametrize(("refuted", "expressing"), BASE)
@pytest.mark.parametrize("seed", [0, 1])
def test_the_base_refutations(refuted: str, expressing: str, seed: int) -> None:
    witness = assert_witness(separated(refuted, expressing, seed, kind="linear_dependence"))
    assert witness.shrunk.finished
    assert witness.shrunk.proposal.shape.states <= 2


@pytest.mark.slow
@pytest.mark.parametrize(("refuted", "expressing"), [pair for pair in PAIRS if pair not in BASE])
def test_every_pair_that_is_promised(refuted: str, expressing: str) -> None:
    assert_witness(separated(refuted, expressing, 2, kind="linear_dependence"))


def test_what_is_promised_can_be_refuted_and_is_not_expressed() -> None:
    order = known()
    assert set(EXPRESSING) == set(REFUTES)
    assert not any(order.evidence(*pair).verdict == "holds" for pair in PAIRS)


def test_other_seeds_give_other_witnesses_and_the_same_seed_the_same() -> None:
    files = [separated("RRL", "LAR", seed).spec for seed in (0, 1, 2, 0)]
    assert files[0] == files[3]
    bodies = {file.partition("environment")[2] for file in files if file}
    assert len(bodies) == 3


def test_numbers_that_are_asked_for() -> None:
    witness = assert_witness(separated("RRL", "RM", states=3, actions=3, policies=5))
    shape = witness.shrunk.proposal.shape
    assert (shape.states, shape.actions) == (3, 3)
    assert shape.policies <= 5


def test_independent_features_leave_nothing_to_find() -> None:
    random = Random(1)
    for _ in range(20):
        environment = draw(1, 3, random)
        policies = {str(i): policy for i, policy in enumerate(pool(environment, random))}
        features = features_at("RRL", environment, policies, linear_dependence.DISCOUNTS[0])
        assert independent(features)  # with one state, F alone can order distributions in any way


@pytest.mark.parametrize(("refuted", "expressing"), [("LAR", "MR"), ("MR", "LAR")])
def test_starts_and_rewards_that_are_solved_for(refuted: str, expressing: str) -> None:
    """Some of what is proposed is accepted by the kernel; that need not be all, as two discounts are not every one."""
    random = Random(2)
    found = 0
    for _ in range(12):
        environment = draw(2, 2, random)
        proposal = solved.propose(refuted, expressing, environment, numbered(pool(environment, random)), 5, random)
        found += proposal is not None and checked(proposal, accepted) is not None
    assert found > 0


def test_the_payments_of_a_machine_are_solved_for() -> None:
    """Stay or switch in two states: four deterministic policies, which RRL never tells apart in every way."""
    one = Fraction(1)
    moves = ((((0, one),), ((1, one),)), (((1, one),), ((0, one),)))
    environment = Environment("found", ("x", "y"), ("stay", "switch"), ((0, one),), moves, {})
    policies = numbered(deterministic_policies(environment))
    found = [solved.propose("RRL", "RM", environment, policies, 4, Random(seed)) for seed in range(4)]
    proposals = [proposal for proposal in found if proposal is not None]
    assert proposals
    assert all(proposal.shape.policies == 4 for proposal in proposals)
    assert any(checked(proposal, accepted) is not None for proposal in proposals)
