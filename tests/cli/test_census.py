"""`specl census`: tables, data and figures, and what is told where something is wrong."""

import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.cli.processes import started
from tests.cli.running import Command

SMALL = ("--samples", "2", "--jobs", "1", "--actions", "2", "--in", "MR,ONMR")


def test_a_table_of_fractions_with_their_intervals(specl: Command) -> None:
    ran = specl("census", "--vary", "states", "--states", "2,3", *SMALL)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith("equal-SOAPs that can be expressed, of 2 for each value of states\n")
    assert "actions 2, discount 9/10, spread 1, size 2; seed 1" in ran.out
    header, _, first, interval = ran.out.splitlines()[3:7]
    assert header.split() == ["states", "MR", "ONMR"]
    assert first.split()[0] == "2"
    assert interval.count("–") == 2


def test_json_is_one_document_and_the_same_every_time(specl: Command) -> None:
    arguments = ("census", "--vary", "discount", "--discount", "0.5,9/10", "--states", "2", *SMALL, "--json")
    ran = specl(*arguments)
    assert (ran.status, ran.err) == (0, "")
    told = ran.json
    assert set(told) == {"vary", "notion", "seed", "samples", "complete", "fixed", "columns", "points"}
    assert (told["vary"], told["notion"], told["seed"], told["samples"]) == ("discount", "equal", 1, 2)
    assert told["complete"] is True
    assert told["fixed"] == {"actions": 2, "states": 2, "entropy": None, "spread": "1", "size": 2}
    assert [point["value"] for point in told["points"]] == ["1/2", "9/10"]
    for point in told["points"]:
        assert list(point["columns"]) == told["columns"] == ["MR", "ONMR"]
        for tally in point["columns"].values():
            assert set(tally) == {"yes", "no", "unknown", "fraction", "low", "high"}
            assert tally["yes"] + tally["no"] + tally["unknown"] == 2
            assert 0 <= tally["low"] <= tally["fraction"] <= tally["high"] <= 1
    assert specl(*arguments).out == ran.out


def test_files_hold_the_data_and_a_figure(specl: Command) -> None:
    arguments = ("census", "--notion", "range", "--vary", "size", "--size", "1,2", "--states", "2", *SMALL)
    ran = specl(*arguments, "-o", "made/here")
    assert ran.status == 0
    folder = specl.folder / "made" / "here"
    assert {file.name for file in folder.iterdir()} == {"size-range.json", "size-range.svg"}
    assert json.loads((folder / "size-range.json").read_text()) == specl(*arguments, "--json").json
    assert ElementTree.parse(folder / "size-range.svg").getroot().tag.endswith("svg")
    specl.write("taken", "")
    assert "cannot write into taken" in specl(*arguments, "-o", "taken").err


def test_without_matplotlib_the_data_are_kept(specl: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    ran = specl("census", "--states", "2", *SMALL, "-o", ".")
    assert ran.status == 2
    assert "equal-SOAPs" in ran.out
    assert "actions-equal.json: the data" in ran.err
    assert "matplotlib" in ran.err
    assert "specl-rl[plots]" in ran.err
    assert json.loads((specl.folder / "actions-equal.json").read_text())["complete"]
    assert not (specl.folder / "actions-equal.svg").exists()


def test_without_dask_a_cluster_is_refused(specl: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("specl.sampling.workers.has_dask", lambda: False)
    ran = specl("census", "--scheduler", "tcp://127.0.0.1:1")
    assert (ran.status, ran.out) == (2, "")
    assert "specl-rl[cluster]" in ran.err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--in", "MRX"], "there is no formalism `MRX`"),
        (["--scheduler", "nonsense"], "`nonsense` is not the address of a Dask scheduler"),
        (["--scheduler", "tcp://127.0.0.1:1"], "no Dask scheduler at tcp://127.0.0.1:1"),
        (["--vary", "colour"], "colour"),
        (["--states", "two"], "not `two`"),
        (["--actions", "2,,3"], "not ``"),
        (["--samples", "0"], "at least 1"),
        (["--samples", "many"], "many"),
    ],
)
def test_wrong_input_is_told(specl: Command, arguments: list[str], told: str) -> None:
    ran = specl("census", *arguments)
    assert (ran.status, ran.out) == (2, "")
    assert told in ran.err
    assert "Traceback" not in ran.err
    assert told in specl("census", *arguments, "--json").json["errors"][0]["message"]


def test_unknown_answers_are_shown(specl: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def unsure(case: Any) -> Any:
        return dict.fromkeys(case.columns, "unknown")

    monkeypatch.setattr("specl.api.census.examine", unsure)
    ran = specl("census", "--vary", "size", "--size", "1", *SMALL)
    assert "2 unknown" in ran.out
    assert "0–100 %" in ran.out


def test_control_c_shows_what_is_known(specl: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def soon(case: Any) -> Any:
        calls.append(case)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return dict.fromkeys(case.columns, "yes")

    monkeypatch.setattr("specl.api.census.examine", soon)
    ran = specl("census", "--vary", "size", "--size", "1,2", *SMALL, "-o", ".")
    assert ran.status == 130
    assert "100.0 %" in ran.out
    assert "·" in ran.out
    assert "interrupted" in ran.err
    assert json.loads((specl.folder / "size-equal.json").read_text())["complete"] is False


@pytest.mark.slow
@pytest.mark.parametrize(
    ("sign", "status", "told"),
    [
        (signal.SIGINT, 130, "specl: interrupted; what is missing was not counted\n"),
        (signal.SIGTERM, -signal.SIGTERM, ""),
        (signal.SIGKILL, -signal.SIGKILL, ""),
    ],
)
def test_no_process_is_left_behind(tmp_path: Path, sign: signal.Signals, status: int, told: str) -> None:
    """Of Ctrl-C a terminal tells the whole group; other signals come to the first process alone."""
    arguments = ["census", "--samples", "2000", "--jobs", "2", "--in", "ONMR"]
    with started(["-m", "specl", *arguments], tmp_path) as running:
        time.sleep(5)
        (os.killpg if sign == signal.SIGINT else os.kill)(running.pid, sign)
        out, err = running.communicate(timeout=30)
        assert gone(running.pid)
    assert running.returncode == status
    assert out.startswith("equal-SOAPs") == (sign == signal.SIGINT)
    assert [line for line in err.splitlines(True) if "resource_tracker" not in line] == ([told] if told else [])


def gone(group: int) -> bool:
    """Whether a group of processes has ended, or does so within a moment."""
    for _ in range(50):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False
