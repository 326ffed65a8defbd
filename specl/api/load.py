"""Loading a .spec file, or its text."""

import os
from pathlib import Path

from specl import formalisms
from specl.language.document import Document
from specl.language.load import load_document
from specl.language.source import Source, read_source


def load(source: str | os.PathLike[str]) -> Document:
    """The checked document of a .spec file.

    Args:
        source: a path; or the text itself, which is told by its braces.

    Raises:
        specl.language.diagnostics.SpecErrors: the file cannot be read, or is not a correct .spec file; str() of it
            draws every error with its line.
    """
    text = isinstance(source, str) and ("{" in source or "\n" in source)
    read = Source(str(source)) if text else read_source(Path(source))
    return load_document(read, formalisms)
