"""Gymnasium's tables as models, against episodes that Gymnasium plays."""

from typing import Any

import numpy as np
import pytest

from specl.interchange.gymnasium import from_gymnasium
from specl.language.diagnostics import SpecErrors
from specl.solvers.discounted import solve_discounted

gymnasium = pytest.importorskip("gymnasium")


def newest(name: str) -> str:
    """Older versions are refused by newer releases of Gymnasium."""
    found: list[str] = [key for key in gymnasium.registry if key.startswith(f"{name}-v")]
    return max(found, key=lambda key: int(key.split("v")[-1]))


def made(name: str) -> Any:
    return gymnasium.make(newest(name)).unwrapped


@pytest.mark.parametrize(
    ("name", "states", "actions"), [("FrozenLake", 16, 4), ("Taxi", 500, 6), ("CliffWalking", 48, 4)]
)
def test_every_row_of_the_table(name: str, states: int, actions: int) -> None:
    env = made(name)
    model = from_gymnasium(env)
    assert (model.size, len(model.entries) - 1) == (states + 1, states * actions + 1)
    over = states
    for s in range(states):
        for a in range(actions):
            k = model.choices[s] + a
            entries = slice(model.entries[k], model.entries[k + 1])
            found: dict[int, float] = {}
            for t, p in zip(model.targets[entries].tolist(), model.probabilities[entries].tolist(), strict=True):
                found[t] = found.get(t, 0.0) + p
            expected: dict[int, float] = {}
            for p, t, _, is_over in env.P[s][a]:
                expected[over if is_over else int(t)] = expected.get(over if is_over else int(t), 0.0) + p
            assert found == pytest.approx({t: p for t, p in expected.items() if p})
            assert model.rewards["reward"][k] == pytest.approx(sum(p * r for p, _, r, _ in env.P[s][a]))
    assert model.targets[-1] == over
    assert model.rewards["reward"][-1] == 0
    assert model.labels["over"].tolist() == [False] * states + [True]
    weights = np.zeros(states + 1)
    weights[model.start[0]] = model.start[1]
    assert weights[:-1].tolist() == pytest.approx(np.asarray(env.initial_state_distrib).tolist())


def test_the_value_of_the_best_policy_is_what_episodes_earn() -> None:
    env = made("FrozenLake")
    model = from_gymnasium(env)
    solution = solve_discounted(model, model.rewards["reward"], 0.99, 1e-9)
    env.reset(seed=0)
    earned = []
    for _ in range(2000):
        s, weight, total, is_over = env.reset()[0], 1.0, 0.0, False
        while not is_over and weight > 1e-3:
            s, reward, is_over, _, _ = env.step(int(solution.best[s]))
            total, weight = total + weight * float(reward), weight * 0.99
        earned.append(total)
    error = np.std(earned) / len(earned) ** 0.5
    assert abs(np.mean(earned) - solution.values[model.start[0][0]]) < 4 * error


def test_a_name_will_do() -> None:
    assert from_gymnasium(newest("CliffWalking")).size == 49


@pytest.mark.parametrize("name", ["CartPole-v1", "NoSuchThing-v7"])
def test_what_has_no_table(name: str) -> None:
    with pytest.raises(SpecErrors, match="E109"):
        from_gymnasium(name)


class Table:
    """Something with a table."""

    def __init__(self, table: Any, start: Any) -> None:
        self.P, self.initial_state_distrib = table, start

    @property
    def unwrapped(self) -> "Table":
        return self


@pytest.mark.parametrize(
    ("table", "start", "code"),
    [
        ({0: {0: [(1.0, 0, 0.0, False)]}}, [0.5], "E104"),
        ({0: {0: [(1.0, 0, 0.0, False)]}}, [0.5, 0.5], "E104"),
        ({0: {0: [(1.0, 0, 0.0, False)]}}, None, "E109"),
        ({0: {0: [(0.5, 0, 0.0, False)]}}, [1], "E104"),
        ({0: {0: [(float("nan"), 0, 0.0, False)]}}, [1], "E104"),
        ({0: {0: [(1.0, 0, float("inf"), False)]}}, [1], "E109"),
        ({0: {0: [(1.0, 1, 0.0, False)]}}, [1], "E103"),
        ({0: {0: [(1.0, 0, 0.0)]}}, [1], "E109"),
        ({0: {0: []}}, [1], "E104"),
        ({1: {0: [(1.0, 0, 0.0, True)]}}, [1], "E109"),
        ({}, [], "E104"),
        (None, [1], "E109"),
    ],
)
def test_wrong_tables(table: Any, start: Any, code: str) -> None:
    with pytest.raises(SpecErrors, match=code):
        from_gymnasium(Table(table, start))
