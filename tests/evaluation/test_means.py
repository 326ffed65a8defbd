"""Probabilities, limit averages and returns against a model checker, and against brute force."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specl.chains.chain import induced
from specl.evaluation.means import (
    average_reward,
    machine_return,
    mean_average,
    mean_return,
    probability,
    rewards_of_moves,
)
from specl.model.environment import Environment, Step
from specl.model.formula import Formula, atom
from specl.model.machine import Edge, Machine, run
from specl.model.policy import Policy
from specl.model.real import ONE, Real
from tests.oracles import enumerate, lasso, storm
from tests.strategies import discounts, formulas, machines, rewards, worlds

World = tuple[Environment, Policy]


def rational(value: Real) -> Fraction:
    assert value.rational is not None
    return value.rational


@settings(max_examples=80, deadline=None)
@given(worlds(max_states=4).flatmap(lambda world: st.tuples(st.just(world), formulas(world[0], max_leaves=5))))
def test_probability_agrees_with_storm(drawn: tuple[World, Formula]) -> None:
    (environment, policy), formula = drawn
    found = probability(environment, policy, formula)
    assert rational(found) == storm.probability(environment, policy, formula)


@settings(max_examples=80, deadline=None)
@given(worlds(max_states=4).flatmap(lambda world: st.tuples(st.just(world), formulas(world[0], max_leaves=6))))
def test_on_one_trajectory_a_formula_holds_or_not(drawn: tuple[World, Formula]) -> None:
    (environment, policy), formula = drawn
    only = lasso.only_trajectory(environment, policy)
    if only is not None:
        expected = lasso.holds(formula, *only, environment.atoms)
        assert probability(environment, policy, formula) == Real.of(int(expected))


@settings(max_examples=60, deadline=None)
@given(worlds(max_states=4).flatmap(lambda world: st.tuples(st.just(world), rewards(world[0]))))
def test_limit_average_agrees_with_storm(drawn: tuple[World, dict[Step, Real]]) -> None:
    (environment, policy), reward = drawn
    expected = storm.limit_average(environment, policy, {step: rational(r) for step, r in reward.items()})
    assert rational(average_reward(environment, policy, reward)) == expected
    chain = induced(environment, policy)
    assert rational(mean_average(chain, rewards_of_moves(chain, reward))) == expected


@settings(max_examples=60, deadline=None)
@given(
    worlds(max_states=4).flatmap(lambda world: st.tuples(st.just(world), rewards(world[0]))),
    discounts(),
)
def test_return_agrees_with_storm(drawn: tuple[World, dict[Step, Real]], discount: Fraction) -> None:
    (environment, policy), reward = drawn
    chain = induced(environment, policy)
    expected = storm.discounted(environment, policy, {step: rational(r) for step, r in reward.items()}, discount)
    assert rational(mean_return(chain, rewards_of_moves(chain, reward), discount)) == expected


@settings(max_examples=60, deadline=None)
@given(worlds().flatmap(lambda world: st.tuples(st.just(world), machines(world[0]))), discounts())
def test_machine_return_is_within_the_tail_of_brute_force(drawn: tuple[World, Machine], discount: Fraction) -> None:
    (environment, policy), machine = drawn
    horizon = 5
    table = run(machine, environment)

    def paid(path: enumerate.Path) -> Fraction:
        u, total, weight = machine.start, Fraction(0), Fraction(1)
        for step in path:
            u, reward = table[u, step]
            total += weight * rational(reward)
            weight *= discount
        return total

    largest = max(abs(rational(reward)) for _, reward in table.values())
    found = rational(machine_return(environment, policy, machine, discount))
    tail = discount**horizon * largest / (1 - discount)
    assert abs(found - enumerate.expectation(environment, policy, horizon, paid)) <= tail


CYCLE = Environment(
    "cycle",
    ("a", "b", "c", "d"),
    ("go",),
    ((0, Fraction(1, 2)), (2, Fraction(1, 2))),
    (
        (((1, Fraction(1)),),),
        (((0, Fraction(1)),),),
        (((3, Fraction(1)),),),
        (((3, Fraction(1, 3)), (0, Fraction(2, 3))),),
    ),
    {},
)
ONLY = Policy(((Fraction(1),),) * 4)


def unary(op: str, name: str) -> Formula:
    return Formula(op, (atom(name),))


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        (atom("a"), Fraction(1, 2)),
        (Formula("X", (atom("b"),)), Fraction(1, 2)),
        (Formula("G", (unary("F", "a"),)), Fraction(1)),
        (Formula("F", (unary("G", "a"),)), Fraction(0)),
        (unary("F", "d"), Fraction(1, 2)),
        (Formula("X", (Formula("X", (atom("d"),)),)), Fraction(1, 6)),
    ],
)
def test_a_periodic_cycle_with_a_transient_part(formula: Formula, expected: Fraction) -> None:
    assert probability(CYCLE, ONLY, formula) == Real.of(expected)


def test_a_machine_remembers() -> None:
    """Pays 1 at the second visit to a and never again; a is entered at 0, 2, … or, from c, later."""
    seen = Machine(
        ("none", "one", "two"),
        0,
        (Edge(0, atom("a"), 1, {}), Edge(1, atom("a"), 2, {(0, 0, 1): ONE})),
    )
    start_at_a = Environment("cycle", CYCLE.states, CYCLE.actions, ((0, Fraction(1)),), CYCLE.transitions, {})
    assert machine_return(start_at_a, ONLY, seen, Fraction(1, 2)) == Real.of(Fraction(1, 4))


def test_irrational_rewards_stay_exact() -> None:
    reward = {(0, 0, 1): Real.of(2).log(), (1, 0, 0): Real.of(8).log()}
    start_at_a = Environment("cycle", CYCLE.states, CYCLE.actions, ((0, Fraction(1)),), CYCLE.transitions, {})
    chain = induced(start_at_a, ONLY)
    found = mean_return(chain, rewards_of_moves(chain, reward), Fraction(1, 2))
    assert found == Real.of(2).log() * Fraction(10, 3)
    assert average_reward(start_at_a, ONLY, reward) == Real.of(4).log()


def test_many_places_again_and_again() -> None:
    """A ring of thirty rooms of which the last may be left for ever: all are visited for ever iff it never is."""
    size = 30
    one, half = Fraction(1), Fraction(1, 2)
    forward = tuple((((s + 1) % size, one),) for s in range(size))
    transitions = tuple((row,) for row in (*forward[:3], ((4, half), (size, half)), *forward[4:], ((size, one),)))
    names = tuple(f"room{s}" for s in range(size + 1))
    ring = Environment("ring", names, ("go",), ((0, half), (10, half)), transitions, {})
    policy = Policy(((one,),) * (size + 1))
    patrol = Formula("&", tuple(Formula("G", (unary("F", name),)) for name in names[:size]))
    assert probability(ring, policy, patrol) == Real.of(0)
    closed = Environment("ring", names, ("go",), ring.start, (*((row,) for row in forward), transitions[-1]), {})
    assert probability(closed, policy, patrol) == Real.of(1)
    seen = Formula("|", (Formula("!", (patrol,)), unary("F", names[size])))
    assert probability(closed, policy, seen) == Real.of(0)
    assert probability(ring, policy, Formula("F", (Formula("|", tuple(map(atom, names[20:size]))),))) == Real.of(
        Fraction(3, 4)
    )
