"""What `make` installs is pinned, and the pins fit pyproject.toml."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.lock", "requirements-test.lock")


def pins(lock: str) -> dict[str, set[str]]:
    """name -> the hashes of its distributions."""
    found: dict[str, set[str]] = {}
    name = ""
    for line in (ROOT / lock).read_text().splitlines():
        if match := re.match(r"([a-z0-9-]+)==", line):
            name = match[1]
            found.setdefault(name, set())
        elif match := re.search(r"--hash=sha256:([0-9a-f]{64})", line):
            found[name].add(match[1])
    return found


def normal(requirement: str) -> str:
    match = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert match is not None
    return re.sub(r"[._-]+", "-", match[0]).lower()


@pytest.mark.parametrize("lock", LOCKS)
def test_everything_is_pinned_with_hashes_and_comes_from_nowhere_in_particular(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert "://" not in text
    assert "index" not in text
    assert all(pins(lock).values())
    unpinned = [line for line in text.splitlines() if line and line[0] not in " #" and "==" not in line]
    assert unpinned == []


def test_the_locks_hold_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    runtime = {normal(each) for each in project["project"]["dependencies"]}
    build = {normal(each) for each in project["dependency-groups"]["build"] + project["build-system"]["requires"]}
    extras = project["project"]["optional-dependencies"]
    test = {normal(each) for extra in extras if extra != "dev" for each in extras[extra]} - {project["project"]["name"]}
    assert runtime | build <= set(pins("requirements.lock"))
    assert runtime | build | test <= set(pins("requirements-test.lock"))


def test_the_locks_agree() -> None:
    wide = pins("requirements-test.lock")
    assert {name: hashes for name, hashes in pins("requirements.lock").items() if wide.get(name) != hashes} == {}


MODULES = {"python-flint": "flint", "spottl": "spot", "z3-solver": "z3"}
"""What is imported, where that is not the distribution's name."""


def test_what_is_asked_for_is_used() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    sources = "\n".join(path.read_text() for path in (ROOT / "specl").rglob("*.py"))
    for requirement in project["project"]["dependencies"]:
        module = MODULES.get(normal(requirement), normal(requirement))
        assert re.search(rf"^\s*(import|from) {module}\b|import_module\(\"{module}\"\)", sources, re.MULTILINE), module
