"""The import contracts of pyproject.toml hold, and would be noticed if they did not."""

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_contracts_hold() -> None:
    run = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_every_folder_has_a_layer() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = {name.strip() for line in contracts[0]["layers"] for name in line.split(":")}
    folders = {path.parent.name for path in (ROOT / "specl").glob("*/__init__.py")}
    assert folders - {"kernel"} <= layers


def test_the_kernel_stands_apart() -> None:
    """What checks proofs uses the standard library alone; what searches for them does not use what checks them."""
    for path in (ROOT / "specl").rglob("*.py"):
        names = {name for name, _ in imported(path)}
        if path.parent.name == "kernel":
            assert {name.split(".")[0] for name in names if name} <= {*sys.stdlib_module_names, "specl"}, path
            assert all(name.startswith("specl.kernel") for name in names if name.startswith("specl")), path
        elif path.parent.name not in ("api", "cli"):
            assert not any(name.startswith("specl.kernel") for name in names), path


def imported(path: Path) -> Iterator[tuple[str, int]]:
    """The modules that a file imports, anywhere in it, and the lines where it does."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "", node.lineno


def test_only_the_doors_name_the_libraries_behind_them() -> None:
    """The same as the contracts, by reading the files: imports inside functions and under conditions count too."""
    doors = {"spot": "automata", "z3": "synthesis", "pygraphviz": "render", "graphviz": "render", "typer": "cli"}
    strays = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in (ROOT / "specl").rglob("*.py")
        for name, line in imported(path)
        if doors.get(name.split(".")[0], path.parent.name) not in path.parts
    ]
    assert strays == []
