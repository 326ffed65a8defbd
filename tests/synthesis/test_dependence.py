"""Dependent features of policies in all environments of a size: against known examples, and exact ranks at random."""

from fractions import Fraction
from itertools import combinations, product
from random import Random

import pytest

from specl.model.environment import Environment
from specl.model.policy import Policy, reachable_states
from specl.separation.draws import policy
from specl.separation.features import features_at, independent
from specl.separation.skeletons import draw
from specl.synthesis.dependence import DISCOUNT, dependence, in_reach

CORNERS = tuple(product((0, 1), repeat=2))


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


def test_four_deterministic_policies_in_two_states_are_dependent_for_rrl_as_the_page_says() -> None:
    """a_r b_r (a_l + b_l) φ(ll) + a_l b_l (a_r + b_r) φ(rr) = a_r b_l (a_l + b_r) φ(lr) + a_l b_r (a_r + b_l) φ(rl)."""
    random = Random(4)
    pure = ((Fraction(1), Fraction(0)), (Fraction(0), Fraction(1)))
    for _ in range(40):
        environment = draw(2, 2, random)
        policies = {f"{i}{j}": Policy((pure[i], pure[j])) for i in (0, 1) for j in (0, 1)}
        features = features_at("RRL", environment, policies, DISCOUNT)
        begin = dict(environment.start).get(0, Fraction(0))
        leaving = [[dict(environment.transitions[s][a]).get(1 - s, Fraction(0)) for a in (0, 1)] for s in (0, 1)]
        a = [(1 - DISCOUNT) * (1 - begin) + DISCOUNT * out for out in leaving[0]]
        b = [(1 - DISCOUNT) * begin + DISCOUNT * out for out in leaving[1]]
        weights = {f"{i}{j}": a[1 - i] * b[1 - j] * (a[i] + b[j]) * (1 if i == j else -1) for i, j in CORNERS}
        for column in zip(*(features[name] for name in weights), strict=True):
            assert sum(weight * x for weight, x in zip(weights.values(), column, strict=True)) == 0


def _alike(environment: Environment, first: Policy, second: Policy) -> bool:
    reached = reachable_states(environment, first)
    return reached == reachable_states(environment, second) and all(first.rows[s] == second.rows[s] for s in reached)
