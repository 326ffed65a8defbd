"""Policy iteration over the rationals attains what enumeration of all deterministic policies attains."""

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from specl.formalisms import rank
from specl.formalisms.lar import LAR
from specl.formalisms.mr import MR
from specl.model.policy import deterministic, deterministic_policies
from specl.model.real import Real
from specl.solvers.exact import average, discounted
from specl.solvers.exact.values import at_start
from specl.solvers.from_environment import exact_model
from tests.strategies import NUMBERS, discounts, environments, rewards

SURDS = st.builds(
    lambda a, b: Real.of(a) + b * Real.of(2).log(), NUMBERS, st.sampled_from([Fraction(0), Fraction(1), Fraction(-2)])
)
"""Numbers a + b·log 2."""


def _larger(left: Real, right: Real) -> bool:
    return bool((left - right).compare(">", Real.of(0)))


@settings(max_examples=60)
@given(st.data())
def test_discounted(data: st.DataObject) -> None:
    environment = data.draw(environments(max_states=4))
    reward = data.draw(rewards(environment, data.draw(st.sampled_from([NUMBERS, SURDS]))))
    objective = MR(reward, data.draw(discounts()))
    exact = exact_model(environment, {"r": reward})
    first = [data.draw(st.integers(0, exact.width - 1)) for _ in range(exact.size)]
    best = discounted.optimum(exact, exact.rewards["r"], objective.discount, first)
    attained = rank("MR", objective, environment, deterministic(environment, best.choice))
    assert at_start(exact, best.values) == attained
    for policy in deterministic_policies(environment):
        assert not _larger(rank("MR", objective, environment, policy), attained)
    assert discounted.values(exact, exact.rewards["r"], objective.discount, best.choice) == best.values


@settings(max_examples=60)
@given(st.data())
def test_average(data: st.DataObject) -> None:
    environment = data.draw(environments(max_states=5))
    reward = data.draw(rewards(environment, data.draw(st.sampled_from([NUMBERS, SURDS]))))
    exact = exact_model(environment, {"r": reward})
    first = [data.draw(st.integers(0, exact.width - 1)) for _ in range(exact.size)]
    best = average.optimum(exact, exact.rewards["r"], first)
    attained = rank("LAR", LAR(reward), environment, deterministic(environment, best.choice))
    assert at_start(exact, best.gains) == attained
    for policy in deterministic_policies(environment):
        assert not _larger(rank("LAR", LAR(reward), environment, policy), attained)


@settings(max_examples=60)
@given(st.data())
def test_gain_and_bias_solve_their_equations(data: st.DataObject) -> None:
    """g = P g, g + h = r + P h, and h has mean 0 in the limit: its gain as a reward is 0."""
    environment = data.draw(environments(max_states=5))
    exact = exact_model(environment, {"r": data.draw(rewards(environment))})
    choice = [data.draw(st.integers(0, exact.width - 1)) for _ in range(exact.size)]
    part = tuple(tuple(paid.rational or Fraction(0) for paid in row) for row in exact.rewards["r"])
    (gains,), (biases,) = average.evaluate(exact, [part], choice)
    for i, a in enumerate(choice):
        targets = exact.transitions[i][a]
        assert gains[i] == sum(p * gains[t] for t, p in targets)
        assert gains[i] + biases[i] == part[i][a] + sum(p * biases[t] for t, p in targets)
    (means,), _ = average.evaluate(exact, [tuple((bias,) * exact.width for bias in biases)], choice)
    assert set(means) == {0}
