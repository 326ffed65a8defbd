"""The house keeps its rules: small files, no drawers, a page and tests for everything that is listed nowhere."""

import ast
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

from specl import formalisms, reductions

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 400
DRAWERS = {"util", "utils", "misc", "helper", "helpers", "common"}


def tracked() -> list[Path]:
    """The files of the repository: those that git knows, or would, were they added."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True
    )
    if listed.returncode == 0:
        names = [name for name in listed.stdout.decode().split("\0") if name]
        return [ROOT / name for name in names if (ROOT / name).is_file()]
    folders = ("specl", "tests", "docs", "grammars", "proofs", ".ci")  # an unpacked archive
    return [path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()]


def modules() -> list[Path]:
    return [path for path in tracked() if path.suffix == ".py"]


def test_there_is_something_to_look_at() -> None:
    assert len(modules()) > 60


def test_no_file_is_long() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in modules()}
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


def test_there_are_no_drawers() -> None:
    parts = {part for path in modules() for part in path.relative_to(ROOT).with_suffix("").parts}
    assert parts & DRAWERS == set()


def test_every_module_says_its_intent() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in modules()
        if path.read_text().strip() and not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert silent == []


def imports(nodes: Iterable[ast.AST]) -> set[str]:
    """The modules of ours that these statements import."""
    names = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {name for name in names if name.startswith("specl.")}


def test_no_circle_is_dodged_by_an_import_inside_a_function() -> None:
    """What a function imports, to load a heavy thing late, does not itself lead back to the function's module."""
    trees = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): ast.parse(path.read_text())
        for path in (ROOT / "specl").rglob("*.py")
    }
    leads_to = {name: imports(tree.body) & set(trees) for name, tree in trees.items()}

    def reached(start: str) -> set[str]:
        seen, frontier = {start}, [start]
        while frontier:
            new = leads_to[frontier.pop()] - seen
            seen |= new
            frontier += new
        return seen

    dodged = []
    for name, tree in trees.items():
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        inside = imports(node for function in functions for node in ast.walk(function)) & set(trees)
        dodged += [f"{name} imports {late}, which leads back" for late in inside if name in reached(late)]
    assert dodged == []


@pytest.mark.parametrize("code", formalisms.codes())
def test_a_formalism_has_its_arrows_its_tests_and_its_page(code: str) -> None:
    assert any(code in arrow for arrow in reductions.arrows())
    page = ROOT / "docs" / "formalisms" / f"{code.lower()}.md"
    assert formalisms.formalism(code).name in page.read_text()
    spoken_of = [path for path in (ROOT / "tests").rglob("test_*.py") if re.search(rf"\b{code}\b", path.read_text())]
    assert any("formalisms" in path.parts or "laws" in path.parts for path in spoken_of)


def test_a_formalism_is_called_what_its_file_is_called() -> None:
    assert len(formalisms.codes()) == 17
    for code in formalisms.codes():
        assert formalisms.formalism(code).code == code


@pytest.mark.parametrize("arrow", reductions.arrows(), ids="_to_".join)
def test_a_reduction_says_what_it_does(arrow: tuple[str, str]) -> None:
    found = reductions.reduction(*arrow)
    assert (found.source, found.target) == arrow
    assert found.construction
    assert found.preserves in ("value", "ordering")


def test_the_repository_speaks_of_itself_alone() -> None:
    foreign = re.compile(
        "|".join(["/[w]ork/", r"\.\./[s]hared", "/[t]mp/", "[p]ypi\\.org", "[p]ythonhosted", "/[r]oot/"])
    )
    told = []
    for path in tracked():
        if path.suffix in {".whl", ".png", ".svg"} or path.name == "LICENSE":
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            if foreign.search(line):
                told.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}")
    assert told == []
