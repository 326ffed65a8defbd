"""What is being worked on, told on the standard error where a person looks at it."""

import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import log

WIDTH = 30
"""Characters of a bar."""

RADIUS = re.compile(r"±([0-9.]+(?:e[+-]?[0-9]+)?)(?![0-9a-z])")

ERASE = "\r\x1b[2K"


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """A function that shows a line in place of the one before; the line is gone at the end. It does nothing where the
    standard error is no terminal, or one that cannot take a line back."""
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield lambda _: None
        return
    width = (os.get_terminal_size(sys.stderr.fileno()).columns or 80) - 1

    def tell(line: str) -> None:
        sys.stderr.write(ERASE + line[:width])
        sys.stderr.flush()

    try:
        yield tell
    finally:
        tell("")


def with_bar(tell: Callable[[str], None], wanted: float) -> Callable[[str], None]:
    """The same, with a bar before lines that tell a radius, ``±1.2e-3``: full where it is `wanted`, empty where it was
    the largest so far; in between by its logarithm, since radii shrink by factors."""
    largest = 0.0

    def show(line: str) -> None:
        nonlocal largest
        match = RADIUS.search(line)
        if match is None:
            tell(line)
            return
        radius = float(match[1])
        largest = max(largest, radius)
        done = 1.0 if radius <= wanted else 0.0 if largest <= wanted else log(largest / radius) / log(largest / wanted)
        filled = round(WIDTH * done)
        tell(f"[{'#' * filled}{'.' * (WIDTH - filled)}] {line}")

    return show
