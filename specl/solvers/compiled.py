"""Loops over arrays, compiled by numba when they are first called, and kept on disk as machine code for later runs.

What is kept is called without numba, whose import takes longer than most solutions: LLVM alone loads it.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from specl.solvers.machine_code import machine_code
from specl.solvers.native import Kind

IN_ANY_ORDER = frozenset({"reassoc", "contract", "nsz", "arcp"})
"""Of the liberties that LLVM can take with sums and products, those that leave infinities and NaN alone."""


class Loop:
    """A function of numbers and of arrays without gaps, into which it puts its results; it returns numbers, or nothing.

    It may call other loops. Where it allocates an array, or raises, it is left to numba.

    Attributes:
        function: as it is written.
        liberties: what LLVM may do with its floats.
    """

    def __init__(self, function: Callable[..., Any], liberties: frozenset[str]) -> None:
        self.function, self.liberties = function, liberties
        self.__doc__ = function.__doc__
        self.made: dict[tuple[Kind, ...], Callable[..., Any]] = {}

    def __call__(self, *arguments: Any) -> Any:
        kinds = tuple([(a.dtype, a.ndim) if isinstance(a, np.ndarray) else (type(a), None) for a in arguments])
        made = self.made.get(kinds)
        if made is None:
            made = self.made[kinds] = machine_code(self, [(np.dtype(kind), ndim) for kind, ndim in kinds])
        return made(*arguments)


def compiled(function: Callable[..., Any]) -> Loop:
    """The function, compiled. IEEE arithmetic in the order that is written, so that rounding can be bounded."""
    return Loop(function, frozenset())


def reassociated(function: Callable[..., Any]) -> Loop:
    """The function, compiled with sums in any order: for searches whose results are checked afterwards."""
    return Loop(function, IN_ANY_ORDER)
