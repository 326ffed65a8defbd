"""Bounds on long-run averages hold the exact optimum, and are narrow where parts of a model hardly touch."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specl.solvers.average import solve_average
from specl.solvers.exact import average
from specl.solvers.from_environment import exact_model, sparse
from specl.solvers.sparse import SparseModel
from tests.benchmarks.models import garnet, grid
from tests.strategies import environments, rewards


@settings(max_examples=80)
@given(st.data())
def test_bounds_hold_the_exact_optimum(data: st.DataObject) -> None:
    environment = data.draw(environments(max_states=6, max_actions=3))
    exact = exact_model(environment, {"r": data.draw(rewards(environment))})
    best = average.optimum(exact, exact.rewards["r"], [0] * exact.size)
    model = sparse(exact)
    found = solve_average(model, model.rewards["r"], seconds=0.5)
    parts = [tuple(tuple(paid.rational or Fraction(0) for paid in row) for row in exact.rewards["r"])]
    (attained,), _ = average.evaluate(exact, parts, found.best.tolist())
    for i, gain in enumerate(best.gains):
        assert gain.rational is not None
        assert Fraction(float(found.low[i])) <= gain.rational <= Fraction(float(found.high[i]))
        assert Fraction(float(found.sure[i])) <= attained[i] <= gain.rational
    assert (found.high - found.sure).max() <= 2e-6


def _iterate(model: SparseModel, sweeps: int) -> float:
    """What a lazy chain pays in the long run, by plain value iteration."""
    h, gain = np.zeros(model.size), np.zeros(model.size)
    for _ in range(sweeps):
        worth = model.rewards["reward"] + np.add.reduceat(model.probabilities * h[model.targets], model.entries[:-1])
        gain = np.maximum.reduceat(worth, model.choices[:-1]) - h
        h += 0.5 * gain
        h -= h.max()
    assert np.ptp(gain) < 1e-7
    return float(gain.mean())


@pytest.mark.parametrize("model", [grid(10), grid(15, is_merged=True), garnet(200)], ids=["grid", "merged", "garnet"])
def test_larger_models_agree_with_value_iteration(model: SparseModel) -> None:
    found = solve_average(model, model.rewards["reward"])
    expected = _iterate(model, 60_000 if model.size < 150 else 30_000)
    assert found.components == 1
    assert found.low[0] - 1e-7 <= expected <= found.high[0] + 1e-7
    assert (found.high - found.sure).max() <= 1e-6


@pytest.mark.parametrize("link", [1e-3, 1e-9, 1e-14])
def test_two_classes_linked_by_a_tiny_probability(link: float) -> None:
    """From either side one gets to the other with a tiny probability at each attempt; 1 is paid here, 2 there."""
    weights = [1.0, 1 - link, link, 1.0, 1 - link, link]
    targets = [0, 0, 1, 1, 1, 0]
    model = SparseModel.from_arrays(
        [0, 2, 4], [0, 1, 3, 4, 6], targets, weights, rewards=[1.0, 0.0, 2.0, 0.0]
    )  # fmt: skip
    found = solve_average(model, model.rewards["reward"], seconds=0.5)
    assert found.low.min() <= 2 <= found.high.min()
    assert found.components == 1
    assert found.high.max() - found.low.min() <= max(1e-6, 1e-13 / link)
    assert list(found.best) == [1, 0]


def test_periods_do_not_matter() -> None:
    n = 50
    targets = (np.arange(n) + 1) % n
    paid = np.arange(n) / n
    model = SparseModel.from_arrays(range(n + 1), range(n + 1), targets, np.ones(n), rewards=paid)
    found = solve_average(model, paid)
    assert found.low[0] <= paid.mean() + 1e-15
    assert found.high[0] >= paid.mean() - 1e-15
    assert found.high[0] - found.low[0] <= 1e-6


def test_where_one_goes_is_chosen_once() -> None:
    """From state 0 one gets 3 with 1/2 and −1 with 1/2, or 0.5 for sure."""
    model = SparseModel.from_arrays(
        [0, 2, 3, 4, 5], [0, 2, 3, 4, 5, 6], [1, 2, 3, 1, 2, 3], [0.5, 0.5, 1, 1, 1, 1], rewards=[9.0, 0, 3, -1, 0.5]
    )
    found = solve_average(model, model.rewards["reward"])
    assert found.components == 3
    assert np.abs((found.low + found.high) / 2 - [1, 3, -1, 0.5]).max() <= 1e-6
    assert found.best[0] == 0
