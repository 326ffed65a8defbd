"""How the command behaves in a shell: quick, quiet, no tracebacks, closed pipes, colours."""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

import specl.cli.check
from tests.cli.running import WORLD, Command

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = ("check", "eval", "solve", "compare", "express", "translate", "hasse", "prove", "verify", "census")


def shell(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    variables = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    return subprocess.run(
        [sys.executable, "-m", "specl", *arguments],
        capture_output=True,
        text=True,
        env=variables,
        stdin=subprocess.DEVNULL,
    )


def ratio_to_libraries(command: Sequence[str], runs: int = 7) -> float:
    """The processor time of the command over that of importing typer and rich, each the least of several runs that take
    turns: processor time and turns, so that what else the machine does matters little."""
    variables = {**os.environ, "PYTHONPATH": str(ROOT)}
    least = [float("inf")] * 2
    for _ in range(runs):
        for which, arguments in enumerate((["-m", "specl", *command], ["-c", "import typer, rich"])):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run([sys.executable, *arguments], check=False, capture_output=True, env=variables)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            least[which] = min(least[which], spent)
    return least[0] / least[1]


def test_help_comes_up_within_three_times_what_its_libraries_take() -> None:
    assert ratio_to_libraries(["--help"]) < 3


def test_small_questions_are_answered_within_a_moment(tmp_path: Path) -> None:
    """0.3 s is about seven times what the libraries take; measured: 3 and 5 times."""
    (tmp_path / "world.spec").write_text(WORLD + "assert mover > lazy under trips\n")
    assert ratio_to_libraries(["compare", "MR", "LTL"]) < 6
    assert ratio_to_libraries(["check", str(tmp_path / "world.spec")]) < 8


@pytest.mark.parametrize(
    ("arguments", "absent"),
    [
        (["--help"], ["flint", "graphviz", "lark", "numpy", "pygraphviz", "rich.table", "spot", "z3"]),
        (["compare", "MR", "LTL"], ["flint", "graphviz", "lark", "networkx", "numpy", "pygraphviz", "spot", "z3"]),
        (["verify"], ["flint", "graphviz", "lark", "networkx", "numpy", "pygraphviz", "spot", "z3"]),
        (["prove", "world.spec"], ["graphviz", "numpy", "pygraphviz", "spot", "z3"]),
        (["check", "world.spec"], ["graphviz", "numpy", "pygraphviz", "spot", "z3"]),
        (["express", "--help"], ["flint", "lark", "numpy", "scipy", "spot", "z3"]),
        (["solve", "--help"], ["flint", "lark", "numba", "numpy", "scipy", "spot", "z3"]),
        (["solve", "world.spec:trips"], ["distributed", "graphviz", "gymnasium", "matplotlib", "pygraphviz", "spot"]),
        (["express", "world.spec:o", "--in", "MR"], ["distributed", "graphviz", "matplotlib", "spot", "z3"]),
    ],
)
def test_heavy_libraries_stay_unloaded_where_they_are_not_needed(
    tmp_path: Path, arguments: list[str], absent: list[str]
) -> None:
    (tmp_path / "world.spec").write_text(WORLD + "assert mover > lazy under trips\nordering o { mover > lazy }\n")
    program = f"import sys; from specl.cli.app import run; run({arguments!r}); print(*sys.modules, file=sys.stderr)"
    variables = {**os.environ, "PYTHONPATH": str(ROOT)}
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=tmp_path, env=variables)
    assert set(absent) & set(ran.stderr.split()) == set()


def test_importing_the_package_loads_nothing() -> None:
    program = "import sys; before = set(sys.modules); import specl; print(*(set(sys.modules) - before))"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT)
    assert {name for name in ran.stdout.split() if name.startswith("specl")} == {"specl"}


def test_help_names_every_command(specl: Command) -> None:
    for arguments in ((), ("--help",), ("-h",)):
        ran = specl(*arguments)
        assert ran.status == (0 if arguments else 2)
        assert all(f"\n  {name} " in ran.out for name in COMMANDS)
    for name in COMMANDS:
        assert specl(name, "--help").status == 0


def test_the_version_is_that_of_the_project(specl: Command) -> None:
    assert specl("--version").out.startswith("specl ")


