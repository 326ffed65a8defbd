"""PRISM's explicit files, written by hand as the manual has them."""

from pathlib import Path

import numpy as np
import pytest

from specl.interchange import read
from specl.language.diagnostics import SpecErrors
from tests.interchange.models import written

TRA = "3 4 6\n0 0 1 0.25 go\n0 0 2 0.75 go\n0 1 0 1 stay\n1 0 0 1/3 go\n1 0 2 2/3 go\n2 0 2 1 go\n"
LAB = '0="init" 1="deadlock" 2="goal"\n0: 0\n2: 1 2\n'


def test_a_decision_process(tmp_path: Path) -> None:
    stem = written(
        tmp_path,
        tra=TRA,
        lab=LAB,
        sta="(x,b)\n0:(0,true)\n1:(1,true)\n2:(2,false)\n",
        srew="3 2\n0 1.5\n2 -2\n",
        trew="3 4 3\n0 0 1 4\n0 0 2 8\n1 0 2 3\n",
    )
    told: list[str] = []
    model = read(stem, told.append)
    assert model.choices.tolist() == [0, 2, 3, 4]
    assert model.entries.tolist() == [0, 2, 3, 5, 6]
    assert model.targets.tolist() == [1, 2, 0, 0, 2, 2]
    assert model.probabilities.tolist() == [0.25, 0.75, 1, 1 / 3, 2 / 3, 1]
    assert [model.act(k) for k in range(4)] == ["go", "stay", "go", "go"]
    assert model.start[0].tolist() == [0]
    assert {name: np.flatnonzero(holds).tolist() for name, holds in model.labels.items()} == {
        "deadlock": [2],
        "goal": [2],
    }
    assert list(model.states or ()) == ["(0,true)", "(1,true)", "(2,false)"]
    assert model.rewards["reward"].tolist() == [1.5 + 0.25 * 4 + 0.75 * 8, 1.5, 3 * (2 / 3), -2]
    assert len(told) == 1
    assert "fractions" in told[0]


@pytest.mark.parametrize(
    "text",
    [
        TRA,
        "# Transitions (MDP)\n" + TRA,
        TRA.replace(" ", "\t\t ").replace("\n", "  \r\n") + "\n  \n# the end",
        "\n".join([TRA.splitlines()[0], *reversed(TRA.splitlines()[1:])]),
        "mdp\n" + "\n".join(TRA.splitlines()[1:]),
        TRA.rstrip("\n").replace("0.25", "+.25").replace("0.75", "75.00e-02"),
    ],
)
def test_odd_ways_to_write_it(text: str, tmp_path: Path) -> None:
    model = read(written(tmp_path, tra=text, lab=LAB).with_suffix(".tra"))
    for s, k, expected in ((0, 0, {1: 0.25, 2: 0.75}), (0, 1, {0: 1.0}), (1, 2, {0: 1 / 3, 2: 2 / 3})):
        assert model.choices[s] <= k < model.choices[s + 1]
        entries = slice(model.entries[k], model.entries[k + 1])
        assert (
            dict(zip(model.targets[entries].tolist(), model.probabilities[entries].tolist(), strict=True)) == expected
        )


def test_a_chain(tmp_path: Path) -> None:
    told: list[str] = []
    stem = written(tmp_path, tra="2 3\n1 1 1\n0 0 .5\n0 1 .5 a\n", trew="2 1\n0 1 6\n")
    model = read(stem, told.append)
    assert model.probabilities.tolist() == [0.5, 0.5, 1]
    assert model.rewards["reward"].tolist() == [3, 0]
    assert model.action is None
    assert any("state 0 is initial" in line for line in told)


def test_a_state_without_a_choice_gets_a_loop(tmp_path: Path) -> None:
    told: list[str] = []
    model = read(written(tmp_path, tra="3 1 2\n1 0 0 .5 a\n1 0 2 .5 a\n", lab=LAB, srew="3 1\n1 7\n"), told.append)
    assert model.choices.tolist() == [0, 1, 2, 3]
    assert model.targets.tolist() == [0, 0, 2, 2]
    assert model.rewards["reward"].tolist() == [0, 7, 0]
    assert [model.act(k) for k in range(3)] == ["loop", "a", "loop"]
    assert any("2 states have no choice" in line for line in told)


def test_several_rewards(tmp_path: Path) -> None:
    stem = written(tmp_path, tra=TRA, lab=LAB)
    (tmp_path / "m1.srew").write_text('# Reward structure "time"\n# State rewards\n3 1\n0 1\n')
    (tmp_path / "m2.trew").write_text("# Reward structure\n# Transition rewards\n3 4 1\n2 0 2 5\n")
    rewards = read(stem).rewards
    assert {name: values.tolist() for name, values in rewards.items()} == {
        "time": [1, 1, 0, 0],
        "reward2": [0, 0, 0, 5],
    }


def test_several_initial_states_and_rounded_probabilities(tmp_path: Path) -> None:
    told: list[str] = []
    tra = "3 9\n" + "".join(f"{s} {t} 0.333333\n" for s in range(3) for t in range(3))
    model = read(written(tmp_path, tra=tra, lab='0="init"\n0: 0\n2: 0'), told.append)
    assert model.start[1].tolist() == [0.5, 0.5]
    assert abs(np.add.reduceat(model.probabilities, model.entries[:-1]) - 1).max() < 1e-15
    assert len(told) == 2


