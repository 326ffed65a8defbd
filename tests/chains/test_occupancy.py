"""Occupancy measures against Storm, brute force, simulation, and their defining equations."""

from collections.abc import Hashable
from fractions import Fraction
from functools import partial

from hypothesis import given, settings
from hypothesis import strategies as st

from specl.chains.chain import induced, product
from specl.chains.occupancy import step_occupancy, visits
from specl.model.environment import Environment, Step
from specl.model.policy import Policy
from specl.model.rational_function import symbolic_policy
from tests.oracles import simulate, storm
from tests.oracles.enumerate import Path, discounted, expectation
from tests.strategies import NUMBERS, discounts, environments, policies, worlds


@settings(max_examples=40, deadline=None)
@given(worlds(), discounts(), st.data())
def test_expected_returns_agree_with_storm(
    world: tuple[Environment, Policy], discount: Fraction, data: st.DataObject
) -> None:
    environment, policy = world
    reward = data.draw(st.dictionaries(st.sampled_from(environment.steps), NUMBERS))
    occupancy = step_occupancy(induced(environment, policy), discount)
    mine = sum(value * reward.get(step, Fraction(0)) for step, value in occupancy.items())
    assert mine == storm.discounted(environment, policy, reward, discount)


def count(step: Step, discount: Fraction, path: Path) -> Fraction:
    return discounted(path, lambda made: Fraction(int(made == step)), discount)


@settings(max_examples=60, deadline=None)
@given(worlds(), discounts())
def test_brute_force_bounds_the_occupancy(world: tuple[Environment, Policy], discount: Fraction) -> None:
    environment, policy = world
    occupancy = step_occupancy(induced(environment, policy), discount)
    horizon = 3
    for step in environment.steps:
        counted = expectation(environment, policy, horizon, partial(count, step, discount))
        rest = discount**horizon / (1 - discount)
        assert counted <= occupancy.get(step, 0) <= counted + rest


@settings(max_examples=60, deadline=None)
@given(worlds(), discounts())
def test_flow_is_conserved(world: tuple[Environment, Policy], discount: Fraction) -> None:
    chain = induced(*world)
    occupancy = step_occupancy(chain, discount)
    visited = dict(zip(chain.states, visits(chain, discount), strict=True))
    start: dict[Hashable, Fraction] = dict(world[0].start)
    assert sum(occupancy.values()) * (1 - discount) == 1
    for s, value in visited.items():
        assert value == sum(m for step, m in occupancy.items() if step[0] == s)
        assert value == start.get(s, 0) + discount * sum(m for step, m in occupancy.items() if step[2] == s)


@settings(max_examples=40, deadline=None)
@given(worlds(), discounts())
def test_a_memory_that_watches_changes_nothing(world: tuple[Environment, Policy], discount: Fraction) -> None:
    chain = induced(*world)
    watched = product(chain, 0, lambda time, step: (time + step[1]) % 3)
    assert step_occupancy(watched, discount) == step_occupancy(chain, discount)


@settings(max_examples=30, deadline=None)
@given(environments(max_states=3), discounts(), st.data())
def test_a_symbolic_policy_covers_the_policies_of_its_support(
    environment: Environment, discount: Fraction, data: st.DataObject
) -> None:
    policy = data.draw(policies(environment))
    support = [[a for a, weight in enumerate(row) if weight > 0] for row in policy.rows]
    symbolic = step_occupancy(induced(environment, symbolic_policy(environment, support)), discount)
    numeric = step_occupancy(induced(environment, policy), discount)
    assert {step: at(value, policy) for step, value in symbolic.items()} == numeric


def at(value: object, policy: Policy) -> Fraction | None:
    return value if isinstance(value, Fraction) else value.at(policy).rational  # type: ignore[attr-defined]


def test_simulation_agrees() -> None:
    half, third = Fraction(1, 2), Fraction(1, 3)
    environment = Environment(
        "walk",
        ("a", "b", "c"),
        ("d", "e"),
        ((0, half), (1, half)),
        (
            (((1, third), (2, 1 - third)), ((0, Fraction(1)),)),
            (((0, Fraction(1)),), ((1, half), (2, half))),
            (((2, Fraction(1)),), ((2, Fraction(1)),)),
        ),
        {},
    )
    policy = Policy(((half, half), (third, 1 - third), (Fraction(1), Fraction(0))))
    occupancy = step_occupancy(induced(environment, policy), Fraction(3, 4))
    paths = simulate.trajectories(environment, policy, runs=20_000, horizon=60, seed=1)
    for step in environment.steps:
        indicator: dict[Step, float] = {step: 1.0}
        returns = simulate.discounted(simulate.paid(environment, indicator, paths), 0.75)
        low, high = simulate.hoeffding(returns, 0, 4, bias=4 * 0.75**60)
        assert low <= occupancy.get(step, 0) <= high
        assert high - low < 0.2


def test_discount_zero_sees_the_first_step_only() -> None:
    ring = Environment(
        "ring", ("a", "b"), ("c",), ((0, Fraction(1)),), ((((1, Fraction(1)),),), (((0, Fraction(1)),),)), {}
    )
    chain = induced(ring, Policy(((Fraction(1),), (Fraction(1),))))
    assert {step: m for step, m in step_occupancy(chain, Fraction(0)).items() if m} == {(0, 0, 1): 1}
    assert step_occupancy(chain, Fraction(1, 2)) == {(0, 0, 1): Fraction(4, 3), (1, 0, 0): Fraction(2, 3)}
