"""The best policy for a reward machine, against all deterministic policies on pairs of state and machine state."""

import itertools
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from specl.chains.linear import solve as solve_linear
from specl.formalisms import rank
from specl.formalisms.rm import RM
from specl.model.environment import Environment
from specl.model.machine import run
from specl.model.policy import deterministic_policies
from specl.solvers.formalisms import solve
from specl.solvers.solved import Solved
from specl.solvers.task import Task
from tests.strategies import discounts, environments, machines


def _worth(objective: RM, environment: Environment, choice: dict[tuple[int, int], int]) -> Fraction:
    """The value of a policy with the machine's state as memory, from its own linear system."""
    table, pairs = run(objective.machine, environment), sorted(choice)
    number = {pair: i for i, pair in enumerate(pairs)}
    rows, right = [], []
    for s, u in pairs:
        row, paid = {number[s, u]: Fraction(1)}, Fraction(0)
        for t, p in environment.transitions[s][choice[s, u]]:
            after, reward = table[u, (s, choice[s, u], t)]
            row[number[t, after]] = row.get(number[t, after], Fraction(0)) - objective.discount * p
            paid += p * (reward.rational or Fraction(0))
        rows.append(row)
        right.append(paid)
    values = solve_linear(rows, [right])[0]
    return sum((p * values[number[s, objective.machine.start]] for s, p in environment.start), start=Fraction(0))


def _choice(found: Solved, environment: Environment, machine_states: int) -> dict[tuple[int, int], int]:
    assert found.policy is not None
    table = {pair: next(iter(row)) for pair, row in found.policy.items()}
    return {(s, u): table.get((s, u), 0) for s in range(len(environment.states)) for u in range(machine_states)}


@settings(max_examples=50)
@given(st.data())
def test_against_enumeration(data: st.DataObject) -> None:
    environment = data.draw(environments())
    objective = RM(data.draw(machines(environment)), data.draw(discounts()))
    count = len(objective.machine.states)
    pairs = list(itertools.product(range(len(environment.states)), range(count)))
    best = max(
        _worth(objective, environment, dict(zip(pairs, choice, strict=True)))
        for choice in itertools.product(range(len(environment.actions)), repeat=len(pairs))
    )
    for task in (Task(), Task(is_exact=True)):
        found = solve("RM", objective, environment, task)
        assert found.memory is not None
        assert found.memory.states == objective.machine.states
        assert found.value[0].low <= best <= found.value[0].high
        attained = _worth(objective, environment, _choice(found, environment, count))
        assert found.achieved[0].low <= attained <= found.achieved[0].high
        assert found.value[0].width <= (0 if task.is_exact else task.precision)
    stationary = max(rank("RM", objective, environment, p).rational for p in deterministic_policies(environment))
    assert stationary <= best