@pytest.mark.parametrize(
    ("old", "new", "place", "code"),
    [
        ("3 4 6", "3 4 7", "m.tra:1:1", "E102"),
        ("3 4 6", "3 5 6", "m.tra:1:1", "E102"),
        ("3 4 6", "3 4 6 2", "m.tra:1:1", "E106"),
        ("3 4 6", "3 four 6", "m.tra:1:1", "E101"),
        ("3 4 6", "# Transitions (CTMC)\n3 6", "m.tra:2:1", "E106"),
        ("0 0 2 0.75 go", "0 0 2 0.5 go", "m.tra:2:1", "E104"),
        ("0 0 2 0.75 go", "0 0 2 7.5 go", "m.tra:2:1", "E104"),
        ("0 0 2 0.75 go", "0 0 2 -0.75 go", "m.tra:3:1", "E104"),
        ("0 0 2 0.75 go", "0 0 2 NaN go", "m.tra:3:7", "E101"),
        ("0 0 2 0.75 go", "0 0 2 inf go", "m.tra:3:7", "E101"),
        ("0 0 2 0.75 go", "0 0 2 1e999 go", "m.tra:3:7", "E101"),
        ("0 0 2 0.75 go", "0 0 2 3/0 go", "m.tra:3:7", "E101"),
        ("0 0 2 0.75 go", "0 0 2 [0.5,0.75] go", "m.tra:3:7", "E101"),
        ("0 0 2 0.75 go", "0 0 2 p*q go", "m.tra:3:7", "E101"),
        ("0 0 2 0.75 go", "0 0 2", "m.tra:3:5", "E101"),
        ("0 0 2 0.75 go", "0 0 2 ", "m.tra:3:6", "E101"),
        ("0 0 2 0.75 go", "0 0 1 0.75 go", "m.tra:3:1", "E105"),
        ("0 0 2 0.75 go", "0 0 3 0.75 go", "m.tra:3:1", "E103"),
        ("0 0 2 0.75 go", "0 0 99999999999 0.75 go", "m.tra:3:1", "E005"),
        ("0 0 2 0.75 go", "0 0 99999999999999999999 0.75 go", "m.tra:3:5", "E101"),
        ("2 0 2 1 go", "3 0 2 1 go", "m.tra:7:1", "E103"),
        ("2 0 2 1 go", "2 1 2 1 go", "m.tra:7:1", "E103"),
        ("2 0 2 1 go", "two 0 2 1 go", "m.tra:7:1", "E101"),
    ],
)
def test_wrong_transitions(old: str, new: str, place: str, code: str, tmp_path: Path) -> None:
    assert old in TRA
    with pytest.raises(SpecErrors) as caught:
        read(written(tmp_path, tra=TRA.replace(old, new), lab=LAB))
    assert f"{place}: {code}: " in str(caught.value)


@pytest.mark.parametrize(
    ("ending", "text", "place", "code"),
    [
        ("lab", LAB + "3: 2", "m.lab:4:1", "E103"),
        ("lab", LAB + "1: 2 3", "m.lab:4:6", "E103"),
        ("lab", LAB + "1 2", "m.lab:4:1", "E101"),
        ("lab", "init goal\n", "m.lab:1:1", "E101"),
        ("lab", '0="init"\n', "m.tra", "E107"),
        ("lab", "", "m.lab", "E003"),
        ("sta", "(x)\n0:(0)\n1:(1)\n", "m.sta", "E102"),
        ("sta", "(x)\n0:(0)\n1:(1)\n2:(0)\n3:(0)", "m.sta:5:1", "E103"),
        ("sta", "(x)\nzero", "m.sta:2:1", "E101"),
        ("srew", "4 1\n0 1\n", "m.srew:1:1", "E102"),
        ("srew", "3 2\n0 1\n", "m.srew:1:1", "E102"),
        ("srew", "3 2\n0 1\n0 2\n", "m.srew:3:1", "E105"),
        ("srew", "3 1\n3 1\n", "m.srew:2:1", "E103"),
        ("srew", "3 1\n0 nan\n", "m.srew:2:3", "E101"),
        ("trew", "3 4 1\n0 0 0 1\n", "m.trew:2:1", "E103"),
        ("trew", "3 4 1\n0 2 0 1\n", "m.trew:2:1", "E103"),
        ("trew", "3 4 2\n0 0 1 1\n0 0 1 1\n", "m.trew:3:1", "E105"),
        ("trew", "3 4\n0 1 1\n", "m.trew:1:1", "E102"),
    ],
)
def test_wrong_companions(ending: str, text: str, place: str, code: str, tmp_path: Path) -> None:
    with pytest.raises(SpecErrors) as caught:
        read(written(tmp_path, **{"tra": TRA, "lab": LAB, ending: text}))
    assert f"{place}: {code}: " in str(caught.value)


@pytest.mark.parametrize(("text", "code"), [("", "E003"), ("# nothing\n\n", "E003"), ("0 0 0\n", "E003")])
def test_nothing_to_read(text: str, code: str, tmp_path: Path) -> None:
    with pytest.raises(SpecErrors, match=code):
        read(written(tmp_path, tra=text).with_suffix(".tra"))
