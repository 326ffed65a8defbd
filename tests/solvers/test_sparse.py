"""Flat arrays are checked: what is no model is refused, with the place."""

import numpy as np
import pytest

from specl.solvers.sparse import NotAModel, SparseModel

CHOICES, ENTRIES, TARGETS, WEIGHTS = [0, 1, 3], [0, 2, 3, 4], [0, 1, 1, 0], [0.5, 0.5, 1.0, 1.0]


def test_a_model_is_taken_as_it_is() -> None:
    weights = np.array(WEIGHTS)
    model = SparseModel.from_arrays(CHOICES, ENTRIES, np.array(TARGETS, dtype=np.int32), weights, rewards=[1.0, 2, 3])
    assert model.size == 2
    assert model.probabilities is weights
    assert list(model.rewards["reward"]) == [1, 2, 3]
    assert model.act(2) == "1"
    assert model.state(1) == "1"


def test_zero_probabilities_go() -> None:
    marked = {"l": [True, False, True, True, False]}
    model = SparseModel.from_arrays([0, 1, 3], [0, 3, 4, 5], [0, 0, 1, 1, 0], [0.5, 0.0, 0.5, 1, 1], labels=marked)
    assert list(model.entries) == [0, 2, 3, 4]
    assert list(model.targets) == TARGETS
    assert list(model.labels["l"]) == [True, True, True, False]


def test_rows_are_scaled_to_sum_to_1() -> None:
    model = SparseModel.from_arrays([0, 1], [0, 2], [0, 0], [0.3, 0.7 + 1e-10])
    assert abs(model.probabilities.sum() - 1) <= 2**-52


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        (([0], [0], [], []), "at least one state"),
        (([0, 0, 3], ENTRIES, TARGETS, WEIGHTS), "state 0 has no choice"),
        ((CHOICES, [0, 2, 2, 4], TARGETS, WEIGHTS), "choice 1 leads nowhere"),
        ((CHOICES, ENTRIES, [0, 1, 2, 0], WEIGHTS), "entry 2 leads to a state"),
        ((CHOICES, ENTRIES, [0, 1, -1, 0], WEIGHTS), "entry 2 leads to a state"),
        ((CHOICES, ENTRIES, [0.0, 1.0, 1.0, 0.0], WEIGHTS), "array of integers"),
        ((CHOICES, ENTRIES, TARGETS, [0.5, 0.5, float("nan"), 1]), "probability of entry 2"),
        ((CHOICES, ENTRIES, TARGETS, [1.5, -0.5, 1, 1]), "probability of entry 1"),
        ((CHOICES, ENTRIES, TARGETS, [0.5, 0.4, 1, 1]), "choice 0 sum to 0.9"),
        ((CHOICES, ENTRIES, TARGETS, [0.5, 0.5, 0, 1]), "choice 1 has probability 0"),
        (([0, 2, 1, 3], ENTRIES, TARGETS, WEIGHTS), "must not decrease"),
        (([1, 3], ENTRIES, TARGETS, WEIGHTS), "starts with 0"),
        ((CHOICES, ENTRIES, TARGETS, WEIGHTS[:3]), "3 probabilities"),
    ],
)
def test_what_is_no_model_is_refused(arrays: tuple[list[float], ...], message: str) -> None:
    with pytest.raises(NotAModel, match=message):
        SparseModel.from_arrays(*arrays)


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        ({"start": 2}, "the start is one of the states"),
        ({"start": [0.5, 0.4]}, "start probabilities sum"),
        ({"start": [1.5, -0.5]}, "start probability of state 1"),
        ({"rewards": [1.0, 2.0]}, "shape"),
        ({"rewards": [1.0, 2.0, float("inf")]}, "infinite"),
        ({"labels": {"l": [True]}}, "label"),
        ({"states": ["a"]}, "names"),
        ({"actions": ["x"], "action": [0, 0, 1]}, "action"),
        ({"actions": ["x"], "action": [0, 0, -1]}, "action"),
    ],
)
def test_wrong_extras_are_refused(extra: dict[str, object], message: str) -> None:
    with pytest.raises(NotAModel, match=message):
        SparseModel.from_arrays(CHOICES, ENTRIES, TARGETS, WEIGHTS, **extra)  # type: ignore[arg-type]
