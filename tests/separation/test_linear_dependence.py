"""Witnesses by linear dependence, from fixed seeds: accepted, different, small, and bounded in time and size."""

from random import Random

import pytest

from specl.expressivity.preorder import known
from specl.obstructions.linear_dependence import REFUTES
from specl.separation import linear_dependence
from specl.separation.linear_dependence import EXPRESSING, features_at, independent, pool
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
