"""Optimal probabilities lie within their bounds, and policies are worth what is claimed: against enumeration of all
policies over the rationals, Storm's exact engine, and linear solves of the induced chain."""

import random
from fractions import Fraction

import numpy as np
import pytest
from scipy.sparse import csr_matrix, identity
from scipy.sparse.linalg import spsolve

from specl.solvers import transient
from specl.solvers.reachability import Reached, reach
from specl.solvers.sparse import SparseModel
from tests.benchmarks.models import grid
from tests.solvers.drawing import Drawn, drawn, in_arrays, probabilities
from tests.solvers.storm_exact import answers

LEAKS = tuple(Fraction(1, 10**k) for k in (3, 6, 9, 12, 15, 18, 40, 300))


def sets(seed: int, n: int) -> tuple[set[int], set[int]]:
    """A goal and what may be passed."""
    rng = random.Random(seed)
    return {s for s in range(n) if rng.random() < 0.25}, {s for s in range(n) if rng.random() < 0.85}


def marked(states: set[int], n: int) -> np.ndarray:
    """As an array."""
    return np.array([s in states for s in range(n)])


def check(case: Drawn, goal: set[int], passable: set[int], precision: float = 1e-6) -> list[Reached]:
    """All that is promised, against all deterministic policies; the answers for largest and least."""
    n = len(case.rows)
    worth = [probabilities(case, policy, goal, passable) for policy in case.policies()]
    answered = []
    for is_max, best in ((True, max), (False, min)):
        found = reach(case.model, marked(goal, n), marked(passable, n), is_max, precision)
        own = probabilities(case, found.choice.tolist(), goal, passable)
        for s in range(n):
            low, high = Fraction(float(found.low[s])), Fraction(float(found.high[s]))
            assert low <= best(each[s] for each in worth) <= high
            assert low <= own[s] <= high
            assert high - low <= Fraction(found.precision) * (1 + Fraction(1, 2**50))
        answered.append(found)
    return answered


def small(seeds: range, leaks: tuple[Fraction, ...] = ()) -> None:
    for seed in seeds:
        case = drawn(seed, 5, leaks)
        for found in check(case, *sets(seed, len(case.rows))):
            assert found.is_proved, seed
            assert found.precision <= 1e-6, seed


def test_all_policies_of_small_models() -> None:
    small(range(150))


def test_all_policies_of_small_models_with_tiny_probabilities() -> None:
    small(range(150), LEAKS)


@pytest.mark.long
def test_all_policies_of_thousands_of_small_models() -> None:
    small(range(1000, 4000))
    small(range(1000, 4000), LEAKS)


