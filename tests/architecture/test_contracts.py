"""The import contracts of pyproject.toml hold, and would be noticed if they did not."""

import ast
import subprocess
import sys
import tomllib
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
    assert folders <= layers


def test_only_the_doors_name_the_libraries_behind_them() -> None:
    """The same as the contracts, by reading the files: imports inside functions and under conditions count too."""
    doors = {"spot": "automata", "z3": "synthesis", "pygraphviz": "render", "graphviz": "render", "typer": "cli"}
    strays = []
    for path in (ROOT / "specl").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            else:
                continue
            strays += [
                f"{path.relative_to(ROOT)}:{node.lineno} imports {name}"
                for name in names
                if doors.get(name.split(".")[0], path.parent.name) not in path.parts
            ]
    assert strays == []
