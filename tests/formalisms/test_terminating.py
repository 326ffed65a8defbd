"""Where all trajectories end after a few steps, every expectation is a finite sum: any function, any formula."""

from fractions import Fraction
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from specl.formalisms import rank
from specl.formalisms.ftlr import FTLR
from specl.formalisms.ftr import FTR
from specl.formalisms.imorl import IMORL
from specl.formalisms.inmr import INMR
from specl.formalisms.tlo import TLO
from specl.model.environment import Environment
from specl.model.errors import Undefined
from specl.model.expression import Expression, evaluate, variable
from specl.model.machine import Reward, run
from specl.model.order import Lexicographic
from specl.model.policy import Policy
from specl.model.quantities import Average, Expectation, Indicator, Return, RewardReturn, Variance
from specl.model.real import ZERO, Real
from tests.oracles import enumerate, lasso
from tests.strategies import discounts, environments, expressions, formulas, machines, policies, rewards

some = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


@st.composite
def ending(draw: st.DrawFn) -> tuple[Environment, Policy]:
    """A policy that is in the last state after |S| − 1 steps, and then always takes one action there."""
    environment = draw(environments(max_states=4, terminating=True))
    policy = draw(policies(environment))
    width = len(environment.actions)
    last = tuple(Fraction(int(a == width - 1)) for a in range(width))
    return environment, Policy((*policy.rows[:-1], last))


def paths(environment: Environment, policy: Policy) -> list[tuple[Fraction, enumerate.Path]]:
    """Probability and steps up to the first in the last state, which then repeats for ever."""
    return list(enumerate.paths(environment, policy, len(environment.states)))


def unpaid_in_the_end(environment: Environment, reward: Reward) -> Reward:
    return {step: amount for step, amount in reward.items() if step[0] != len(environment.states) - 1}


def returned(path: enumerate.Path, reward: Reward, discount: Fraction) -> Real:
    """The discounted return of a reward that is not paid in the last state."""
    total = ZERO
    for step in reversed(path):
        total = reward.get(step, ZERO) + total * discount
    return total


def mean(weighted: list[tuple[Fraction, Any]]) -> Any:
    total = ZERO
    for probability, value in weighted:
        total = total + value * probability
    return total


@some
@given(ending(), discounts(), st.data())
def test_any_function_of_returns(world: tuple[Environment, Policy], discount: Fraction, data: st.DataObject) -> None:
    environment, policy = world
    blocks = {name: unpaid_in_the_end(environment, data.draw(rewards(environment))) for name in ("gain", "cost")}
    function = data.draw(expressions([RewardReturn("gain"), RewardReturn("cost")], polynomial=False))

    def value(path: enumerate.Path) -> Any:
        return evaluate(function, lambda key: returned(path, blocks[key.reward], discount))

    expected = mean([(probability, value(path)) for probability, path in paths(environment, policy)])
    assert rank("IMORL", IMORL(blocks, function, discount), environment, policy) == expected


@some
@given(ending(), discounts(), st.data())
def test_a_threshold_on_a_return(world: tuple[Environment, Policy], discount: Fraction, data: st.DataObject) -> None:
    environment, policy = world
    reward = unpaid_in_the_end(environment, data.draw(rewards(environment)))
    reached = [returned(path, reward, discount) for _, path in paths(environment, policy)]
    bar = data.draw(st.sampled_from(reached))  # a value that occurs: ≥ and > differ there
    one, zero = (Expression("number", key=Fraction(value)) for value in (1, 0))
    gain = variable(RewardReturn("gain"))
    bar_expression = Expression("number", key=bar)
    for op, expected in (
        (">=", mean([(p, Real.of(int(returned(w, reward, discount).compare(">=", bar)))) for p, w in paths(*world)])),
        (">", mean([(p, Real.of(int(returned(w, reward, discount).compare(">", bar)))) for p, w in paths(*world)])),
    ):
        function = Expression("if", (Expression(op, (gain, bar_expression)), one, zero))
        assert rank("INMR", INMR({"gain": reward}, function, discount), environment, policy) == expected


@some
@given(ending(), discounts(), st.data())
def test_any_function_of_trajectories(
    world: tuple[Environment, Policy], discount: Fraction, data: st.DataObject
) -> None:
    environment, policy = world
    gain = unpaid_in_the_end(environment, data.draw(rewards(environment)))
    wage = data.draw(rewards(environment))
    memory = data.draw(machines(environment))
    formula = data.draw(formulas(environment))
    table = run(memory, environment)
    keys = [Indicator(formula), Return("gain", discount), Average("wage"), Average("memory")]
    function = data.draw(expressions(keys, polynomial=False))

    def value_of(path: enumerate.Path, key: Any) -> Real:
        if isinstance(key, Return):
            return returned(path, gain, discount)
        if isinstance(key, Indicator):
            return Real.of(int(lasso.holds(formula, path[:-1], path[-1:], environment.atoms)))
        return wage.get(path[-1], ZERO) if key.reward == "wage" else machine_average(path)

    def machine_average(path: enumerate.Path) -> Real:
        u = memory.start
        for step in path:
            u, _ = table[u, step]
        cycle: dict[int, list[Real]] = {}
        while u not in cycle:
            after, reward = table[u, path[-1]]
            cycle[u] = [reward]
            u = after
        entered = list(cycle)
        loop = entered[entered.index(u) :]
        return sum((cycle[v][0] for v in loop), start=ZERO) / len(loop)

    def value(path: enumerate.Path) -> Any:
        return evaluate(function, lambda key: value_of(path, key))

    blocks, memories = {"gain": gain, "wage": wage}, {"memory": memory}
    weighted = [(probability, value(path)) for probability, path in paths(environment, policy)]
    expected = mean(weighted)
    assert rank("FTR", FTR(blocks, memories, function), environment, policy) == expected
    try:
        squares = mean([(probability, found * found) for probability, found in weighted])
    except Undefined:
        assume(False)
    variance = variable(Variance(function))
    assert rank("FTLR", FTLR(blocks, memories, variance), environment, policy) == squares - expected * expected
    keys_of_order = (variable(Expectation(function)), variance)
    order = TLO(blocks, memories, Lexicographic(keys_of_order))
    assert rank("TLO", order, environment, policy) == (expected, squares - expected * expected)
