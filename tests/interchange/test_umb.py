"""UMB archives that others write: defaults for absent files, rationals, rewards, valuations; and faults."""

import io
import json
import struct
import tarfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from specl.interchange import read, write
from specl.language.diagnostics import SpecErrors
from tests.interchange.models import grid

SYSTEM = {
    "time": "discrete",
    "#players": 1,
    "#states": 3,
    "#initial-states": 1,
    "#choices": 4,
    "#choice-actions": 0,
    "#branches": 6,
    "#branch-actions": 0,
    "#observations": 0,
    "branch-probability-type": {"type": "double"},
}
FILES = {
    "state-to-choices.bin": struct.pack("<4Q", 0, 2, 3, 4),
    "state-is-initial.bin": struct.pack("<Q", 1),
    "choice-to-branches.bin": struct.pack("<5Q", 0, 2, 3, 5, 6),
    "branch-to-target.bin": struct.pack("<6Q", 1, 2, 0, 0, 2, 2),
    "branch-to-probability.bin": struct.pack("<6d", 0.25, 0.75, 1, 0.5, 0.5, 1),
}


def archived(path: Path, index: Any, files: dict[str, bytes | None], mode: str = "w:") -> Path:
    """An archive of an index, a text or what becomes one, and files; None leaves one out."""
    with tarfile.open(path, mode) as tar:  # type: ignore[call-overload]  # modes are not known to mypy
        text = index if isinstance(index, bytes) else json.dumps(index).encode()
        for name, data in {"index.json": text, **FILES, **files}.items():
            if data is not None:
                member = tarfile.TarInfo(name)
                member.size = len(data)
                tar.addfile(member, io.BytesIO(data))
    return path


