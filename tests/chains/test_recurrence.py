"""The long run against Storm, simulation, and by hand on transient, periodic and disconnected chains."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specl.chains.chain import Chain, induced, product
from specl.chains.occupancy import step_occupancy
from specl.chains.recurrence import absorption, class_frequencies, frequencies, recurrent_classes
from specl.model.environment import Environment
from specl.model.policy import Policy
from specl.model.rational_function import symbolic_policy
from tests.oracles import simulate, storm
from tests.strategies import NUMBERS, environments, policies, worlds

ONE, HALF, THIRD = Fraction(1), Fraction(1, 2), Fraction(1, 3)


@settings(max_examples=40, deadline=None)
@given(worlds(max_states=4), st.data())
def test_limit_averages_agree_with_storm(world: tuple[Environment, Policy], data: st.DataObject) -> None:
    environment, policy = world
    reward = data.draw(st.dictionaries(st.sampled_from(environment.steps), NUMBERS))
    found = frequencies(induced(environment, policy))
    mine = sum(value * reward.get(step, Fraction(0)) for step, value in found.items())
    assert mine == storm.limit_average(environment, policy, reward)


@settings(max_examples=40, deadline=None)
@given(worlds(max_states=4))
def test_absorption_agrees_with_storm(world: tuple[Environment, Policy]) -> None:
    environment, policy = world
    chain = induced(environment, policy)
    found = absorption(chain)
    assert found.classes == recurrent_classes(chain)
    assert sum(found.start) == 1
    for probability, members in zip(found.start, found.classes, strict=True):
        states = {chain.states[i] for i in members}
        goal = frozenset(step for step in environment.steps if step[0] in states)
        assert probability == storm.reaches(environment, policy, goal)


@settings(max_examples=60, deadline=None)
@given(worlds(max_states=4))
def test_absorption_is_harmonic_and_classes_are_closed(world: tuple[Environment, Policy]) -> None:
    chain = induced(*world)
    found = absorption(chain)
    for i, moves in enumerate(chain.moves):
        for c, members in enumerate(found.classes):
            ahead = sum(move.probability * found.states[move.target][c] for move in moves)
            assert found.states[i][c] == ahead
            if i in members:
                assert {move.target for move in moves} <= set(members)
                assert found.states[i][c] == 1


@settings(max_examples=60, deadline=None)
@given(worlds(max_states=4))
def test_frequencies_of_a_class_are_stationary(world: tuple[Environment, Policy]) -> None:
    chain = induced(*world)
    for members, moves in zip(recurrent_classes(chain), class_frequencies(chain), strict=True):
        assert sum(moves.values()) == 1
        weight = {i: sum(f for (j, _), f in moves.items() if j == i) for i in members}
        arriving = {i: sum(f for (j, k), f in moves.items() if chain.moves[j][k].target == i) for i in members}
        assert weight == arriving
        assert all(f == weight[i] * chain.moves[i][k].probability > 0 for (i, k), f in moves.items())


@settings(max_examples=30, deadline=None)
@given(worlds(max_states=4))
def test_patient_discounting_approaches_the_limit(world: tuple[Environment, Policy]) -> None:
    """(1−γ) m_γ → the Cesàro limit as γ → 1 (Abel and Tauber), at rate O(1−γ) for a finite chain."""
    chain = induced(*world)
    limit = frequencies(chain)
    impatience = Fraction(1, 10**9)
    for step, occupied in step_occupancy(chain, 1 - impatience).items():
        assert abs(impatience * occupied - limit.get(step, 0)) < Fraction(1, 10**4)


@settings(max_examples=30, deadline=None)
@given(environments(), st.data())
def test_a_symbolic_policy_covers_the_policies_of_its_support(environment: Environment, data: st.DataObject) -> None:
    policy = data.draw(policies(environment))
    support = [[a for a, weight in enumerate(row) if weight > 0] for row in policy.rows]
    symbolic = frequencies(induced(environment, symbolic_policy(environment, support)))
    numeric = frequencies(induced(environment, policy))
    found = {
        step: value if isinstance(value, Fraction) else value.at(policy).rational for step, value in symbolic.items()
    }
    assert found == numeric


@pytest.fixture
def forked() -> Chain:
    """From a: with 1/3 to b ⇄ c (period 2), with 1/6 to d (absorbing), else stay; also start at d."""
    environment = Environment(
        "forked",
        ("a", "b", "c", "d"),
        ("e",),
        ((0, HALF), (3, HALF)),
        (
            (((0, HALF), (1, THIRD), (3, Fraction(1, 6))),),
            (((2, ONE),),),
            (((1, ONE),),),
            (((3, ONE),),),
        ),
        {},
    )
    return induced(environment, Policy(((ONE,),) * 4))


def test_a_forked_chain_by_hand(forked: Chain) -> None:
    found = absorption(forked)
    assert found.classes == ((1, 2), (3,))
    assert found.states == ((Fraction(2, 3), THIRD), (1, 0), (1, 0), (0, 1))
    assert found.start == (THIRD, Fraction(2, 3))
    assert class_frequencies(forked) == ({(1, 0): HALF, (2, 0): HALF}, {(3, 0): ONE})
    assert frequencies(forked) == {(1, 0, 2): Fraction(1, 6), (2, 0, 1): Fraction(1, 6), (3, 0, 3): Fraction(2, 3)}


def test_two_moves_may_lead_to_one_class() -> None:
    """From a: action d goes to b or c, action e to b; both are never left."""
    ends = ((((1, ONE),),) * 2, (((2, ONE),),) * 2)
    environment = Environment(
        "twice", ("a", "b", "c"), ("d", "e"), ((0, ONE),), ((((1, THIRD), (2, 1 - THIRD)), ((1, ONE),)), *ends), {}
    )
    chain = induced(environment, Policy(((HALF, HALF),) * 3))
    assert absorption(chain).start == (Fraction(2, 3), THIRD)


def test_a_memory_can_split_a_class(forked: Chain) -> None:
    """A memory of the first step's source tells the two ways into d apart."""
    remembered = product(forked, -1, lambda first, step: step[0] if first < 0 else first)
    found = absorption(remembered)
    ends = {
        frozenset(remembered.states[i] for i in members): probability
        for members, probability in zip(found.classes, found.start, strict=True)
    }
    assert ends == {
        frozenset({(1, 0), (2, 0)}): THIRD,
        frozenset({(3, 0)}): Fraction(1, 6),
        frozenset({(3, 3)}): HALF,
    }
    assert frequencies(remembered) == frequencies(forked)


def test_simulation_agrees() -> None:
    environment = Environment(
        "trap",
        ("a", "b", "c"),
        ("d", "e"),
        ((0, ONE),),
        (
            (((0, THIRD), (1, 1 - THIRD)), ((2, ONE),)),
            (((0, HALF), (1, HALF)), ((0, ONE),)),
            (((2, ONE),), ((2, ONE),)),
        ),
        {},
    )
    policy = Policy(((ONE, Fraction(0)), (HALF, HALF), (HALF, HALF)))
    found = frequencies(induced(environment, policy))
    paths = simulate.trajectories(environment, policy, runs=4_000, horizon=300, seed=2)
    for step in environment.steps:
        often = simulate.paid(environment, {step: 1.0}, paths).mean(axis=1)
        low, high = simulate.hoeffding(often, 0, 1, bias=0.02)
        assert low <= found.get(step, 0) <= high
