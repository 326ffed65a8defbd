"""Potential shaping on products of machines: what is claimed holds at every policy, and what was built in is found."""

from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from specl.expressivity.linear import Proportion
from specl.expressivity.shaping import Paid, paid, shaped, shaping
from specl.formalisms import rank
from specl.formalisms.lar import LAR
from specl.formalisms.ltl import LTL
from specl.formalisms.mr import MR
from specl.formalisms.rm import RM
from specl.formalisms.rrl import RRL
from specl.model.environment import Environment
from specl.model.expression import constant, multiply, variable
from specl.model.formula import TRUE, Formula, atom
from specl.model.machine import Edge, Machine, Reward, run
from specl.model.quantities import Weight
from specl.model.real import Real
from tests.expressivity.small import HALF, escape, rooms
from tests.strategies import environments, machines, policies, rewards


def shaped_machine(
    environment: Environment, machine: Machine, potential: list[list[int]], factor: Fraction, discount: Fraction
) -> Machine:
    """The machine that pays factor · r + γΦ(s', u') − Φ(s, u) + 1: an edge for each of its moves, its guard the
    state and the action of the step, its reward that of the steps on which the machine makes this move."""
    moves: dict[tuple[int, int, int, int], dict[tuple[int, int, int], Real]] = {}
    for (u, (s, a, t)), (v, reward) in run(machine, environment).items():
        value = reward * factor + discount * potential[t][v] - potential[s][u] + 1
        moves.setdefault((u, s, a, v), {})[s, a, t] = value
    edges = [
        Edge(u, Formula("&", (atom(environment.states[s]), atom(environment.actions[a]))), v, reward)
        for (u, s, a, v), reward in moves.items()
    ]
    return Machine(machine.states, machine.start, tuple(edges))


@st.composite
def watchers(draw: st.DrawFn, environment: Environment) -> Machine:
    """Machines that watch state and action alone, so that a move is known before the step is made."""
    size = draw(st.integers(1, 2))
    edges = []
    for u in range(size):
        for s, state in enumerate(environment.states):
            for a, action in enumerate(environment.actions):
                reward = {step: Real.of(draw(st.integers(-2, 2))) for step in environment.steps if step[:2] == (s, a)}
                guard = Formula("&", (atom(state), atom(action)))
                edges.append(Edge(u, guard, draw(st.integers(0, size - 1)), reward))
    return Machine(tuple(f"u{i}" for i in range(size)), 0, tuple(edges))


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_built_in_shaping_of_machines_is_found(data: st.DataObject) -> None:
    environment = data.draw(environments())
    machine = data.draw(watchers(environment))
    discount = data.draw(st.sampled_from([Fraction(0), HALF]))
    factor = data.draw(st.sampled_from([Fraction(1, 3), Fraction(2), Fraction(-1)]))
    potential = [[data.draw(st.integers(-2, 2)) for _ in machine.states] for _ in environment.states]
    other = RM(shaped_machine(environment, machine, potential, factor, discount), discount)
    left, right = paid("RM", other), paid("RM", RM(machine, discount))
    assert left is not None
    assert right is not None
    claim = shaped(environment, left, right)
    if factor > 0:
        assert claim in (Proportion(Real.of(factor)), Proportion(None))
    else:
        assert claim in (None, Proportion(None))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_what_is_claimed_holds_at_every_policy(data: st.DataObject) -> None:
    environment = data.draw(environments())
    reward, other = data.draw(rewards(environment)), data.draw(rewards(environment))
    both: list[Reward] = [reward, {step: value * 3 for step, value in reward.items()}, other]
    families: list[tuple[str, list[Any]]] = [
        ("MR", [MR(each, HALF) for each in both]),
        ("LAR", [LAR(each) for each in both]),
        ("RM", [RM(data.draw(machines(environment)), HALF) for _ in range(3)]),
    ]
    code, objectives = data.draw(st.sampled_from(families))
    tried = [data.draw(policies(environment)) for _ in range(3)]
    for first in objectives:
        for second in objectives:
            left, right = paid(code, first), paid(code, second)
            assert left is not None
            assert right is not None
            claim = shaped(environment, left, right)
            if claim is None:
                continue
            values = [[rank(code, each, environment, policy) for each in (first, second)] for policy in tried]
            factor = claim.factor if claim.factor is not None else Real.of(0)
            assert all((x - y - factor * (x2 - y2)).is_zero() for (x, x2), (y, y2) in pairwise(values))
            assert claim.factor is not None or all(x2 == values[0][1] for _, x2 in values)


def test_one_reward_as_machines_with_different_memories() -> None:
    environment = rooms()
    reward = {(0, 0, 1): Real.of(1), (1, 0, 0): Real.of(2)}
    single = paid("MR", MR(reward, HALF))
    toggling = Machine(("u", "v"), 0, (Edge(0, TRUE, 1, reward), Edge(1, TRUE, 0, reward)))
    double = paid("RM", RM(toggling, HALF))
    assert single is not None
    assert double is not None
    assert shaped(environment, double, single) == Proportion(Real.of(1))
    third = paid("RM", RM(toggling, Fraction(1, 3)))
    assert third is not None
    assert shaped(environment, third, single) is None


