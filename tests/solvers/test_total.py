"""Least and largest totals until a goal lie within their bounds: against enumeration of all policies over the
rationals, Storm's exact engine, and linear solves of the induced chain."""

import random
from fractions import Fraction

import numpy as np
import pytest
from scipy.sparse import csr_matrix, identity
from scipy.sparse.linalg import spsolve

from specl.model.errors import Unsupported
from specl.solvers import transient
from specl.solvers.reachability import Reached
from specl.solvers.sparse import SparseModel
from specl.solvers.total import total
from tests.benchmarks.models import grid
from tests.solvers.drawing import Drawn, drawn, totals
from tests.solvers.storm_exact import answers

LEAKS = tuple(Fraction(1, 10**k) for k in (2, 4, 6, 8, 12, 16))


def goal_of(seed: int, n: int) -> set[int]:
    rng = random.Random(seed)
    return {s for s in range(n) if rng.random() < 0.3} or {rng.randrange(n)}


def marked(states: set[int], n: int) -> np.ndarray:
    """As an array."""
    return np.array([s in states for s in range(n)])


def holds(low: float, value: Fraction | None, high: float) -> bool:
    """Whether low ≤ value ≤ high, where None is ∞."""
    if value is None:
        return high == np.inf
    return low != np.inf and Fraction(float(low)) <= value and (high == np.inf or value <= Fraction(float(high)))


def check(case: Drawn, goal: set[int], precision: float = 1e-6) -> list[Reached]:
    """All that is promised, against all deterministic policies; the answers for the least and the largest total."""
    n = len(case.rows)
    worth = [totals(case, policy, goal) for policy in case.policies()]
    answered = []
    for is_max in (False, True):
        found = total(case.model, marked(goal, n), case.model.rewards["reward"], is_max, precision)
        own = totals(case, found.choice.tolist(), goal)
        for s in range(n):
            values = [each[s] for each in worth]
            finite = [value for value in values if value is not None]
            best = max(finite) if is_max and len(finite) == len(values) else None
            if not is_max and finite:
                best = min(finite)
            assert (best is None) == (found.low[s] == np.inf)
            assert holds(found.low[s], best, found.high[s])
            if found.is_proved:
                assert holds(found.low[s], own[s], found.high[s])
        answered.append(found)
    return answered


def small(seeds: range, leaks: tuple[Fraction, ...] = ()) -> None:
    for seed in seeds:
        case = drawn(seed, 5, leaks)
        for found in check(case, goal_of(seed, len(case.rows))):
            assert found.is_proved, seed
            finite = np.isfinite(found.high)
            scale = found.high[finite].max(initial=1.0)
            assert found.precision <= max(1e-6, 1e-11 * scale), seed


def test_all_policies_of_small_models() -> None:
    small(range(150))


def test_all_policies_of_small_models_with_tiny_probabilities() -> None:
    """Steps that almost never happen are waited for, if nothing else arrives: up to 10^16 steps each."""
    small(range(150), LEAKS)


@pytest.mark.long
def test_all_policies_of_thousands_of_small_models() -> None:
    small(range(1000, 4000))
    small(range(1000, 4000), LEAKS)


