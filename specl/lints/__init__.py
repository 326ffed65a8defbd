"""What a file says that is correct and yet surely not what was meant; a file in this folder is a lint, and nothing else
lists them.

A lint is silent where it cannot decide: what it tells is proved, never sampled.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from specl.language.diagnostics import Diagnostic
from specl.language.document import Document


@dataclass(frozen=True)
class Lint:
    """What a lint's file says of it.

    Attributes:
        code: L001, L002, …; it never changes its meaning.
        title: what is told, in a few words.
        find: the places of a document where that is so.
    """

    code: str
    title: str
    find: Callable[[Document], Iterator[Diagnostic]]


@cache
def lints() -> tuple[Lint, ...]:
    """All lints, in the order of their codes."""
    names = (module.name for module in pkgutil.iter_modules(__path__) if not module.ispkg)
    modules = (importlib.import_module(f"{__name__}.{name}") for name in names)
    return tuple(sorted((Lint(each.CODE, each.TITLE, each.find) for each in modules), key=lambda lint: lint.code))


def findings(document: Document) -> tuple[Diagnostic, ...]:
    """What the lints find in a document, in the order of the text."""
    found = (finding for lint in lints() for finding in lint.find(document))
    return tuple(sorted(found, key=lambda finding: (finding.span or (-1, -1), finding.code)))