def test_limit_averages_up_to_a_constant() -> None:
    environment = escape()
    one = paid("LAR", LAR({(1, a, 1): Real.of(1) for a in range(2)}))
    other = paid("LAR", LAR({(0, 0, 0): Real.of(-2), (0, 1, 1): Real.of(7)}))
    assert one is not None
    assert other is not None
    assert shaped(environment, other, one) == Proportion(Real.of(2))


def test_regularisers_scale_with_the_rewards() -> None:
    environment = rooms()
    reward = {(0, 0, 1): Real.of(1)}
    weight = variable(Weight(0))
    square = multiply((weight, weight))

    def tuned(times: int, strength: int, regulariser: object = square) -> RRL:
        scaled = {step: value * times for step, value in reward.items()}
        return RRL(scaled, Real.of(strength), regulariser, HALF)  # type: ignore[arg-type]

    one = paid("RRL", tuned(1, 1))
    assert one is not None
    for other, expected in (
        (tuned(2, 2), Proportion(Real.of(2))),
        (tuned(2, 1), None),
        (tuned(1, 1, multiply((constant(Fraction(2)), square))), None),
        (tuned(1, 0), None),
    ):
        second = paid("RRL", other)
        assert second is not None
        assert shaped(environment, second, one) == expected
    plain, unregularised = paid("MR", MR(reward, HALF)), paid("RRL", tuned(3, 0))
    assert plain is not None
    assert unregularised is not None
    assert shaped(environment, unregularised, plain) == Proportion(Real.of(3))
    assert paid("LTL", LTL(TRUE)) is None


def in_the_hall() -> Environment:
    """From x one gets to y with probability 3/4, or waits."""
    moving = ((0, Fraction(1, 4)), (1, Fraction(3, 4)))
    transitions = ((moving, ((0, Fraction(1)),)), (((0, Fraction(1)),), ((0, Fraction(1)),)))
    return Environment("hall", ("x", "y"), ("go", "stay"), ((0, Fraction(1)),), transitions, {})


def of_reward(reward: Mapping[tuple[int, int, int], int | Fraction | Real]) -> Paid:
    found = paid("MR", MR({step: Real.of(value) for step, value in reward.items()}, HALF))
    assert found is not None
    return found


def test_potentials_are_unique_and_tell_redistribution() -> None:
    environment = in_the_hall()
    plain = {(0, 0, 1): 1, (1, 0, 0): 2, (1, 1, 0): 2}
    potential = [Fraction(3), Fraction(-1, 2)]
    twice = {
        (s, a, t): 2 * plain.get((s, a, t), 0) + HALF * potential[t] - potential[s] for s, a, t in environment.steps
    }
    found = shaping(environment, of_reward(twice), of_reward(plain), Real.of(2))
    assert found is not None
    assert found.potential == {(0, 0, 0): Real.of(3), (1, 0, 0): Real.of(Fraction(-1, 2))}
    assert found.redistributed == ()
    assert shaping(environment, of_reward(twice), of_reward(plain), Real.of(3)) is None
    moved = {**plain, (0, 0, 1): 0, (0, 0, 0): 3}  # 3/4 · 1 = 1/4 · 3
    assert shaped(environment, of_reward(moved), of_reward(plain)) == Proportion(Real.of(1))
    found = shaping(environment, of_reward(moved), of_reward(plain), Real.of(1))
    assert found is not None
    assert all(value.is_zero() for value in found.potential.values())
    assert found.redistributed == ((0, 0, 0), (0, 0, 1))


def test_irrational_potentials() -> None:
    environment = in_the_hall()
    root = Real.of(2).power(HALF)
    plain = {(0, 0, 1): 1, (1, 0, 0): 2, (1, 1, 0): 2}
    scaled = {
        (s, a, t): root * plain.get((s, a, t), 0) + HALF * root * (1 - t) - root * (1 - s)
        for s, a, t in environment.steps
    }
    found = shaping(environment, of_reward(scaled), of_reward(plain), root)
    assert found is not None
    assert found.potential == {(0, 0, 0): root, (1, 0, 0): Real.of(0)}


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_redistributed_machines_are_found_and_hold(data: st.DataObject) -> None:
    """Rewards that are moved among the states that are entered, with the same mean, change no value."""
    environment = data.draw(environments())
    machine = data.draw(watchers(environment))
    moved = []
    for edge in machine.edges:
        reward = dict(edge.reward)
        for s, a, t in edge.reward:
            targets = dict(environment.transitions[s][a])
            other = data.draw(st.sampled_from(sorted(targets)))
            amount = Real.of(data.draw(st.integers(-2, 2)))
            reward[s, a, t] = reward.get((s, a, t), Real.of(0)) + amount / targets[t]
            reward[s, a, other] = reward.get((s, a, other), Real.of(0)) - amount / targets[other]
        moved.append(Edge(edge.source, edge.guard, edge.target, reward))
    one, other_machine = RM(machine, HALF), RM(Machine(machine.states, 0, tuple(moved)), HALF)
    left, right = paid("RM", other_machine), paid("RM", one)
    assert left is not None
    assert right is not None
    assert shaped(environment, left, right) in (Proportion(Real.of(1)), Proportion(None))
    policy = data.draw(policies(environment))
    assert rank("RM", other_machine, environment, policy) == rank("RM", one, environment, policy)
    found = shaping(environment, left, right, Real.of(1))
    assert found is not None
    assert all(value.is_zero() for value in found.potential.values())
