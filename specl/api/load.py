"""Loading a .spec file, or its text."""

import os

from specl import formalisms
from specl.language.document import Document
from specl.language.load import load_document
from specl.language.source import Source, read_source


def load(source: str | os.PathLike[str]) -> Document:
    """The checked document of a .spec file.

    Args:
        source: a path; or the text itself, which is told by its braces or its lines.

    Raises:
        specl.language.diagnostics.SpecErrors: the file cannot be read, or is not a correct .spec file; str() of it
            draws every error with its line.
    """
    read = Source(source) if isinstance(source, str) and _is_text(source) else read_source(os.fspath(source))
    return load_document(read, formalisms)


def _is_text(source: str) -> bool:
    return "\n" in source or ("{" in source and not source.endswith(".spec") and not os.path.exists(source))
