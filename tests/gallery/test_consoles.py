"""What the documentation shows is what the commands print."""

import doctest
import re
from pathlib import Path

import pytest

from tests.gallery.consoles import Command, commands, run, timeless
from tests.gallery.pages import PAGES, ROOT, Block, blocks, name

ALL = [command for page in PAGES for command in commands(page)]


@pytest.mark.parametrize("command", ALL, ids=lambda c: f"{name(c.page)}: {c.arguments}")
def test_commands_print_what_is_shown(command: Command) -> None:
    status, output = run(command.arguments)
    assert status in (0, 1, 3), output
    assert timeless(output) == timeless(command.output), "refresh with: python -m tests.gallery.consoles"


PYTHON = [(page, block) for page in PAGES for block in blocks(page.read_text("utf-8"), "pycon")]


@pytest.mark.parametrize(("page", "block"), PYTHON, ids=lambda part: name(part) if isinstance(part, Path) else "")
def test_python_prints_what_is_shown(page: Path, block: Block, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    session = doctest.DocTestParser().get_doctest(block.text, {}, name(page), str(page), 0)
    assert session.examples
    assert doctest.DocTestRunner(verbose=False).run(session).failed == 0


def test_readme_opens_with_the_two_commands() -> None:
    text = PAGES[0].read_text("utf-8")
    assert re.findall(r"^make \w+", text, re.MULTILINE) == ["make demo", "make test"]
    assert text.index("make demo") < 1000
    makefile = (PAGES[0].parent / "Makefile").read_text("utf-8")
    assert {"demo", "test"} <= set(re.findall(r"^(\w+):", makefile, re.MULTILINE))


def test_commands_named_in_text_exist() -> None:
    known = set(re.findall(r"^  ([a-z]+)  ", run("--help")[1].partition("Commands:")[2], re.MULTILINE))
    assert {"check", "express", "hasse"} <= known
    for page in PAGES:
        named = set(re.findall(r"(?:\.venv/bin/|`)specl ([a-z]+)\b", page.read_text("utf-8")))
        assert named <= known, f"{name(page)} names {named - known}"
