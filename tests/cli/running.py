"""Running the command line in this process."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from specl.cli.app import run

WORLD = """
environment world {
  states  home, away
  actions go, stay
  start   home
  home --go-->   { away: 2/3, home: 1/3 }
  home --stay--> home
  away --_-->    home
}
policy mover  { _: go }
policy sitter { _: stay }
policy lazy   { _: { go: 1/3, stay: 2/3 } }
policy gate(t) { home: { go: t, stay: 1 - t }, away: go }
objective trips : MR  { discount 9/10  reward { home --go--> away: 1 } }
objective often : LAR { reward { home --go--> away: 1 } }
objective rests : MR  { discount 9/10  reward { home --go--> away: -2 } }
objective once  : LTL { formula F away }
objective worth : PO  { order lexicographic(pi(home, go), pi(away, go)) }
"""


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON document on the standard output."""
        return json.loads(self.out)


class Command:
    """The command line, in a folder with a file world.spec."""

    def __init__(self, folder: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.capture = capture
        self.write("world.spec", WORLD)

    def write(self, name: str, text: str) -> str:
        """Have a file written."""
        (self.folder / name).write_text(text, encoding="utf-8")
        return name

    def __call__(self, *arguments: str) -> Ran:
        self.capture.readouterr()
        status = run(arguments)
        captured = self.capture.readouterr()
        return Ran(status, captured.out, captured.err)
