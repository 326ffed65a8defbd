"""Models of other tools as sparse models, and back: one file for each format. A file here is a format, and nothing
lists them.

A format's module says ``NAME``, ``ENDINGS`` of its files and ``is_head(bytes)``, whether a file may begin so; it has
``read(path, tell)`` and, where it can be written, ``write(model, path, tell)``.
"""

import importlib
import os
import pkgutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import ModuleType

import numpy as np

from specl.interchange.reading.faults import refusal, text_of
from specl.language.diagnostics import some_of
from specl.solvers.sparse import SparseModel

Tell = Callable[[str], None]
"""Is told what was understood, rounded or left out on the way."""


def read(path: str | os.PathLike[str], tell: Tell = lambda _: None) -> SparseModel:
    """The model in a file: by the ending of its name, or else by what it begins with.

    PRISM's explicit files are named by their .tra file, or by what their names have in common.

    Raises:
        SpecErrors: there is no such file, it is malformed, or holds a kind of model that is no Markov decision process.
    """
    where = Path(path)
    try:
        with np.errstate(all="ignore"):  # what is not finite is looked for, and told with its place
            model: SparseModel = _format_of(where).read(where, tell)
    except MemoryError:
        raise refusal("E005", "the model is too large for the memory of this machine", str(where)) from None
    return model


def write(model: SparseModel, path: str | os.PathLike[str], tell: Tell = lambda _: None) -> None:
    """Write a model, in the format that the ending of the name says. What the format cannot hold is told.

    Raises:
        SpecErrors: the ending is of no format that is written, the file cannot be written, or the format cannot hold
            something without which the model would be another.
    """
    where = Path(path)
    found = [one for one in formats() if hasattr(one, "write") and where.name.endswith(one.ENDINGS)]
    if not found:
        endings = some_of(ending for one in formats() if hasattr(one, "write") for ending in one.ENDINGS)
        raise refusal("E100", "the ending of the name is of no format that is written", str(where), f"use {endings}")
    try:
        found[0].write(model, where, tell)
    except OSError as error:
        raise refusal("E001", f"the file cannot be written: {error.strerror or error}", str(where)) from None


@cache
def formats() -> tuple[ModuleType, ...]:
    """The modules of the formats of files, found by listing this folder."""
    names = [one.name for one in pkgutil.iter_modules(__path__) if not one.ispkg]
    modules = [importlib.import_module(f"{__name__}.{name}") for name in sorted(names)]
    return tuple(module for module in modules if hasattr(module, "ENDINGS"))


def by_ending(name: str) -> ModuleType | None:
    """The format that the ending of a file's name says. Most formats are called as their files end: such a one is
    looked for first, and no other is loaded where it fits."""
    parts = name.split(".")[1:]
    likely = (f"{__name__}.{one.name}" for one in pkgutil.iter_modules(__path__) if one.name in parts)
    for module in map(importlib.import_module, likely):
        if name.endswith(getattr(module, "ENDINGS", ())):
            return module
    return next((one for one in formats() if name.endswith(one.ENDINGS)), None)


def _format_of(path: Path) -> ModuleType:
    found = by_ending(path.name)
    if found is not None:
        return found
    head = b""
    if not os.path.isfile(f"{path}.tra"):  # else the path is what the names of several files have in common
        head = text_of(path).data[:512]
    for one in formats():
        if one.is_head(head, path):
            return one
    names = "; ".join(f"{one.NAME}: {some_of(one.ENDINGS)}" for one in formats())
    raise refusal("E100", "the file is in none of the formats that are read", str(path), names)
