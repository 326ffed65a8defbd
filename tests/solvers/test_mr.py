"""The best policy for a Markov reward, against all deterministic policies."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specl.formalisms import rank
from specl.formalisms.mr import MR
from specl.model.environment import Environment, Step
from specl.model.errors import Unsupported
from specl.model.policy import deterministic_policies
from specl.model.real import Real
from specl.solvers.formalisms import solve
from specl.solvers.policies import as_policy
from specl.solvers.task import Task
from tests.strategies import discounts, environments, rewards


@settings(max_examples=50)
@given(st.data())
def test_against_enumeration(data: st.DataObject) -> None:
    environment = data.draw(environments())
    objective = MR(data.draw(rewards(environment)), data.draw(discounts()))
    best = max(rank("MR", objective, environment, p).rational for p in deterministic_policies(environment))
    for task in (Task(), Task(is_exact=True)):
        found = solve("MR", objective, environment, task)
        assert found.policy is not None
        attained = rank("MR", objective, environment, as_policy(environment, found.policy)).rational
        assert found.over == "all policies"
        assert found.is_precise
        assert found.value[0].low <= best <= found.value[0].high
        assert found.achieved[0].low <= attained <= found.achieved[0].high
        assert found.value[0].width <= (0 if task.is_exact else task.precision)


@given(st.data())
@settings(max_examples=20)
def test_irrational_rewards(data: st.DataObject) -> None:
    environment = data.draw(environments())
    reward = {step: Real.of(paid + 1).power(Fraction(1, 2)) for step, paid in _positive(data, environment).items()}
    objective = MR(reward, Fraction(1, 2))
    best = [rank("MR", objective, environment, p) for p in deterministic_policies(environment)]
    found = solve("MR", objective, environment, Task(is_exact=True))
    assert found.value[0].width <= Fraction(1, 10**30)
    assert all(value.compare("<=", found.value[0].high) for value in best)
    assert any(value.compare(">=", found.value[0].low) for value in best)


def _positive(data: st.DataObject, environment: Environment) -> dict[Step, Fraction]:
    return {step: abs(paid.rational or Fraction(0)) for step, paid in data.draw(rewards(environment)).items()}


def test_rewards_beyond_floats() -> None:
    one = Fraction(1)
    environment = Environment("one", ("s",), ("a",), ((0, one),), ((((0, one),),),), {})
    objective = MR({(0, 0, 0): Real.of(Fraction(10) ** 400)}, Fraction(1, 2))
    with pytest.raises(Unsupported, match="too large for a float"):
        solve("MR", objective, environment, Task())
