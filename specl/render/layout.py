"""DOT to pictures, laid out in this process by the Graphviz libraries inside pygraphviz; no `dot` program is needed."""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager


def draw(dot: str, form: str) -> bytes:
    """The picture of a graph in the DOT language; `form` is "svg" or "png".

    Raises:
        ValueError: Graphviz does not accept the text; the message is Graphviz's.
    """
    import pygraphviz  # loads the Graphviz libraries

    with _quiet() as heard:
        try:
            return bytes(pygraphviz.AGraph(string=dot).draw(format=form, prog="dot"))
        except (OSError, ValueError) as error:
            raise ValueError(f"{error} {heard()}".strip()) from None


@contextmanager
def _quiet() -> Iterator[Callable[[], str]]:
    """Keeps what C libraries write to the standard error (Fontconfig's warnings, say) from the reader's terminal;
    gives a function that tells what it was."""
    sys.stderr.flush()
    with tempfile.TemporaryFile() as sink:
        kept = os.dup(2)
        os.dup2(sink.fileno(), 2)

        def heard() -> str:
            sink.seek(0)
            return sink.read().decode(errors="replace").strip()

        try:
            yield heard
        finally:
            os.dup2(kept, 2)
            os.close(kept)
