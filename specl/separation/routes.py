"""The ways to a witness: which formalisms a search may be about, so that what it finds carries over by reductions.

X ⋡ Y follows from X₀ ⋡ Y₀ where X₀ ⪰ X and Y ⪰ Y₀; a search of some kind may look for a witness of any such pair.
"""

import importlib
import pkgutil
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from specl import reductions
from specl.obstructions import kinds as kinds_of_argument
from specl.separation.proposal import Kind


@dataclass(frozen=True)
class Route:
    """A kind of argument and what it is to be used on.

    Attributes:
        above: codes from X up to the formalism that is refuted.
        below: codes from the formalism whose objective is found up to Y.
    """

    kind: str
    above: tuple[str, ...]
    below: tuple[str, ...]

    @property
    def refuted(self) -> str:
        """The formalism that the witness is against."""
        return self.above[-1]

    @property
    def expressing(self) -> str:
        """The formalism of the witness's objective."""
        return self.below[0]

    @property
    def length(self) -> int:
        """The number of reductions."""
        return len(self.above) + len(self.below) - 2


@cache
def kinds() -> tuple[str, ...]:
    """The kinds of argument that there is a search for, sorted."""
    here = {module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)])}
    return tuple(kind for kind in kinds_of_argument() if kind in here)


def kind(name: str) -> Kind:
    """The search of this name, its file imported on first use."""
    module: Kind = importlib.import_module(f"specl.separation.{name}")
    return module


def routes(upper: str, lower: str, only: str | None = None) -> tuple[Route, ...]:
    """The ways to show ``upper ⋡ lower``, short ones first, by one kind or by any."""
    found = []
    for name in kinds() if only is None else (only,):
        for refuted, expressing in kind(name).EXPRESSING.items():
            above = _path(upper, refuted)
            for code in expressing if above else ():
                below = _path(code, lower)
                if above and below:
                    found.append(Route(name, above, below))
    return tuple(sorted(found, key=lambda route: (route.length, route.kind, route.above, route.below)))


def _path(source: str, target: str) -> tuple[str, ...] | None:
    try:
        return reductions.path(source, target)
    except reductions.NoReduction:
        return None
