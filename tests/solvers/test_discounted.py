"""Bounds on discounted optima hold the exact optimum, however large, small or slow the numbers are."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specl.model.real import Real
from specl.solvers.bellman import operator, sweep
from specl.solvers.discounted import solve_discounted
from specl.solvers.exact.discounted import optimum, values
from specl.solvers.from_environment import exact_model, sparse
from specl.solvers.sparse import SparseModel
from tests.benchmarks.models import garnet, grid, hazard
from tests.strategies import environments, rewards

DISCOUNTS = [Fraction(0), Fraction(1, 2), Fraction(99, 100), Fraction(999999, 1000000)]


@settings(max_examples=80)
@given(st.data())
def test_bounds_hold_the_exact_optimum(data: st.DataObject) -> None:
    environment = data.draw(environments(max_states=5, max_actions=3))
    reward, discount = data.draw(rewards(environment)), data.draw(st.sampled_from(DISCOUNTS))
    factor = Fraction(10) ** data.draw(st.sampled_from([0, 0, 0, -250, -9, 9, 250]))
    exact = exact_model(environment, {"r": {step: Real.of(paid * factor) for step, paid in reward.items()}})
    best = optimum(exact, exact.rewards["r"], discount, [0] * exact.size)
    model = sparse(exact)
    found = solve_discounted(model, model.rewards["r"], discount, float(factor) * 1e-6, seconds=0.2)
    chosen = values(exact, exact.rewards["r"], discount, found.best.tolist())
    for s in range(exact.size):
        middle = Fraction(float(found.values[s]))
        assert abs(middle - _rational(best.values[s])) <= Fraction(found.radius)
        assert abs(middle - _rational(chosen[s])) <= Fraction(found.radius)
    assert found.is_precise == (found.radius <= float(factor) * 1e-6)
    assert found.is_precise or discount > Fraction(99, 100)


@settings(max_examples=80)
@given(st.data())
def test_a_sweep_bounds_what_exact_arithmetic_gives(data: st.DataObject) -> None:
    environment = data.draw(environments(max_states=5, max_actions=3))
    reward, discount = data.draw(rewards(environment)), data.draw(st.sampled_from([*DISCOUNTS, Fraction(1)]))
    exact = exact_model(environment, {"r": reward})
    h = np.array([data.draw(st.floats(-1e9, 1e9)) for _ in range(exact.size)])
    gains = []
    for i, row in enumerate(exact.transitions):
        worth = [
            _rational(exact.rewards["r"][i][a]) + discount * sum(p * Fraction(float(h[t])) for t, p in targets)
            for a, targets in enumerate(row)
        ]
        gains.append(max(worth) - Fraction(float(h[i])))
    model = sparse(exact)
    out, best = np.empty(exact.size), np.empty(exact.size, dtype=np.int32)
    is_fine = data.draw(st.booleans())
    seen = sweep(operator(model, model.rewards["r"], discount), h, out, best, is_fine)
    assert (seen.least, seen.most) == (h.min(), h.max())
    assert Fraction(seen.low) <= min(gains)
    assert max(gains) <= Fraction(seen.high)
    for i, gain in enumerate(gains):
        assert abs(Fraction(float(out[i])) - gain) <= Fraction(seen.rounding)


@pytest.mark.parametrize("bad", [np.inf, -np.inf, np.nan])
@pytest.mark.parametrize("is_fine", [True, False])
def test_a_sweep_of_no_number_bounds_nothing(bad: float, is_fine: bool) -> None:
    model = garnet(50)
    h, out, best = np.zeros(50), np.empty(50), np.empty(50, dtype=np.int32)
    h[20] = bad
    seen = sweep(operator(model, model.rewards["reward"], Fraction(1, 2)), h, out, best, is_fine)
    assert (seen.low, seen.high) == (-np.inf, np.inf)


def _rational(value: Real) -> Fraction:
    assert value.rational is not None
    return value.rational


def _howard(model: SparseModel, discount: float) -> Any:
    """Policy iteration by dense linear algebra."""
    n, reward = model.size, model.rewards["reward"]
    m = len(reward)
    matrix = np.zeros((m, n))
    np.add.at(matrix, (np.repeat(np.arange(m), np.diff(model.entries)), model.targets), model.probabilities)
    policy = model.choices[:-1].copy()
    while True:
        value = np.linalg.solve(np.eye(n) - discount * matrix[policy], reward[policy])
        worth = reward + discount * matrix @ value
        greedy = np.array([a + np.argmax(worth[a:b]) for a, b in zip(model.choices, model.choices[1:], strict=False)])
        if (worth[greedy] <= worth[policy] + 1e-9 * (1 + abs(worth[policy]))).all():
            return value
        policy = np.where(worth[greedy] > worth[policy] + 1e-9 * (1 + abs(worth[policy])), greedy, policy)


@pytest.mark.parametrize("discount", [0.9, 0.99, 0.999, 0.99999])
@pytest.mark.parametrize(
    "model",
    [grid(12), grid(12, is_merged=True), hazard(12), garnet(150), garnet(60, 2, 11)],
    ids=["grid", "merged", "hazard", "garnet", "wide"],
)
def test_larger_models_agree_with_policy_iteration(model: SparseModel, discount: float) -> None:
    found = solve_discounted(model, model.rewards["reward"], discount, 1e-6)
    expected = _howard(model, discount)
    # doubles give no more where neighbours are worth 0 and 10^5
    assert found.radius <= 1e-6 or (discount > 0.999 and found.radius <= 1e-3 and np.ptp(expected) > 9e4)
    assert np.abs(found.values - expected).max() <= found.radius + 1e-12 / (1 - discount) ** 2


def _corridor(n: int, ahead: float) -> SparseModel:
    """A long way to what pays, in either direction."""
    i = np.arange(n)
    left, right = np.stack((np.maximum(i - 1, 0), i), 1), np.stack((np.minimum(i + 1, n - 1), i), 1)
    paid = np.zeros(2 * n)
    paid[0], paid[-1] = 0.01, 1.0
    weights = np.tile([ahead, 1 - ahead], 2 * n)
    targets = np.stack((left, right), 1).ravel()
    return SparseModel.from_arrays(
        np.arange(0, 2 * n + 1, 2), np.arange(0, 4 * n + 1, 2), targets, weights, rewards=paid
    )


@pytest.mark.parametrize("ahead", [0.9, 0.999])
@pytest.mark.parametrize("discount", [0.99, 0.9999, 0.999999])
def test_slow_models_are_solved(ahead: float, discount: float) -> None:
    model = _corridor(200, ahead)
    found = solve_discounted(model, model.rewards["reward"], discount, 1e-6)
    assert found.is_precise
    # from the last state on it pays 1 for ever
    assert abs(found.values[-1] - 1 / (1 - discount)) <= 1e-6 * (1 + 1e-3)
    assert found.best[100:].min() == 1


def test_the_radius_is_told_and_what_cannot_be_done_said() -> None:
    model, told = grid(8), list[float]()
    found = solve_discounted(model, model.rewards["reward"], 0.999999, 1e-14, told.append, seconds=0.2)
    assert not found.is_precise
    assert told[-1] == found.radius
    assert found.radius < 1e-4


@pytest.mark.parametrize("discount", [-0.1, 1.0, 1.5])
def test_a_discount_is_below_1(discount: float) -> None:
    model = grid(2)
    with pytest.raises(ValueError, match="discount"):
        solve_discounted(model, model.rewards["reward"], discount)


@pytest.mark.parametrize("wrong", [float("nan"), float("inf")])
def test_rewards_are_numbers(wrong: float) -> None:
    model = grid(2)
    with pytest.raises(ValueError, match="reward"):
        solve_discounted(model, np.full(16, wrong), 0.5)


def test_equal_choices_and_no_rewards() -> None:
    model = grid(4)
    found = solve_discounted(model, np.zeros(64), Fraction(99, 100))
    assert found.is_precise
    assert np.abs(found.values).max() <= found.radius
    found = solve_discounted(model, np.full(64, -2.0), Fraction(99, 100))
    assert np.abs(found.values + 200).max() <= found.radius <= 1e-6
