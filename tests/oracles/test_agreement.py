"""The oracles agree with each other where two of them can answer."""

from fractions import Fraction

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from specl.model.environment import Environment, Step
from specl.model.formula import Formula, holds_on
from specl.model.machine import Machine
from specl.model.policy import Policy
from tests.oracles import lasso, simulate, storm
from tests.oracles.enumerate import Path, discounted, expectation, paths
from tests.strategies import environments, formulas, guards, machines, step_sets, worlds


@settings(max_examples=100, deadline=None)
@given(worlds(), st.data())
def test_storm_and_the_semantics_of_ltl(world: tuple[Environment, Policy], data: st.DataObject) -> None:
    environment, policy = world
    single = lasso.only_trajectory(environment, policy)
    assume(single is not None)
    assert single is not None
    formula = data.draw(formulas(environment))
    assert storm.probability(environment, policy, formula) == lasso.holds(formula, *single, environment.atoms)


@settings(max_examples=30, deadline=None)
@given(worlds(), st.data())
def test_storm_and_brute_force_on_the_first_steps(world: tuple[Environment, Policy], data: st.DataObject) -> None:
    environment, policy = world
    first, second = (data.draw(guards(environment)) for _ in range(2))
    formula = Formula("&", (first, Formula("X", (second,))))

    def value(path: Path) -> Fraction:
        return Fraction(
            int(holds_on(first, path[0], environment.atoms) and holds_on(second, path[1], environment.atoms))
        )

    assert storm.probability(environment, policy, formula) == expectation(environment, policy, 2, value)


@settings(max_examples=15, deadline=None)
@given(worlds(), st.data())
def test_simulation_and_brute_force(world: tuple[Environment, Policy], data: st.DataObject) -> None:
    environment, policy = world
    watched = data.draw(step_sets(environment))
    reward: dict[Step, float] = dict.fromkeys(watched, 1.0)
    exact = expectation(
        environment,
        policy,
        4,
        lambda path: discounted(path, lambda step: Fraction(int(step in watched)), Fraction(1, 2)),
    )
    drawn = simulate.trajectories(environment, policy, runs=4_000, horizon=4, seed=0)
    low, high = simulate.hoeffding(simulate.discounted(simulate.paid(environment, reward, drawn), 0.5), 0, 2)
    assert low <= exact <= high


@settings(max_examples=30, deadline=None)
@given(worlds(max_states=4, terminating=True))
def test_terminating_environments_terminate(world: tuple[Environment, Policy]) -> None:
    environment, policy = world
    last = len(environment.states) - 1
    for _, path in paths(environment, policy, last + 1, frozenset({last})):
        assert len(path) <= last


@settings(max_examples=60, deadline=None)
@given(environments().flatmap(lambda environment: st.tuples(st.just(environment), machines(environment))))
def test_guards_of_drawn_machines_exclude_each_other(drawn: tuple[Environment, Machine]) -> None:
    environment, machine = drawn
    for u in range(len(machine.states)):
        for step in environment.steps:
            met = [e for e in machine.edges if e.source == u and holds_on(e.guard, step, environment.atoms)]
            assert len(met) <= 1
