"""Mutants of a claim and its certificate: every number changed, every part dropped, every two neighbours exchanged.

Nothing here knows what a document means, so it runs over any documents in the form of docs/certificate-format.md.
"""

from __future__ import annotations

import copy
import itertools
import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

Json = Any
Path = tuple[str | int, ...]
NUMBER = re.compile(r"-?[0-9]+(/[0-9]+)?")
WORDS = {"above": "below", "below": "above"}


def places(document: Json, path: Path = ()) -> Iterator[tuple[Path, Json]]:
    """All parts of a document with their paths, the whole first."""
    yield path, document
    children = list(document.items()) if isinstance(document, dict) else []
    for key, part in children or enumerate(document if isinstance(document, list) else ()):
        yield from places(part, (*path, key))


def replaced(document: Json, path: Path, part: Json) -> Json:
    if not path:
        return part
    changed = copy.deepcopy(document)
    inner = changed
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = part
    return changed


def mutants(document: Json) -> Iterator[tuple[str, Json]]:
    """(what was done, the mutant); every mutant differs from the document."""
    for path, part in places(document):
        where = ".".join(map(str, path))
        if isinstance(part, str) and NUMBER.fullmatch(part):
            for other in (Fraction(part) + 1, -Fraction(part), Fraction(part) / 2):
                if other != Fraction(part):
                    yield f"{where} {part} → {other}", replaced(document, path, str(other))
        elif isinstance(part, str) and part in WORDS:
            yield f"{where} {part} → {WORDS[part]}", replaced(document, path, WORDS[part])
        elif isinstance(part, list):
            for i in range(len(part)):
                yield f"{where} without {i}", replaced(document, path, part[:i] + part[i + 1:])
            for i in range(len(part) - 1):
                if part[i] != part[i + 1]:
                    other_list = [*part[:i], part[i + 1], part[i], *part[i + 2:]]
                    yield f"{where} with {i} and {i + 1} exchanged", replaced(document, path, other_list)
        elif isinstance(part, dict):
            keys = list(part)
            for key in keys:
                yield f"{where} without {key}", replaced(document, path, {k: v for k, v in part.items() if k != key})
            for one, two in itertools.pairwise(keys):
                if part[one] != part[two]:
                    swapped = {**part, one: part[two], two: part[one]}
                    yield f"{where} with {one} and {two} exchanged", replaced(document, path, swapped)


def exchanged(claims: Sequence[Json], certificates: Sequence[Json]) -> Iterator[tuple[int, int, Json, Json]]:
    """Each claim with each certificate that was made for another."""
    for i, claim in enumerate(claims):
        for j, certificate in enumerate(certificates):
            if i != j:
                yield i, j, claim, certificate
