"""The reductions, one file each: ``x_to_y.py`` compiles an objective of X into one of Y with the same ordering.

A file of that name in this folder is an arrow of the diagram, and nothing else lists them.
"""

import importlib
import itertools
import pkgutil
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from specl.model.environment import Environment

Preserves = Literal["value", "ordering"]


@dataclass(frozen=True)
class Reduction:
    """What an arrow's file says of it.

    Attributes:
        source, target: codes.
        construction: the construction in one line.
        preserves: "value" if every policy keeps its value, "ordering" if only their order is kept (a value becomes a
            rank, say).
        reduce: (source record, environment) -> target record.
    """

    source: str
    target: str
    construction: str
    preserves: Preserves
    reduce: Callable[[Any, Environment], Any]


class NoReduction(LookupError):
    """No chain of arrows leads from one formalism to the other."""

    def __init__(self, source: str, target: str) -> None:
        super().__init__(f"no chain of reductions leads from {source} to {target}")
        self.source = source
        self.target = target


@cache
def arrows() -> tuple[tuple[str, str], ...]:
    """(source, target) of every arrow, sorted; found by listing this folder, without importing them."""
    names = (module.name for module in pkgutil.iter_modules(__path__))
    pairs = (name.upper().split("_TO_") for name in names if "_to_" in name)
    return tuple(sorted((source, target) for source, target in pairs))


def reduction(source: str, target: str) -> Reduction:
    """The arrow, its file imported on first use.

    Raises:
        NoReduction: there is no such arrow.
    """
    if (source, target) not in arrows():
        raise NoReduction(source, target)
    module = importlib.import_module(f"{__name__}.{source.lower()}_to_{target.lower()}")
    construction = str(module.__doc__).split("\n\n", 1)[0].strip()
    return Reduction(source, target, construction, module.PRESERVES, module.reduce)


def path(source: str, target: str) -> tuple[str, ...]:
    """The codes along a shortest chain of arrows, both ends included; (source,) where they are the same.

    Raises:
        NoReduction: there is none.
    """
    before: dict[str, str | None] = {source: None}
    queue = deque([source])
    while queue and target not in before:
        code = queue.popleft()
        for start, end in arrows():
            if start == code and end not in before:
                before[end] = code
                queue.append(end)
    if target not in before:
        raise NoReduction(source, target)
    chain = []
    code_or_none: str | None = target
    while code_or_none is not None:
        chain.append(code_or_none)
        code_or_none = before[code_or_none]
    return tuple(reversed(chain))


def translate(code: str, objective: Any, environment: Environment, target: str) -> tuple[tuple[str, ...], Any]:
    """The objective as one of the formalism ``target``, along a shortest chain of arrows.

    Returns:
        The codes along the chain, and the record of the last.

    Raises:
        NoReduction: no chain leads there.
    """
    chain = path(code, target)
    for source, following in itertools.pairwise(chain):
        objective = reduction(source, following).reduce(objective, environment)
    return chain, objective
