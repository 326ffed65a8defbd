"""Dependent features of policies in all environments of a size: against known examples, and exact ranks at random."""

from itertools import combinations
from random import Random

import pytest

from specl.model.environment import Environment
from specl.model.policy import Policy, reachable_states
from specl.separation.draws import policy
from specl.separation.linear_dependence import features_at, independent
from specl.separation.skeletons import draw
from specl.synthesis.dependence import DISCOUNT, dependence, in_reach


@pytest.mark.parametrize(
    ("code", "states", "actions", "policies"),
    [
        ("RRL", 1, 2, 4), ("RRL", 2, 2, 2), ("MR", 1, 2, 2), ("FTR", 1, 2, 2), ("FTR", 1, 2, 3), ("FTR", 1, 3, 3),
        ("LAR", 1, 2, 2), ("LAR", 1, 3, 2),
    ],
)  # fmt: skip
def test_sizes_without(code: str, states: int, actions: int, policies: int) -> None:
    assert dependence(code, states, actions, policies).verdict == "none"


@pytest.mark.parametrize(("code", "states", "policies"), [("MR", 1, 3), ("LAR", 1, 3)])
def test_sizes_with(code: str, states: int, policies: int) -> None:
    """Three policies on a line."""
    assert dependence(code, states, 2, policies).verdict == "some"


def test_no_time() -> None:
    assert dependence("RRL", 2, 2, 3, seconds=0).verdict == "unknown"


def test_what_is_out_of_reach() -> None:
    assert not in_reach("FTR", 2)
    with pytest.raises(ValueError, match="FTR"):
        dependence("FTR", 2, 2, 3)


def test_three_policies_are_independent_for_rrl_and_two_for_mr_at_random() -> None:
    """Where Z3 says none, and beyond, exact ranks of random examples agree, whatever the number of states."""
    random = Random(3)
    seen = 0
    while seen < 60:
        environment = draw(random.randint(1, 4), random.randint(2, 3), random)
        policies = {str(i): policy(environment, random) for i in range(3)}
        if any(_alike(environment, *pair) for pair in combinations(policies.values(), 2)):
            continue
        seen += 1
        assert independent(features_at("RRL", environment, policies, DISCOUNT))
        two = {name: policies[name] for name in ("0", "1")}
        assert independent(features_at("MR", environment, two, DISCOUNT))
        assert independent(features_at("FTR", environment, two, DISCOUNT))


def test_four_deterministic_policies_in_two_states_are_always_dependent_for_rrl() -> None:
    random = Random(4)
    for _ in range(40):
        environment = draw(2, 2, random)
        pure = ((1, 0), (0, 1))
        policies = {f"{i}{j}": Policy((pure[i], pure[j])) for i in (0, 1) for j in (0, 1)}
        assert not independent(features_at("RRL", environment, policies, DISCOUNT))


def _alike(environment: Environment, first: Policy, second: Policy) -> bool:
    reached = reachable_states(environment, first)
    return reached == reachable_states(environment, second) and all(first.rows[s] == second.rows[s] for s in reached)
