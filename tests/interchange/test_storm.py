"""Storm reads what is written here, and gives the same answers; what Storm writes is read as the same model."""

import struct
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from specl.interchange import read, write
from specl.solvers.discounted import solve_discounted
from specl.solvers.sparse import SparseModel
from tests.interchange.models import assert_same, grid, written
from tests.interchange.test_umb import archived, index

stormpy = pytest.importorskip("stormpy")


def answer(model: Any, formula: str) -> float:
    """Of Storm, from the initial state."""
    return float(stormpy.model_checking(model, stormpy.parse_properties(formula)[0]).get_value(model.initial_states[0]))


def built(path: Path) -> Any:
    if path.suffix == ".drn":
        options = stormpy.developer.DirectEncodingParserOptions()
        options.build_choice_labeling = True
        return stormpy.build_model_from_drn(str(path), options=options)
    return stormpy.build_model_from_umb(str(path))


def chain() -> SparseModel:
    return SparseModel.from_arrays(
        [0, 1, 2, 3],
        [0, 2, 4, 5],
        [1, 2, 0, 2, 2],
        [0.5, 0.5, 0.9, 0.1, 1],
        rewards={"r": [1, 2, 0]},
        labels={"goal": [False, False, True]},
    )


@pytest.mark.parametrize("ending", [".umb", ".umb.gz", ".umb.xz", ".drn"])
def test_storm_reads_what_is_written(ending: str, tmp_path: Path) -> None:
    model = grid()
    path = tmp_path / f"m{ending}"
    write(model, path)
    storm = built(path if ending in (".umb", ".drn") else path.rename(tmp_path / "m.umb"))
    assert storm.model_type == stormpy.models.ModelType.MDP
    matrix = storm.transition_matrix
    assert (storm.nr_states, storm.nr_choices, matrix.nr_entries) == (25, 100, len(model.targets))
    assert [entry.column for entry in matrix] == model.targets.tolist()
    assert [entry.value for entry in matrix] == model.probabilities.tolist()
    assert storm.reward_models["reward"].state_action_rewards == model.rewards["reward"].tolist()
    assert {s for s in range(25) if "trap" in storm.labeling.get_labels_of_state(s)} == {3, 10, 17, 24}
    assert storm.choice_labeling.get_labels_of_choice(1) == {"south"}


@pytest.mark.parametrize("ending", [".umb", ".drn"])
def test_answers_agree(ending: str, tmp_path: Path) -> None:
    write(grid(), tmp_path / f"m{ending}")
    storm = built(tmp_path / f"m{ending}")
    ours = solve_discounted(grid(), grid().rewards["reward"], 0.9, 1e-9)
    assert ours.values[0] == pytest.approx(answer(storm, 'R{"reward"}max=? [Cdiscount=0.9]'), abs=1e-5)
    assert answer(storm, 'Pmax=? [!"trap" U "goal"]') == pytest.approx(_until(grid()), abs=1e-6)


def _until(model: SparseModel) -> float:
    """The largest probability of the goal before a trap, by many sweeps from below."""
    values = model.labels["goal"].astype(float)
    is_fixed = model.labels["goal"] | model.labels["trap"]
    for _ in range(5000):
        worth = np.add.reduceat(model.probabilities * values[model.targets], model.entries[:-1])
        values = np.where(is_fixed, values, np.maximum.reduceat(worth, model.choices[:-1]))
    return float(values[0])


@pytest.mark.parametrize("model", [grid(), chain()], ids=["mdp", "dtmc"])
def test_what_storm_writes_as_umb_is_read(model: SparseModel, tmp_path: Path) -> None:
    write(model, tmp_path / "ours.umb")
    stormpy.io.export_to_umb(built(tmp_path / "ours.umb"), str(tmp_path / "theirs.umb"))
    assert_same(read(tmp_path / "theirs.umb"), model)


def test_exact_models_are_read_as_storm_reads_and_writes_them(tmp_path: Path) -> None:
    """Storm writes exact models as DRN; as UMB it reads them, but fails to write them."""
    thirds = b"".join(struct.pack("<qQ", *value) for value in ((1, 3), (2, 3), (1, 1), (1, 7), (6, 7), (1, 1)))
    system = {"branch-probability-type": {"type": "rational", "size": 128}}
    path = archived(tmp_path / "m.umb", index(system), {"branch-to-probability.bin": thirds})
    options = stormpy.io.UmbImportOptions()
    options.value_type = stormpy.io.UmbImportValueType.RATIONAL
    storm = stormpy.build_model_from_umb(str(path), options=options)
    exact = [Fraction(str(entry.value)) for entry in storm.transition_matrix]
    assert exact == [Fraction(1, 3), Fraction(2, 3), 1, Fraction(1, 7), Fraction(6, 7), 1]
    stormpy.io.export_to_drn(storm, str(tmp_path / "m.drn"))
    for file in (path, tmp_path / "m.drn"):
        told: list[str] = []
        assert read(file, told.append).probabilities.tolist() == [float(p) for p in exact]
        assert any("rounded to the nearest doubles" in line for line in told)


@pytest.mark.parametrize("model", [grid(), chain()], ids=["mdp", "dtmc"])
def test_what_storm_writes_as_drn_is_read(model: SparseModel, tmp_path: Path) -> None:
    write(model, tmp_path / "ours.drn")
    stormpy.io.export_to_drn(built(tmp_path / "ours.drn"), str(tmp_path / "theirs.drn"))
    again = read(tmp_path / "theirs.drn")
    assert np.allclose(again.probabilities, model.probabilities, atol=1e-9)
    assert [again.act(k) for k in range(len(again.entries) - 1)] == [
        model.act(k) for k in range(len(model.entries) - 1)
    ]
    assert np.array_equal(again.labels["goal"], model.labels["goal"])


def test_storm_reads_the_same_transitions_in_prisms_files(tmp_path: Path) -> None:
    model = grid()
    rows = [
        f"{s} {k - model.choices[s]} {model.targets[j]} {float(model.probabilities[j])!r}\n"
        for s in range(model.size)
        for k in range(model.choices[s], model.choices[s + 1])
        for j in range(model.entries[k], model.entries[k + 1])
    ]
    stem = written(tmp_path, tra="mdp\n" + "".join(rows), lab='0="init" 1="goal"\n0: 0\n24: 1\n')
    (tmp_path / "storm.lab").write_text("#DECLARATION\ninit goal\n#END\n0 init\n24 goal\n")
    storm = stormpy.build_model_from_explicit(f"{stem}.tra", str(tmp_path / "storm.lab"))
    ours = read(stem)
    assert [entry.value for entry in storm.transition_matrix] == ours.probabilities.tolist()
    assert [entry.column for entry in storm.transition_matrix] == ours.targets.tolist()
    assert np.array_equal(ours.choices, model.choices)
