"""What the kernel is made of: few lines, the standard library, no floats, no assertions, every branch tested."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

import specl.kernel

FILES = sorted(Path(specl.kernel.__file__).parent.glob("*.py"))
ROOT = Path(specl.kernel.__file__).parents[2]
BUDGET = 1000  # lines, blank ones and comments included
NEEDED = {
    "collections", "dataclasses", "fractions", "functools", "itertools", "json", "math", "pathlib", "re", "sys",
    "typing",
}


def nodes() -> list[ast.AST]:
    return [node for path in FILES for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))]


def test_lines() -> None:
    assert sum(len(path.read_text(encoding="utf-8").splitlines()) for path in FILES) <= BUDGET
    assert max(len(line) for path in FILES for line in path.read_text(encoding="utf-8").splitlines()) <= 120


def test_imports() -> None:
    for node in nodes():
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0
            names = [node.module or ""]
        for name in names:
            assert name.split(".")[0] in NEEDED or name.split(".")[:2] == ["specl", "kernel"], name
    assert set(sys.stdlib_module_names) >= NEEDED


def test_no_floats_no_assertions_nothing_dynamic() -> None:
    forbidden = {"float", "eval", "exec", "compile", "__import__", "globals", "round", "open", "random"}
    for node in nodes():
        assert not isinstance(node, ast.Assert)
        assert not (isinstance(node, ast.Constant) and isinstance(node.value, float | complex))
        assert not (isinstance(node, ast.Name) and node.id in forbidden)


def test_one_statement_a_line() -> None:
    """So that the budget counts what it seems to count."""
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            body = getattr(node, "body", [])
            lines = [part.lineno for part in body] if isinstance(body, list) else []
            assert len(set(lines)) == len(lines), path


def test_nothing_else_is_loaded(tmp_path: Path) -> None:
    source = (
        "import sys, specl.kernel.__main__ as m; m.main([]); "
        "print(sorted(n for n in sys.modules if n.split('.')[0] not in sys.stdlib_module_names))"
    )
    program = f"import sys; sys.path.insert(0, {str(ROOT)!r}); {source}"
    run = subprocess.run([sys.executable, "-I", "-S", "-c", program], capture_output=True, check=True, cwd=tmp_path)
    loaded = ast.literal_eval(run.stdout.decode().splitlines()[-1])
    ours = ("specl", "__main__")
    assert [name for name in loaded if not name.startswith("specl.kernel") and name not in ours] == []


@pytest.mark.slow
def test_every_branch_is_tested(tmp_path: Path) -> None:
    data = tmp_path / "coverage"
    command = [sys.executable, "-m", "coverage"]
    tests = [f"tests/kernel/test_{name}.py" for name in ("verdicts", "arithmetic", "formulas")]
    options = [f"--data-file={data}", "--branch", "--source=specl.kernel"]
    subprocess.run([*command, "run", *options, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests],
                   cwd=ROOT, check=True, capture_output=True)  # fmt: skip
    subprocess.run([*command, "json", f"--data-file={data}", "-o", str(tmp_path / "report.json")],
                   cwd=ROOT, check=True, capture_output=True)  # fmt: skip
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    left = {name: (file["missing_lines"], file["missing_branches"]) for name, file in report["files"].items()}
    assert {name: gaps for name, gaps in left.items() if gaps != ([], [])} == {}
    assert len(left) == len(FILES)
