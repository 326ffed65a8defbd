"""From a source to a checked document in one go, with the errors of syntax and of meaning told together."""

from specl.language.diagnostics import Diagnostics
from specl.language.document import Document
from specl.language.objectives import Formalisms
from specl.language.parse import parse_items
from specl.language.resolve import resolve_items
from specl.language.source import Source


def load_document(source: Source, formalisms: Formalisms) -> Document:
    """The document that a text describes.

    Raises:
        SpecErrors: everything that is wrong in it.
    """
    diagnostics = Diagnostics(source)
    parsed = parse_items(diagnostics)
    document = resolve_items(parsed.file, parsed.broken, formalisms, diagnostics)
    diagnostics.raise_any()
    return document
