"""What is being worked on, told on the standard error where a person looks at it."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

ERASE = "\r\x1b[2K"


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """A function that shows a line in place of the one before; the line is gone at the end. It does nothing where the
    standard error is no terminal, or one that cannot take a line back."""
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield lambda _: None
        return
    width = os.get_terminal_size(sys.stderr.fileno()).columns - 1 or 79

    def tell(line: str) -> None:
        sys.stderr.write(ERASE + line[:width])
        sys.stderr.flush()

    try:
        yield tell
    finally:
        tell("")