def test_what_doubles_alone_say_is_valid(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the rationals the bounds may be wide, but hold; where nothing is proved they are 0 and 1."""
    monkeypatch.setattr(transient, "SMALL", 0)
    wide = 0
    for seed in range(200):
        case = drawn(seed, 5, LEAKS)
        for found in check(case, *sets(seed, len(case.rows)), 1e-9):
            wide += found.precision > 1e-9
            assert found.is_proved or found.precision == 1.0, seed
    assert wide > 0  # it is a test of such cases


def test_a_precision_beyond_doubles() -> None:
    """The bounds are as narrow as they can be, and tell how narrow that is."""
    for seed in range(60):
        case = drawn(seed, 5)
        for found in check(case, *sets(seed, len(case.rows)), 1e-30):
            assert found.precision < 1e-9, seed


def middle(seed: int, leaks: tuple[Fraction, ...], least: int, most: int) -> None:
    """Against Storm's exact engine."""
    case = drawn(seed, most, leaks, least)
    n = len(case.rows)
    rng = random.Random(seed)
    goal, passable = {rng.randrange(n) for _ in range(n // 20)}, {s for s in range(n) if rng.random() < 0.9}
    labels = {"goal": goal, "safe": passable}
    for is_max, query in ((True, 'Pmax=? ["safe" U "goal"]'), (False, 'Pmin=? ["safe" U "goal"]')):
        found = reach(case.model, marked(goal, n), marked(passable, n), is_max)
        assert found.precision <= 1e-6, (seed, is_max)
        for s, exact in enumerate(answers(case.rows, labels, case.paid, query)):
            assert exact is not None
            assert Fraction(float(found.low[s])) <= exact <= Fraction(float(found.high[s])), (seed, s, is_max)


def test_storm_agrees_on_middling_models() -> None:
    for seed in range(12):
        middle(seed, (), 60, 150)
        middle(seed, LEAKS[:3], 60, 150)


def exactly(side: int, seed: int) -> Drawn:
    """The slippery grid with traps, over the rationals."""
    model = grid(side, is_merged=True)
    rows = [
        [
            {
                int(t): Fraction(round(10 * p), 10)
                for t, p in zip(
                    model.targets[model.entries[k] : model.entries[k + 1]],
                    model.probabilities[model.entries[k] : model.entries[k + 1]],
                    strict=True,
                )
            }
            for k in range(model.choices[s], model.choices[s + 1])
        ]
        for s in range(model.size)
    ]
    paid = [[Fraction(1)] * len(row) for row in rows]
    return Drawn(in_arrays(rows, paid), rows, paid)


def traps(side: int, seed: int) -> set[int]:
    """18 % of the cells."""
    draw = np.random.default_rng(seed).random(side * side) < 0.18
    draw[[0, -1]] = False
    return set(np.flatnonzero(draw).tolist())


@pytest.mark.parametrize("side", [6, 10])
def test_grids_with_traps_against_storm(side: int) -> None:
    case = exactly(side, 0)
    n = side * side
    for seed in range(8):
        safe = set(range(n)) - traps(side, seed)
        found = reach(case.model, marked({n - 1}, n), marked(safe, n))
        assert found.precision <= 1e-6, seed
        exact = answers(case.rows, {"goal": {n - 1}, "safe": safe}, case.paid, 'Pmax=? ["safe" U "goal"]')
        for s in range(n):
            value = exact[s]
            assert value is not None
            assert Fraction(float(found.low[s])) <= value <= Fraction(float(found.high[s])), (seed, s)


def chain_values(model: SparseModel, goal: np.ndarray, passable: np.ndarray, choice: np.ndarray) -> np.ndarray:
    """Of one policy, by a sparse linear solve in floating point, on the states from where the goal can be reached."""
    rows = model.choices[:-1] + choice
    starts, lengths = model.entries[rows], np.diff(model.entries)[rows]
    places = np.concatenate([np.arange(a, a + n) for a, n in zip(starts, lengths, strict=True)])
    offsets = np.concatenate(([0], np.cumsum(lengths)))
    chain = csr_matrix((model.probabilities[places], model.targets[places], offsets), shape=(model.size,) * 2)
    reaching = goal.copy()
    while True:
        more = reaching | (passable & (chain @ reaching > 0))
        if (more == reaching).all():
            break
        reaching = more
    inner = np.flatnonzero(reaching & ~goal)
    values = goal.astype(float)
    right = chain[inner] @ values
    values[inner] = spsolve((identity(len(inner)) - chain[inner][:, inner]).tocsc(), right)
    return values


@pytest.mark.parametrize(("side", "seed"), [(15, 4), (15, 7), (20, 4), (30, 1), (50, 0), (80, 2)])
def test_grids_with_traps(side: int, seed: int) -> None:
    """Proved, narrow, and the policy is worth it by an independent solution; plain sweeps from below stay below."""
    model = grid(side, is_merged=True)
    n = model.size
    goal, passable = marked({n - 1}, n), ~marked(traps(side, seed), n)
    found = reach(model, goal, passable)
    assert found.is_proved
    assert found.precision <= 1e-6
    own = chain_values(model, goal, passable, found.choice)
    assert (own >= found.low - 1e-9).all()
    assert (own <= found.high + 1e-9).all()
    values = goal.astype(float)
    for _ in range(300):
        sums = np.add.reduceat(model.probabilities * values[model.targets], model.entries[:-1])
        values = np.where(goal, 1.0, np.where(passable, np.maximum.reduceat(sums, model.choices[:-1]), 0.0))
    assert (values <= found.high + 1e-12).all()


def line(*chances: float) -> SparseModel:
    """A corridor: state s steps on with probability chances[s], and stays otherwise, or gives up for the last state."""
    n = len(chances)
    choices, entries, targets, weights = [0], [0], list[int](), list[float]()
    for s, p in enumerate(chances):
        for after in (s, n + 1):
            targets += [s + 1, after]
            weights += [p, 1 - p]
            entries.append(len(targets))
        choices.append(len(entries) - 1)
    for s in (n, n + 1):
        targets.append(s)
        weights.append(1.0)
        entries.append(len(targets))
        choices.append(len(entries) - 1)
    return SparseModel.from_arrays(choices, entries, targets, weights)


@pytest.mark.parametrize("tiny", [1e-15, 1e-16, 1e-17, 1e-100, 1e-300, 5e-324])
def test_tiny_probabilities(tiny: float) -> None:
    """Whoever waits gets through almost surely; who gives up at once almost never does."""
    model = line(tiny, 0.5, tiny)
    goal = marked({3}, 5)
    most, least = reach(model, goal), reach(model, goal, is_max=False)
    assert most.low.tolist() == most.high.tolist() == [1, 1, 1, 1, 0]
    exact = [Fraction(tiny) ** 2 / 2, Fraction(tiny) / 2, Fraction(tiny)]
    for s, value in enumerate(exact):
        assert Fraction(float(least.low[s])) <= value <= Fraction(float(least.high[s]))
        assert tiny < 1e-300 or least.high[s] - least.low[s] <= 1e-6  # smaller floats are known to few digits


def test_goals_that_nothing_or_everything_is() -> None:
    for seed in range(30):
        case = drawn(seed)
        n = len(case.rows)
        for goal, value in ((set[int](), 0.0), (set(range(n)), 1.0)):
            for is_max in (True, False):
                found = reach(case.model, marked(goal, n), None, is_max)
                assert found.low.tolist() == found.high.tolist() == [value] * n
                assert found.precision == 0.0


def test_a_distribution_of_starts() -> None:
    for seed in range(60):
        case, rng = drawn(seed), random.Random(seed)
        n = len(case.rows)
        weights = [rng.randint(0, 3) for _ in range(n - 1)] + [1]
        start = [w / sum(weights) for w in weights]
        model = SparseModel.from_arrays(
            case.model.choices, case.model.entries, case.model.targets, case.model.probabilities, start=start
        )
        goal, _ = sets(seed, n)
        worth = [probabilities(case, policy, goal, set(range(n))) for policy in case.policies()]
        best = max(sum(w * v for w, v in zip(weights, values, strict=True)) for values in worth) / Fraction(
            sum(weights)
        )
        low, high = reach(model, marked(goal, n)).at(model)
        assert Fraction(low) <= best <= Fraction(high), seed
        assert high - low <= 1e-6


def test_start_probabilities_are_scaled() -> None:
    model = SparseModel.from_arrays([0, 1, 2], [0, 1, 2], [0, 1], [1.0, 1.0], start=[0.4999999999, 0.4999999999])
    low, high = reach(model, np.array([True, True])).at(model)
    assert low <= 1 <= high
