"""From text to a document."""

from specl import formalisms
from specl.language.document import Document
from specl.language.load import load_document
from specl.language.source import Source


def read(text: str) -> Document:
    """The document that a text describes."""
    return load_document(Source(text), formalisms)
