"""The equations of one policy's chain, against exact solutions and sparse linear solves."""

import random
from fractions import Fraction

import numpy as np
import pytest
from scipy.sparse import csr_matrix, identity
from scipy.sparse.linalg import spsolve

from specl.solvers import chain_equations
from specl.solvers.chain_equations import chain
from specl.solvers.sparse import SparseModel
from tests.benchmarks.models import grid
from tests.solvers.drawing import drawn, values


def test_small_chains() -> None:
    """x = (r + Σ p x) with what is outside worth 0, divided by the probability to leave, exactly; all orders."""
    for seed in range(150):
        case, rng = drawn(seed), random.Random(seed)
        n = len(case.rows)
        best = [rng.randrange(len(row)) for row in case.rows]
        rows = [row[a] for row, a in zip(case.rows, best, strict=True)]
        order = [s for s in range(n) if _leaves(rows, s)]
        rng.shuffle(order)
        if not order:
            continue
        known = {s: Fraction(0) for s in range(n) if s not in order}
        paid = [Fraction(rng.randint(0, 5)) for _ in range(n)]
        exact = values(rows, known, paid)
        found = chain(case.model, np.array(order, dtype=np.int32))
        found.set(case.model, np.array(best, dtype=np.int32))
        right = np.array([float(paid[s]) for s in order]) * found.stay
        x = found.solve(right, 1e-13)
        assert np.allclose(x, [float(exact[s]) for s in order], rtol=1e-9, atol=1e-9), seed


def _leaves(rows: list[dict[int, Fraction]], s: int) -> bool:
    """Whether the last state is reached from s, and s is not it: such states are left in the end."""
    seen, waiting = {s}, [s]
    while waiting:
        for t in rows[waiting.pop()].keys() - seen:
            seen.add(t)
            waiting.append(t)
    return s != len(rows) - 1 and len(rows) - 1 in seen and all(_reaches(rows, t) for t in seen)


def _reaches(rows: list[dict[int, Fraction]], s: int) -> bool:
    seen, waiting = {s}, [s]
    while waiting:
        for t in rows[waiting.pop()].keys() - seen:
            seen.add(t)
            waiting.append(t)
    return len(rows) - 1 in seen


def system(model: SparseModel, best: np.ndarray, order: np.ndarray, loss: float) -> csr_matrix:
    """I − (1 − loss) P on the states of an order."""
    rows = model.choices[:-1] + best
    lengths = np.diff(model.entries)[rows]
    places = np.concatenate([np.arange(a, a + k) for a, k in zip(model.entries[rows], lengths, strict=True)])
    offsets = np.concatenate(([0], np.cumsum(lengths)))
    whole = csr_matrix((model.probabilities[places], model.targets[places], offsets), shape=(model.size,) * 2)
    return (identity(len(order)) - (1 - loss) * whole[order][:, order]).tocsr()


@pytest.mark.parametrize("loss", [0.0, 1e-12, 0.01])
@pytest.mark.parametrize("is_stiff", [False, True])
def test_a_grid(loss: float, is_stiff: bool) -> None:
    """Random policies on a grid, by BiCGSTAB and by factorisation; the residual is as small as was asked for."""
    model = grid(40, is_merged=True)
    rng = np.random.default_rng(1)
    order = np.arange(model.size - 1, dtype=np.int32)[::-1].copy()
    toward = np.where(rng.random(model.size) < 0.7, rng.integers(1, 3, model.size), rng.integers(0, 4, model.size))
    best = toward.astype(np.int32)
    found = chain(model, order)
    found.is_stiff = is_stiff
    found.set(model, best, loss)
    matrix = system(model, best, order, loss)
    right = rng.random(len(order))
    x = found.solve(right * found.stay, 1e-10)
    assert found.is_stiff == is_stiff
    assert np.abs(matrix @ x - right).max() < 1e-7
    assert np.allclose(x, spsolve(matrix.tocsc(), right), rtol=1e-6)


def test_singular_equations_are_survived(monkeypatch: pytest.MonkeyPatch) -> None:
    """A policy that stays for ever in doubles: whatever comes out, something does."""
    model = SparseModel.from_arrays([0, 1, 2, 3], [0, 2, 4, 5], [1, 2, 0, 2, 2], [1.0, 1e-17, 1.0, 1e-17, 1.0])
    found = chain(model, np.array([0, 1], dtype=np.int32))
    found.set(model, np.zeros(3, dtype=np.int32))
    monkeypatch.setattr(chain_equations, "STEPS", 1)
    assert len(found.solve(np.array([1e-17, 1e-17]), 1e-30)) == 2
