"""The commands that the documentation shows, and what they print.

A ``console`` block has lines ``$ .venv/bin/specl …``, each followed by what it prints. The tests run them and compare,
the seconds that were taken left aside; ``python -m tests.gallery.consoles`` writes what they print now.
"""

import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.gallery.pages import PAGES, ROOT, Block, blocks

PROMPT = "$ .venv/bin/specl "
WIDTH = 110


@dataclass(frozen=True)
class Command:
    """A command as written, and the output that stands below it."""

    page: Path
    arguments: str
    output: str


def timeless(output: str) -> str:
    """The output without the seconds that were taken, and without bounds that a search narrowed until time was up."""
    output = re.sub(r"^(stationary .* worth) \[.*$", r"\1 […]", output, flags=re.MULTILINE)
    return re.sub(r"\b\d+\.\d\d s\b", "0.00 s", output)


def commands(page: Path) -> list[Command]:
    """The commands of a page's console blocks, in order."""
    found = []
    for block in blocks(page.read_text("utf-8"), "console"):
        head, *parts = ("\n" + block.text).split("\n" + PROMPT)
        if head:
            raise ValueError(f"{page}: a console block starts with a line '{PROMPT}…', not with {head.strip()!r}")
        for part in parts:
            arguments, _, output = part.partition("\n")
            found.append(Command(page, arguments, output.strip("\n")))
    return found


def run(arguments: str) -> tuple[int, str]:
    """The exit status of a command run in the root of the repository, and what it prints, errors included."""
    environment = {**os.environ, "COLUMNS": str(WIDTH), "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-m", "specl", *shlex.split(arguments)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    lines = [line.rstrip() for line in done.stdout.strip("\n").split("\n")]
    return done.returncode, "\n".join(lines)


def refreshed(page: Path) -> str:
    """The page's text with the outputs that its commands print now."""
    text = page.read_text("utf-8")

    def shown(block: Block) -> str:
        parts = ("\n" + block.text).split("\n" + PROMPT)[1:]
        written = []
        for part in parts:
            arguments, _, before = part.partition("\n")
            output, before = run(arguments)[1], before.strip("\n")
            if timeless(output) == timeless(before):
                output = before
            written.append(f"{PROMPT}{arguments}\n{output}\n" if output else f"{PROMPT}{arguments}\n")
        return "".join(written)

    for block in reversed(blocks(text, "console")):
        text = text[: block.start] + shown(block) + text[block.start + len(block.text) :]
    return text


def main() -> None:
    for page in PAGES:
        if commands(page):
            page.write_text(refreshed(page), "utf-8")


if __name__ == "__main__":
    main()