def index(system: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {"format-version": 1, "format-revision": 0, "transition-system": {**SYSTEM, **(system or {})}, **more}


@pytest.mark.parametrize("mode", ["w:", "w:gz", "w:xz"])
def test_a_decision_process(mode: str, tmp_path: Path) -> None:
    annotations = {
        "rewards": {
            "r0": {"alias": "Time!", "applies-to": ["states", "choices", "branches"], "type": {"type": "double"}},
            "none": {"applies-to": ["choices"], "type": {"type": "double"}},
        },
        "aps": {"g": {"alias": "the goal", "applies-to": ["states"], "type": {"type": "bool"}}},
        "colours": {"c": {"applies-to": ["states"], "type": {"type": "uint", "size": 8}}},
    }
    files: dict[str, bytes | None] = {
        "annotations/rewards/r0/states/values.bin": struct.pack("<3d", 10, 20, 30),
        "annotations/rewards/r0/choices/values.bin": struct.pack("<4d", 1, 2, 3, 4),
        "annotations/rewards/r0/branches/values.bin": struct.pack("<6d", 4, 0, 0, 0.5, 0.5, 0),
        "annotations/aps/g/states/values.bin": struct.pack("<Q", 0b110),
    }
    told: list[str] = []
    path = archived(tmp_path / "m.umb", index(annotations=annotations), files, mode)
    model = read(path, told.append)
    assert model.targets.tolist() == [1, 2, 0, 0, 2, 2]
    assert model.rewards["Time!"].tolist() == [12, 12, 23.5, 34]
    assert model.rewards["none"].tolist() == [0, 0, 0, 0]
    assert model.labels["the goal"].tolist() == [False, True, True]
    assert told == ["the annotation `colours.c` is left out"]


def test_a_second_label_of_a_name_is_left_out_and_infinite_sums_are_refused(tmp_path: Path) -> None:
    label = {"alias": "g", "applies-to": ["states"], "type": {"type": "bool"}}
    annotations = {"aps": {"g": label}, "labels": {"h": {**label, "applies-to": ["choices", "branches"]}}}
    told: list[str] = []
    model = read(archived(tmp_path / "m.umb", index(annotations=annotations), {}), told.append)
    assert len(model.labels["g"]) == 3
    assert len(told) == 2
    rewards = {"r": {"applies-to": ["states", "choices"], "type": {"type": "double"}}}
    files: dict[str, bytes | None] = {
        "annotations/rewards/r/states/values.bin": struct.pack("<3d", 0, 1e308, 0),
        "annotations/rewards/r/choices/values.bin": struct.pack("<4d", 0, 0, 1e308, 0),
    }
    with pytest.raises(SpecErrors, match="E101: state 1, choice 0"):
        read(archived(tmp_path / "m.umb", index(annotations={"rewards": rewards}), files))


def test_absent_files_have_their_defaults(tmp_path: Path) -> None:
    """A chain without offsets: one choice, one branch each; targets and probabilities are 0 and 1 where absent."""
    system = {"#players": 0, "#choices": 3, "#branches": 3}
    files: dict[str, bytes | None] = dict.fromkeys(FILES)
    files["state-is-initial.bin"] = FILES["state-is-initial.bin"]
    model = read(archived(tmp_path / "m.umb", index(system), files))
    assert model.targets.tolist() == [0, 0, 0]
    assert model.probabilities.tolist() == [1, 1, 1]


def test_rationals_are_rounded_to_the_nearest_doubles(tmp_path: Path) -> None:
    values = [(1, 3), (2, 3), (1, 1), (10**17 + 1, 3 * 10**17), (2 * 10**17 - 1, 3 * 10**17), (1, 1)]
    annotations = {"rewards": {"r": {"applies-to": ["choices"], "type": {"type": "rational", "size": 256}}}}
    rewards = [(-(2**70), 3), (-1, 3), (0, 1), (2**100 + 1, 2**99)]
    long = b"".join(a.to_bytes(16, "little", signed=True) + b.to_bytes(16, "little") for a, b in rewards)
    files: dict[str, bytes | None] = {
        "branch-to-probability.bin": b"".join(struct.pack("<qQ", *value) for value in values),
        "annotations/rewards/r/choices/values.bin": long,
    }
    told: list[str] = []
    system = {"branch-probability-type": {"type": "rational", "size": 128}}
    model = read(archived(tmp_path / "m.umb", index(system, annotations=annotations), files), told.append)
    assert model.probabilities.tolist() == [a / b for a, b in values]
    assert model.rewards["r"].tolist() == [a / b for a, b in rewards]
    assert len(told) == 2


def test_states_are_called_by_their_valuations(tmp_path: Path) -> None:
    classes = [
        {
            "variables": [
                {"name": "x", "type": {"type": "uint", "size": 3}, "offset": -2},
                {"name": "y", "type": {"type": "int", "size": 4}, "is-optional": True},
                {"name": "b", "type": {"type": "bool"}},
                {"padding": 7},
            ]
        },
        {"variables": [{"name": "d", "type": {"type": "double"}}, {"name": "s", "type": {"type": "string"}}]},
    ]
    first, second = 5 | 1 << 3 | 0b1110 << 4 | 1 << 8, 0
    files: dict[str, bytes | None] = {
        "valuations/states/valuations.bin": struct.pack("<HdQH", first, 0.5, 1, second),
        "valuations/states/valuation-to-class.bin": struct.pack("<3I", 0, 1, 0),
        "valuations/states/string-mapping.bin": struct.pack("<3Q", 0, 1, 3),
        "valuations/states/strings.bin": "aü".encode(),
    }
    said = index(valuations={"states": {"unique": True, "#strings": 2, "classes": classes}})
    model = read(archived(tmp_path / "m.umb", said, files))
    assert list(model.states or ()) == ["x=3, y=-2, b=true", "d=0.5, s=ü", "x=-2, y=none, b=false"]


def test_choices_without_a_named_action_are_called_by_number(tmp_path: Path) -> None:
    files: dict[str, bytes | None] = {
        "actions/choices/values.bin": struct.pack("<4I", 1, 0, 1, 0),
        "actions/choices/string-mapping.bin": struct.pack("<3Q", 0, 0, 2),
        "actions/choices/strings.bin": b"go",
    }
    model = read(archived(tmp_path / "m.umb", index({"#choice-actions": 2}), files))
    assert [model.act(k) for k in range(4)] == ["go", "1", "go", "0"]


@pytest.mark.parametrize(
    ("system", "code"),
    [
        ({"time": "stochastic"}, "E106"),
        ({"#players": 2}, "E106"),
        ({"#observations": 3}, "E106"),
        ({"branch-probability-type": {"type": "double-interval"}}, "E106"),
        ({"branch-probability-type": {"type": "double", "size": 32}}, "E101"),
        ({"branch-probability-type": {"type": "rational", "size": 100}}, "E101"),
        ({"branch-probability-type": 7}, "E101"),
        ({"#states": 0}, "E003"),
        ({"#states": -1}, "E101"),
        ({"#states": "3"}, "E101"),
        ({"#states": None}, "E101"),
        ({"#states": 2**70}, "E005"),
        ({"#branches": 2**60}, "E005"),
        ({"#states": 4}, "E102"),
        ({"#choices": 5}, "E102"),
        ({"#branches": 7}, "E102"),
        ({"#initial-states": 2}, "E102"),
        ({"#choice-actions": 2**40}, "E102"),
    ],
)
def test_wrong_indices(system: dict[str, Any], code: str, tmp_path: Path) -> None:
    files: dict[str, bytes | None] = {}
    if "#choice-actions" in system:
        files = {
            "actions/choices/string-mapping.bin": struct.pack("<2Q", 0, 1),
            "actions/choices/strings.bin": b"a",
        }
    for mode in ("w:", "w:gz"):
        with pytest.raises(SpecErrors, match=code):
            read(archived(tmp_path / "m.umb", index(system), files, mode))


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("state-to-choices.bin", struct.pack("<4Q", 0, 3, 2, 4), "E102"),
        ("state-to-choices.bin", struct.pack("<4Q", 1, 2, 3, 4), "E102"),
        ("state-to-choices.bin", struct.pack("<4Q", 0, 2, 3, 2**63), "E102"),
        ("state-to-choices.bin", b"\0" * 31, "E102"),
        ("state-to-choices.bin", None, "E107"),
        ("state-is-initial.bin", struct.pack("<Q", 0), "E102"),
        ("state-is-initial.bin", struct.pack("<Q", 8), "E102"),
        ("state-is-initial.bin", b"\1", "E102"),
        ("state-is-initial.bin", None, "E102"),
        ("choice-to-branches.bin", struct.pack("<5Q", 0, 2, 2, 5, 6), "E104"),
        ("branch-to-target.bin", struct.pack("<6Q", 1, 2, 0, 0, 3, 2), "E103"),
        ("branch-to-target.bin", struct.pack("<6Q", 1, 2, 0, 0, 2**63, 2), "E103"),
        ("branch-to-probability.bin", struct.pack("<6d", 0.25, 0.75, 1, 0.5, 0.4, 1), "E104"),
        ("branch-to-probability.bin", struct.pack("<6d", 0.25, 0.75, 1, 1.5, -0.5, 1), "E104"),
        ("branch-to-probability.bin", struct.pack("<6d", 0.25, 0.75, 1, float("nan"), 0.5, 1), "E104"),
        ("branch-to-probability.bin", struct.pack("<5d", 0.25, 0.75, 1, 0.5, 0.5), "E102"),
        ("index.json", None, "E107"),
        ("index.json", b"", "E101"),
        ("index.json", b"[" * 100_000, "E101"),
        ("index.json", b"[]", "E101"),
        ("index.json", b"{}", "E101"),
        ("index.json", b"\xff\xfe", "E101"),
    ],
)
def test_wrong_files(name: str, data: bytes | None, code: str, tmp_path: Path) -> None:
    with pytest.raises(SpecErrors, match=code):
        read(archived(tmp_path / "m.umb", index(), {name: data}))


