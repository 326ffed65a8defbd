"""What is written is read back as the same model, in every format that is written."""

import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings

from specl.interchange import formats, prism_explicit, read, write
from specl.interchange.reading import drn_lines
from specl.language.diagnostics import SpecErrors
from specl.solvers.sparse import SparseModel
from tests.interchange.models import WORDS, assert_same, grid, models


@given(models())
@settings(max_examples=60, deadline=None)
def test_umb_keeps_everything(model: SparseModel) -> None:
    with tempfile.TemporaryDirectory() as folder:
        write(model, f"{folder}/m.umb")
        assert_same(model, read(f"{folder}/m.umb"))


@given(models(WORDS, is_plain=True))
@settings(max_examples=60, deadline=None)
def test_drn_keeps_transitions_rewards_labels_and_actions(model: SparseModel) -> None:
    with tempfile.TemporaryDirectory() as folder:
        told: list[str] = []
        write(model, f"{folder}/m.drn", told.append)
        kept = {name: holds for name, holds in model.labels.items() if holds.any()}
        assert_same(replace(model, labels=kept), read(f"{folder}/m.drn", told.append))
        assert len(told) == len(model.labels) - len(kept)


@pytest.mark.parametrize("ending", [".umb", ".umb.gz", ".umb.xz", ".drn"])
def test_the_ending_says_the_format_and_the_content_too(ending: str, tmp_path: Path) -> None:
    write(grid(), tmp_path / f"m{ending}")
    assert_same(grid(), read(tmp_path / f"m{ending}"))
    (tmp_path / f"m{ending}").rename(tmp_path / "model")
    assert_same(grid(), read(tmp_path / "model"))


@pytest.mark.parametrize("limit", [2, 3, 7, 100])
def test_long_files_are_read_in_pieces(limit: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """States and choices are cut in two where so many lines are read at a time."""
    model = grid()
    write(model, tmp_path / "m.drn")
    lines = [
        f"{s} {k - model.choices[s]} {model.targets[j]} {float(model.probabilities[j])!r}\n"
        for s in range(model.size)
        for k in range(model.choices[s], model.choices[s + 1])
        for j in range(model.entries[k], model.entries[k + 1])
    ]
    (tmp_path / "m.tra").write_text(f"25 100 {len(lines)}\n" + "".join(lines))
    monkeypatch.setattr(drn_lines, "LIMIT", limit)
    monkeypatch.setattr(prism_explicit, "LIMIT", limit)
    assert_same(model, read(tmp_path / "m.drn"))
    plain = replace(model, rewards={}, labels={}, actions=(), action=None)
    assert_same(plain, read(tmp_path / "m.tra"))


def test_what_drn_lacks_is_told(tmp_path: Path) -> None:
    model = SparseModel.from_arrays([0, 2], [0, 1, 2], [0, 0], [1, 1], labels={"a": [True, False]}, states=["here"])
    told: list[str] = []
    write(model, tmp_path / "m.drn", told.append)
    assert [line.split(" are left out")[0] for line in told] == [
        "names of states",
        "labels of choices and of transitions",
    ]


@pytest.mark.parametrize(
    ("model", "said"),
    [
        (SparseModel.from_arrays([0, 1, 2], [0, 1, 2], [0, 1], [1, 1], start=[0.25, 0.75]), "start probabilities"),
        (SparseModel.from_arrays([0, 1], [0, 1], [0], [1], rewards={"my reward": [1]}), "`my reward`"),
        (SparseModel.from_arrays([0, 1], [0, 1], [0], [1], actions=["go on"], action=[0]), "`go on`"),
        (SparseModel.from_arrays([0, 1], [0, 1], [0], [1], labels={"init": [True]}), "`init`"),
        (SparseModel.from_arrays([0, 1], [0, 1], [0], [1], labels={'"': [True]}), '`"`'),
    ],
)
def test_what_would_be_another_model_is_not_written(model: SparseModel, said: str, tmp_path: Path) -> None:
    with pytest.raises(SpecErrors, match="E108") as caught:
        write(model, tmp_path / "m.drn")
    assert said in str(caught.value)
    write(model, tmp_path / "m.umb")
    assert_same(model, read(tmp_path / "m.umb"))


def test_formats_are_found_in_their_folder() -> None:
    assert [one.NAME for one in formats()] == ["DRN", "PRISM's explicit files", "UMB"]


@pytest.mark.parametrize("name", ["m.spec", "m.tra", "m"])
def test_other_endings_are_not_written(name: str, tmp_path: Path) -> None:
    with pytest.raises(SpecErrors, match="E100"):
        write(grid(), tmp_path / name)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    for ending in (".umb", ".drn"):
        with pytest.raises(SpecErrors, match="E001"):
            write(grid(), tmp_path / "none" / f"m{ending}")
        with pytest.raises(SpecErrors, match="E001"):
            read(tmp_path / "none" / f"m{ending}")
