"""What an induction proves holds, in exact arithmetic and for models that differ by roundings; what cannot be proved is
not."""

import random
from fractions import Fraction

import numpy as np
import pytest

from specl.solvers.graph import predecessors
from specl.solvers.inductive import settle
from specl.solvers.sparse import SparseModel
from tests.solvers.drawing import Drawn, drawn

LEAKS = tuple(Fraction(1, 10**k) for k in (3, 9, 15, 40, 300))
NOTHING = np.empty(0)


def rises(case: Drawn, x: np.ndarray, s: int, paid: bool) -> list[Fraction]:
    """T_k x − x in state s for all of its choices, exactly."""
    exact = [Fraction(float(value)) for value in x]
    return [
        sum((p * (exact[t] - exact[s]) for t, p in row.items()), start=case.paid[s][a] if paid else Fraction(0))
        for a, row in enumerate(case.rows[s])
    ]


@pytest.mark.parametrize("paid", [False, True])
@pytest.mark.parametrize("sign", [1, -1])
def test_what_is_proved_is_true(sign: int, paid: bool) -> None:
    """Random vectors, moved until they are inductive; then they are, exactly, for all choices or for some policy's."""
    proved = 0
    for seed in range(300):
        case, rng = drawn(seed, 6, LEAKS), random.Random(seed)
        n = len(case.rows)
        order = np.array(sorted(rng.sample(range(n), rng.randint(1, n))), dtype=np.int32)
        x = np.array([rng.choice([0.0, 1.0, rng.random(), 1e-17, 1e-300, 0.5]) for _ in range(n)])
        best = np.array([rng.randrange(len(row)) for row in case.rows], dtype=np.int32)
        is_all, before = rng.random() < 0.5, x.copy()
        reward = case.model.rewards["reward"] if paid else NOTHING
        found = settle(case.model, predecessors(case.model), reward, order, x, sign, None if is_all else best)
        outside = np.setdiff1d(np.arange(n), order)
        assert np.array_equal(x[outside], before[outside])
        assert (sign * x >= sign * before).all()  # it moves one way alone
        if found:
            proved += 1
            for s in order.tolist():
                for a, rise in enumerate(rises(case, x, s, paid)):
                    assert sign * rise <= 0 or not (is_all or a == best[s]), seed
    assert proved > 100


def test_a_model_that_differs_by_roundings_is_covered() -> None:
    """The exact quotients that floats stand for lie on either side of them."""
    for seed in range(200):
        rng = random.Random(seed)
        weights = [rng.randint(1, 9) for _ in range(rng.randint(2, 5))]
        row = {t + 1: Fraction(w, sum(weights)) for t, w in enumerate(weights)}
        n = len(row) + 1
        model = SparseModel.from_arrays(
            range(n + 1), [0, len(row), *range(len(row) + 1, len(row) + n)], [*row, *range(1, n)],
            [float(p) for p in row.values()] + [1.0] * (n - 1),
        )  # fmt: skip
        x = np.array([0.0, *(rng.random() for _ in row)])
        x[0] = sum(float(p) * x[t] for t, p in row.items())  # as near as can be
        order = np.array([0], dtype=np.int32)
        exact = sum(p * Fraction(float(x[t])) for t, p in row.items())
        for sign in (1, -1):
            y = x.copy()
            assert settle(model, predecessors(model), NOTHING, order, y, sign, None)
            assert sign * (Fraction(float(y[0])) - exact) >= 0, seed
            assert abs(y[0] - float(exact)) < 1e-14


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_nothing_is_proved_of_what_is_no_number(bad: float) -> None:
    model = SparseModel.from_arrays([0, 1, 2, 3], [0, 1, 2, 3], [1, 2, 2], [1.0, 1.0, 1.0])
    order, into = np.array([0, 1], dtype=np.int32), predecessors(model)
    for place in (0, 1):
        for sign in (1, -1):
            x = np.zeros(3)
            x[place] = bad
            assert not settle(model, into, NOTHING, order, x, sign, None)


def test_choices_into_infinity_are_left_out_of_lower_bounds_alone() -> None:
    model = SparseModel.from_arrays([0, 2, 3, 4], [0, 1, 2, 3, 4], [1, 2, 1, 2], [1.0] * 4)
    order, into = np.array([0], dtype=np.int32), predecessors(model)
    for sign, expected in ((-1, True), (1, False)):
        x = np.array([0.25, 0.5, np.inf])
        assert settle(model, into, NOTHING, order, x, sign, None) is expected


@pytest.mark.parametrize("tiny", [1e-100, 1e-290, 1e-300, 1e-310, 5e-324])
def test_products_that_underflow_prove_nothing(tiny: float) -> None:
    """A state that is left almost never, for what is worth more than it claims: the claim is no upper bound."""
    model = SparseModel.from_arrays([0, 1, 2], [0, 2, 3], [0, 1, 1], [1.0, tiny, 1.0])
    order, into = np.array([0], dtype=np.int32), predecessors(model)
    for gap in (0.4, 1e-10, 1e-30):
        x = np.array([1.0 - gap if gap > 1e-16 else 0.0, 1.0 if gap > 1e-16 else gap])
        if settle(model, into, NOTHING, order, x, 1, None):
            assert x[0] >= x[1]


def test_flat_vectors_need_no_room() -> None:
    """Where all targets are worth the same, as in an end component, nothing is lost to rounding."""
    for seed in range(50):
        case = drawn(seed)
        n = len(case.rows)
        for value in (0.0, 0.1, 1.0):
            for sign in (1, -1):
                x = np.full(n, value)
                assert settle(
                    case.model, predecessors(case.model), NOTHING, np.arange(n, dtype=np.int32), x, sign, None
                )
                assert (x == value).all()
