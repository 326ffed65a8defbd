"""The command line as a fixture."""

from pathlib import Path

import pytest

from tests.cli.running import Command


@pytest.fixture
def specl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """`specl("check", "world.spec")` runs the command in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    return Command(tmp_path, capsys)
