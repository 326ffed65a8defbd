"""The best policy for a limit average, against all deterministic policies."""

from hypothesis import given, settings
from hypothesis import strategies as st

from specl.formalisms import rank
from specl.formalisms.lar import LAR
from specl.model.policy import deterministic_policies
from specl.solvers.formalisms import solve
from specl.solvers.policies import as_policy
from specl.solvers.task import Task
from tests.strategies import environments, rewards


@settings(max_examples=60)
@given(st.data())
def test_against_enumeration(data: st.DataObject) -> None:
    environment = data.draw(environments(max_states=4))
    objective = LAR(data.draw(rewards(environment)))
    best = max(rank("LAR", objective, environment, p).rational for p in deterministic_policies(environment))
    for task in (Task(), Task(is_exact=True)):
        found = solve("LAR", objective, environment, task)
        assert found.policy is not None
        attained = rank("LAR", objective, environment, as_policy(environment, found.policy)).rational
        assert found.is_precise
        assert found.value[0].low <= best <= found.value[0].high
        assert found.achieved[0].low <= attained <= found.achieved[0].high
        assert found.value[0].width <= (0 if task.is_exact else task.precision)