def test_wrong_usage(specl: Command) -> None:
    ran = specl("chek")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("specl: ")
    assert "--help" in ran.err
    ran = specl("eval", "--json", "--nonsense")
    assert (ran.status, ran.err) == (2, "")
    assert ran.json["errors"][0]["code"] == "E090"


def _explode(*_: object, **__: object) -> int:
    raise RuntimeError("a gear\nbroke")


def test_a_fault_of_specl_is_one_line_and_no_traceback(specl: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("specl.check", _explode, raising=False)
    ran = specl("check", "world.spec")
    assert ran.status == 70
    assert ran.err.splitlines() == [
        "specl: internal error: RuntimeError: a gear broke",
        "  = this is a fault of specl, not yours; SPECL_DEBUG=1 shows where it happened",
    ]
    assert json.loads(specl("check", "world.spec", "--json").out)["errors"][0]["code"] == "E099"
    monkeypatch.setenv("SPECL_DEBUG", "1")
    with pytest.raises(RuntimeError, match="gear"):
        specl("check", "world.spec")


def test_control_c(specl: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("specl.check", interrupt, raising=False)
    ran = specl("check", "world.spec")
    assert ran.status == 130
    assert "Traceback" not in ran.err


def test_a_closed_pipe_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "world.spec").write_text(WORLD)
    variables = {**os.environ, "PYTHONPATH": str(ROOT)}
    for arguments in (["hasse", "--format", "dot"], ["eval", "world.spec"], ["eval", "world.spec", "--json"]):
        reading, writing = os.pipe()
        os.close(reading)
        with open(writing, "wb") as closed:
            ran = subprocess.run(
                [sys.executable, "-u", "-m", "specl", *arguments],
                stdout=closed, stderr=subprocess.PIPE, text=True, env=variables, cwd=tmp_path, check=False,
            )  # fmt: skip
        assert (ran.returncode, ran.stderr) == (0, "")


@pytest.mark.parametrize(
    ("redirection", "status", "told"),
    [
        (">&-", 0, ""),
        ("<&-", 0, ""),
        (">/dev/full", 2, "specl: the output cannot be written: No space left on device\n"),
        ("--json >/dev/full", 2, "specl: the output cannot be written: No space left on device\n"),
    ],
)
def test_streams_that_cannot_be_used(tmp_path: Path, redirection: str, status: int, told: str) -> None:
    (tmp_path / "world.spec").write_text(WORLD)
    line = f"exec {sys.executable} -m specl eval world.spec {redirection}"
    variables = {**os.environ, "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(["sh", "-c", line], capture_output=True, text=True, cwd=tmp_path, env=variables)
    assert (ran.returncode, ran.stderr) == (status, told)


def test_a_file_may_have_any_name(specl: Command) -> None:
    for name in ("a world: mine.spec", "world{1}", "world:trips"):
        specl.write(name, WORLD)
        assert specl("check", name).status == 0
        assert specl("compare", f"{name}:trips", f"{name}:rests").status == 1
    assert "there is no such file" in specl("check", "a{b}.spec").err
    assert specl("check", "").err == ": E001: there is no such file\n"


def test_an_error_that_is_about_no_file_names_none(specl: Command) -> None:
    (error,) = specl("translate", "world.spec:trips", "--to", "MRR", "--json").json["errors"]
    assert (error["code"], error["file"], error["hint"]) == ("E027", None, "did you mean `MR`?")


def test_nothing_but_the_picture_is_printed() -> None:
    ran = shell("hasse", "--format", "svg")
    assert ran.returncode == 0
    assert ran.stderr == ""
    assert ran.stdout.startswith("<?xml")
    assert "\x1b" not in shell("hasse", FORCE_COLOR="").stdout


def test_a_terminal_that_lacks_the_signs_shows_something_else() -> None:
    ran = shell("compare", "FTR", "LTL", PYTHONIOENCODING="ascii")
    assert ran.returncode in (1, 3)
    assert "FTR ? LTL" in ran.stdout


def test_every_command_lies_in_a_file_of_its_name() -> None:
    folder = Path(specl.cli.check.__file__).parent
    assert set(COMMANDS) <= {path.stem for path in folder.glob("*.py")}