def test_what_doubles_alone_say_is_valid(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the rationals the bounds may be wide, or infinite, but hold."""
    monkeypatch.setattr(transient, "SMALL", 0)
    wide = 0
    for seed in range(200):
        case = drawn(seed, 5, LEAKS)
        for found in check(case, goal_of(seed, len(case.rows)), 1e-9):
            wide += found.precision > 1e-9
    assert wide > 0  # it is a test of such cases


def middle(seed: int, leaks: tuple[Fraction, ...]) -> None:
    """Against Storm's exact engine, which knows the same infinities."""
    case = drawn(seed, 150, leaks, 60)
    n = len(case.rows)
    rng = random.Random(seed)
    goal = {rng.randrange(n) for _ in range(n // 10)}
    for is_max, query in ((False, 'R{"paid"}min=? [F "goal"]'), (True, 'R{"paid"}max=? [F "goal"]')):
        found = total(case.model, marked(goal, n), case.model.rewards["reward"], is_max)
        assert found.precision <= 1e-6, (seed, is_max)
        for s, exact in enumerate(answers(case.rows, {"goal": goal}, case.paid, query)):
            assert holds(found.low[s], exact, found.high[s]), (seed, s, is_max)


def test_storm_agrees_on_middling_models() -> None:
    for seed in range(12):
        middle(seed, ())
        middle(seed, LEAKS[:2])


@pytest.mark.parametrize("side", [30, 100])
def test_steps_on_a_grid(side: int) -> None:
    """Proved, narrow, the policy is worth it by an independent solution, and sweeps from below stay below."""
    model = grid(side, is_merged=True)
    n = model.size
    goal = marked({n - 1}, n)
    found = total(model, goal)
    assert found.precision <= 1e-6
    rows = model.choices[:-1] + found.choice
    lengths = np.diff(model.entries)[rows]
    places = np.concatenate([np.arange(a, a + k) for a, k in zip(model.entries[rows], lengths, strict=True)])
    offsets = np.concatenate(([0], np.cumsum(lengths)))
    chain = csr_matrix((model.probabilities[places], model.targets[places], offsets), shape=(n, n))[:-1, :-1]
    own = np.append(spsolve((identity(n - 1) - chain).tocsc(), np.ones(n - 1)), 0.0)
    assert (own >= found.low - 1e-8).all()
    assert (own <= found.high + 1e-8).all()
    values = np.zeros(n)
    for _ in range(400):
        sums = 1 + np.add.reduceat(model.probabilities * values[model.targets], model.entries[:-1])
        values = np.where(goal, 0.0, np.minimum.reduceat(sums, model.choices[:-1]))
    assert (values <= found.high + 1e-9).all()


@pytest.mark.parametrize("stay", [1 - 1e-16, 1 - 1e-12, 1 - 1e-6, 0.5])
def test_waiting(stay: float) -> None:
    """1 / (1 − p) steps, within 1e-6 or the few digits that a float of that size has."""
    model = SparseModel.from_arrays([0, 1, 2], [0, 2, 3], [0, 1, 1], [stay, 1 - stay, 1.0])
    exact = Fraction(stay) + Fraction(1 - stay)
    for is_max in (False, True):
        found = total(model, np.array([False, True]), None, is_max)
        value = exact / Fraction(1 - stay)
        assert holds(found.low[0], value, found.high[0])
        assert found.high[0] - found.low[0] <= max(1e-6, 1e-13 * found.high[0])


def test_a_minute_probability_to_arrive() -> None:
    """10^300 steps are expected: that is said, or that no bound was found."""
    model = SparseModel.from_arrays([0, 1, 2], [0, 2, 3], [0, 1, 1], [1.0, 1e-300, 1.0])
    found = total(model, np.array([False, True]))
    assert found.low[0] <= 1e300 <= found.high[0]


def test_goals_that_nothing_or_everything_is() -> None:
    for seed in range(30):
        case = drawn(seed)
        n = len(case.rows)
        for is_max in (True, False):
            nowhere = total(case.model, marked(set(), n), None, is_max)
            assert nowhere.low.tolist() == nowhere.high.tolist() == [np.inf] * n
            assert total(case.model, marked(set(range(n)), n), None, is_max).high.tolist() == [0.0] * n


def test_nothing_is_paid() -> None:
    """Then the least total is 0 where the goal can surely be reached, however long it takes."""
    for seed in range(60):
        case = drawn(seed)
        n = len(case.rows)
        goal = marked(goal_of(seed, n), n)
        nothing = np.zeros(len(case.model.entries) - 1)
        for is_max in (True, False):
            found, steps = (total(case.model, goal, reward, is_max) for reward in (nothing, None))
            assert np.array_equal(found.low == np.inf, steps.low == np.inf)
            assert set(found.low.tolist()) <= {0.0, np.inf}
            assert found.precision <= 1e-6


def test_negative_payments_are_refused() -> None:
    model = SparseModel.from_arrays([0, 1], [0, 1], [0], [1.0])
    with pytest.raises(Unsupported, match="not negative"):
        total(model, np.array([True]), np.array([-1.0]))


def test_a_distribution_of_starts_with_an_infinite_one() -> None:
    model = SparseModel.from_arrays([0, 1, 2, 3], [0, 1, 2, 3], [2, 1, 2], [1.0, 1.0, 1.0], start=[0.5, 0.25, 0.25])
    assert total(model, np.array([False, False, True])).at(model) == (np.inf, np.inf)
