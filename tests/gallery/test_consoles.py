"""What the documentation shows is what the commands print."""

import re

import pytest

from tests.gallery.consoles import Command, commands, run
from tests.gallery.pages import PAGES, name

ALL = [command for page in PAGES for command in commands(page)]


@pytest.mark.parametrize("command", ALL, ids=lambda c: f"{name(c.page)}: {c.arguments}")
def test_commands_print_what_is_shown(command: Command) -> None:
    status, output = run(command.arguments)
    assert status in (0, 1, 3), output
    assert output == command.output, "refresh with: python -m tests.gallery.consoles"


def test_readme_opens_with_the_two_commands() -> None:
    text = PAGES[0].read_text("utf-8")
    assert re.findall(r"^make \w+", text, re.MULTILINE) == ["make demo", "make test"]
    assert text.index("make demo") < 1000
    makefile = (PAGES[0].parent / "Makefile").read_text("utf-8")
    assert {"demo", "test"} <= set(re.findall(r"^(\w+):", makefile, re.MULTILINE))


def test_commands_named_in_text_exist() -> None:
    known = set(re.findall(r"^\s+(check|eval|compare|translate|hasse)\b", run("--help")[1], re.MULTILINE))
    for page in PAGES:
        named = set(re.findall(r"(?:\.venv/bin/|`)specl ([a-z]+)\b", page.read_text("utf-8")))
        assert named <= known, f"{name(page)} names {named - known}"