def test_errors_name_state_and_choice(tmp_path: Path) -> None:
    wrong = {"branch-to-probability.bin": struct.pack("<6d", 0.25, 0.75, 1, 0.5, 0.4, 1)}
    with pytest.raises(SpecErrors, match=r"m\.umb: E104: state 1, choice 0: .* sum to 0\.9, not to 1"):
        read(archived(tmp_path / "m.umb", index(), {**wrong}))


@pytest.mark.parametrize("ending", [".umb", ".umb.gz", ".umb.xz"])
def test_archives_that_are_cut_short_or_damaged(ending: str, tmp_path: Path) -> None:
    """Every prefix is an error or, where only padding is lost, the model; so is any damage."""
    path = tmp_path / f"m{ending}"
    write(grid(), path)
    whole = path.read_bytes()
    random = np.random.default_rng(0)
    for length in random.integers(0, len(whole), 40).tolist():
        path.write_bytes(whole[:length])
        _read_or_refuse(path)
    for place, bit in random.integers(0, (len(whole), 8), (60, 2)).tolist():
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1 << bit]) + whole[place + 1 :])
        _read_or_refuse(path)


def _read_or_refuse(path: Path) -> None:
    caught = None
    try:
        read(path)
    except SpecErrors as errors:
        caught = errors
    assert caught is None or str(path) in str(caught)


def test_members_outside_of_the_format_do_no_harm(tmp_path: Path) -> None:
    path = archived(tmp_path / "m.umb", index(), {"../../etc/passwd": b"x", "more/of/it.bin": b"y"})
    assert read(path).size == 3
    with tarfile.open(path, "a") as tar:
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    with pytest.raises(SpecErrors, match="no plain file"):
        read(path)
