"""Formalisms against a model checker, through what they must agree with."""

from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from specl.formalisms import rank
from specl.formalisms.fomr import FOMR
from specl.formalisms.omorl import OMORL
from specl.formalisms.rm import RM
from specl.formalisms.rrl import RRL
from specl.model.environment import Environment
from specl.model.expression import Expression, add, constant, evaluate, multiply, variable
from specl.model.formula import Formula, atom
from specl.model.machine import Edge, Machine
from specl.model.policy import Policy
from specl.model.quantities import Occupancy, RewardReturn, Weight
from specl.model.real import ONE, Real
from tests.oracles import storm
from tests.strategies import NUMBERS, discounts, expressions, rewards, step_sets, worlds

World = tuple[Environment, Policy]
some = settings(max_examples=40, deadline=None)


def rational(value: Any) -> Fraction:
    assert value.rational is not None
    return Fraction(value.rational)


@some
@given(worlds(), discounts(), NUMBERS, st.data())
def test_a_regulariser_is_a_cost_of_being_in_a_state(
    world: World, discount: Fraction, strength: Fraction, data: st.DataObject
) -> None:
    environment, policy = world
    reward = data.draw(rewards(environment))
    regulariser = data.draw(expressions([Weight(a) for a in range(len(environment.actions))]))

    def cost(s: int) -> Fraction:
        return rational(evaluate(regulariser, lambda key: Real.of(policy.rows[s][key.action])))

    net = {step: rational(reward.get(step, Real.of(0))) - strength * cost(step[0]) for step in environment.steps}
    found = rank("RRL", RRL(reward, Real.of(strength), regulariser, discount), environment, policy)
    assert rational(found) == storm.discounted(environment, policy, net, discount)


@some
@given(worlds(), discounts(), st.data())
def test_functions_of_expected_returns(world: World, discount: Fraction, data: st.DataObject) -> None:
    environment, policy = world
    blocks = {name: data.draw(rewards(environment)) for name in ("gain", "cost")}
    function = data.draw(expressions([RewardReturn("gain"), RewardReturn("cost")], polynomial=False))
    means = {
        name: storm.discounted(environment, policy, {step: rational(r) for step, r in reward.items()}, discount)
        for name, reward in blocks.items()
    }
    expected = evaluate(function, lambda key: Real.of(means[key.reward]))
    assert rank("OMORL", OMORL(blocks, function, discount), environment, policy) == expected


@some
@given(worlds(), discounts(), st.data())
def test_occupancies_are_returns_of_indicators(world: World, discount: Fraction, data: st.DataObject) -> None:
    environment, policy = world
    s, a, t = data.draw(st.sampled_from(environment.steps))
    for key, matches in (
        (Occupancy(s), lambda step: step[0] == s),
        (Occupancy(s, a), lambda step: step[:2] == (s, a)),
        (Occupancy(s, a, t), lambda step: step == (s, a, t)),
        (Occupancy(s, None, t), lambda step: (step[0], step[2]) == (s, t)),
    ):
        counted = {step: Fraction(1) for step in environment.steps if matches(step)}
        found = rank("FOMR", FOMR(variable(key), discount), environment, policy)
        assert rational(found) == storm.discounted(environment, policy, counted, discount)


@some
@given(worlds(max_labels=0), st.data())
def test_a_machine_that_pays_once_is_worth_less_the_later_it_pays(world: World, data: st.DataObject) -> None:
    """As γ → 1 a machine that pays 1 at the first step of a set is worth the probability to make one; below γ, less."""
    environment, policy = world
    goal = data.draw(step_sets(environment))
    labelled = Environment(
        environment.name,
        environment.states,
        environment.actions,
        environment.start,
        environment.transitions,
        {"goal": goal},
    )
    once = Machine(("before", "after"), 0, (Edge(0, atom("goal"), 1, dict.fromkeys(labelled.steps, ONE)),))
    reached = storm.reaches(labelled, policy, goal)
    values = [rational(rank("RM", RM(once, 1 - Fraction(1, 10**n)), labelled, policy)) for n in (1, 6, 12)]
    assert values == sorted(values)
    assert values[-1] <= reached <= values[-1] + Fraction(1, 10**6)
    assert storm.probability(labelled, policy, Formula("F", (atom("goal"),))) == reached


def test_a_regulariser_costs_nothing_where_it_does_not_exist_and_the_policy_never_is() -> None:
    """With γ = 0 only the start counts; log 0 stands in the other state."""
    one = Fraction(1)
    environment = Environment(
        "two", ("s", "t"), ("a", "b"), ((0, one),), ((((1, one),), ((1, one),)), (((1, one),), ((1, one),))), {}
    )
    policy = Policy(((Fraction(1, 2), Fraction(1, 2)), (one, Fraction(0))))
    logs = add(Expression("log", (variable(Weight(a)),)) for a in range(2))
    found = rank("RRL", RRL({}, Real.of(1), multiply((constant(Fraction(1)), logs)), Fraction(0)), environment, policy)
    assert found == Real.of(4).log()
