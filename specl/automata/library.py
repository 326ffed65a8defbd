"""Loading Spot, on first use."""

import importlib
import warnings
from typing import Any


def spot() -> Any:
    """The module `spot`.

    Its bindings warn while they are imported (SWIG's types have no ``__module__``), and crash the interpreter where
    warnings are errors; so they are imported with warnings off.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return importlib.import_module("spot")


def buddy() -> Any:
    """The module `buddy`: the binary decision diagrams of Spot's edges."""
    spot()
    return importlib.import_module("buddy")
