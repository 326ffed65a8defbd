"""Loops over arrays, compiled by numba when they are first called, and kept on disk for the next run."""

from collections.abc import Callable
from typing import Any

import numba

Loop = Callable[..., Any]


def compiled(function: Loop) -> Loop:
    """The function, compiled. IEEE arithmetic in the order that is written, so that rounding can be bounded."""
    made: Loop = numba.njit(cache=True, nogil=True)(function)
    return made


def reassociated(function: Loop) -> Loop:
    """The function, compiled with sums in any order: for searches whose results are checked afterwards."""
    made: Loop = numba.njit(cache=True, nogil=True, fastmath={"reassoc", "contract", "nsz", "arcp"})(function)
    return made
