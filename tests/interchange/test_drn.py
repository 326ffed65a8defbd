"""DRN files: what Storm writes, what a person writes, and what is wrong with them."""

from pathlib import Path

import numpy as np
import pytest

from specl.interchange import read
from specl.language.diagnostics import SpecErrors

DRN = """// a model
@type: MDP
@value_type: double
@parameters

@reward_models
cost gain
@nr_states
3
@nr_choices
4
@model
state 0 [1, 0] init "a label" b
//[x=0]
\taction go [0, 2]
\t\t1 : 0.25
\t\t2 : 0.75
\taction __NOLABEL__ [0.5, 0]
\t\t0 : 1
state 1 [0, 0]
\taction go [0, 0]
\t\t0 : 0.30000000000000004
\t\t2 : 0.7
state 2 [0, 1e3] b
\taction go [0, 0]
\t\t2 : 1
"""


def reading(text: str, folder: Path, told: list[str] | None = None) -> object:
    (folder / "m.drn").write_text(text, encoding="utf-8")
    return read(folder / "m.drn", (told if told is not None else []).append)


def test_a_decision_process(tmp_path: Path) -> None:
    (tmp_path / "m.drn").write_text(DRN)
    model = read(tmp_path / "m.drn")
    assert model.choices.tolist() == [0, 2, 3, 4]
    assert model.probabilities.tolist() == [0.25, 0.75, 1, 0.1 + 0.2, 0.7, 1]
    assert {name: values.tolist() for name, values in model.rewards.items()} == {
        "cost": [1, 1.5, 0, 0],
        "gain": [2, 0, 0, 1000],
    }
    assert {name: np.flatnonzero(holds).tolist() for name, holds in model.labels.items()} == {
        "a label": [0],
        "b": [0, 2],
    }
    assert [model.act(k) for k in range(4)] == ["go", "1", "go", "go"]
    assert model.start[0].tolist() == [0]


def test_a_chain_without_lines_for_actions_or_names_of_rewards(tmp_path: Path) -> None:
    text = (
        "@type: DTMC\n@value_type: rational\n@nr_states\n2\n@model\nstate 0 [1/3, 2] init\n0 : 1/3\n1 : 2/3\n\nstate 1"
    )
    (tmp_path / "m.drn").write_text(text)
    told: list[str] = []
    model = read(tmp_path / "m.drn", told.append)
    assert model.probabilities.tolist() == [1 / 3, 2 / 3, 1]
    assert model.rewards["rew0"].tolist() == [1 / 3, 0]
    assert [line.split(" ")[0] for line in told][1:] == ["1"]
    assert "fractions" in told[0]


@pytest.mark.parametrize(
    ("old", "new", "place", "code"),
    [
        ("@type: MDP", "@type: CTMC", ":2:1", "E106"),
        ("@type: MDP\n", "", ":11:1", "E101"),
        ("@type: MDP", "@type: MDP\n@type: MDP", ":3:1", "E105"),
        ("@value_type: double", "@value_type: double-interval", ":3:1", "E106"),
        ("@parameters\n", "@parameters\np q", ":5:1", "E106"),
        ("@parameters", "@params", ":4:1", "E101"),
        ("cost gain", "cost cost", ":7:1", "E105"),
        ("@nr_states\n3", "@nr_states\n4", ":8:1", "E102"),
        ("@nr_states\n3", "@nr_states\nx", ":9:1", "E101"),
        ("@nr_states\n3", "@nr_states\n0", ":8:1", "E003"),
        ("@nr_choices\n4", "@nr_choices\n5", ":10:1", "E102"),
        ("@model\n", "", ":12:1", "E101"),
        ("state 1", "state 2", ":20:1", "E103"),
        ("state 1 [0, 0]", "state 1 !3 [0, 0]", ":20:9", "E106"),
        ("state 1 [0, 0]", "state 1 {3} [0, 0]", ":20:9", "E106"),
        ("state 1 [0, 0]", "state 1 [0, 0, 1]", ":20:9", "E101"),
        ("state 1 [0, 0]", "state 1 [0, x]", ":20:13", "E101"),
        ("state 1 [0, 0]", "state 1 [0, 0", ":20:9", "E101"),
        ('"a label"', '"a label', ":13:16", "E101"),
        ("state 0 [1, 0] init", "state 0 [1, 0]", "m.drn", "E107"),
        ("state 0 [", "action go [", ":13:1", "E101"),
        ("\t\t1 : 0.25", "\t\t3 : 0.25", ":16:3", "E103"),
        ("\t\t1 : 0.25", "\t\t99999999999 : 0.25", ":16:3", "E103"),
        ("\t\t1 : 0.25", "\t\t2 : 0.25", ":17:3", "E105"),
        ("\t\t1 : 0.25", "\t\t1 : 0.2", ":15:9", "E104"),
        ("\t\t1 : 0.25", "\t\t1 : nan", ":16:7", "E101"),
        ("\t\t1 : 0.25", "\t\t1 : $0", ":16:7", "E101"),
        ("\t\t1 : 0.25", "\t\t1 0.25", ":16:5", "E101"),
        ("\t\t1 : 0.25", "\t\t1 : 0.25 0.5", ":16:12", "E101"),
        ("\t\t1 : 0.25", "\t\tone : 0.25", ":16:3", "E101"),
        ("\t\t1 : 0.25\n\t\t2 : 0.75\n", "", ":15:9", "E104"),
        ("MDP", "DTMC", ":13:", "E102"),
    ],
)
def test_wrong_files(old: str, new: str, place: str, code: str, tmp_path: Path) -> None:
    assert old in DRN
    with pytest.raises(SpecErrors) as caught:
        reading(DRN.replace(old, new, 1), tmp_path)
    message = str(caught.value)
    assert f"{code}: " in message
    assert place in message.splitlines()[0], message


@pytest.mark.parametrize("length", range(0, len(DRN), 7))
def test_a_file_that_is_cut_short(length: int, tmp_path: Path) -> None:
    with pytest.raises(SpecErrors):
        reading(DRN[:length], tmp_path)
