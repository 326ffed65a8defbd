"""The obstructions, one file each: why a formalism cannot express what another can, and how a certificate is found.

A module of this folder is a kind of argument, called as in `refute X by KIND`, and nothing else lists them. What the
search finds is believed by nobody: a claim and a certificate go to whoever wants to check them.
"""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from specl.language.document import Document, Refutation
from specl.obstructions.claims.failure import NoCertificate, NoClaim
from specl.obstructions.claims.question import Answer, Proof, Question, ask, proof

__all__ = ["NoCertificate", "NoClaim", "Obstruction", "Proof", "kinds", "obstruction", "prove"]


@dataclass(frozen=True)
class Obstruction:
    """What an obstruction's file says of it.

    Attributes:
        kind: its name.
        argument: the argument in one line.
        refutes: the codes of the formalisms that it can refute.
        needs: the fields of a `refute` item that it needs, besides the objective; it takes no others.
        search: finds the evidence, or raises NoCertificate.
    """

    kind: str
    argument: str
    refutes: tuple[str, ...]
    needs: tuple[str, ...]
    search: Callable[[Question], Answer]


@cache
def kinds() -> tuple[str, ...]:
    """The kinds of argument, sorted; found by listing this folder, without importing them."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.ispkg))


@cache
def obstruction(kind: str) -> Obstruction:
    """The obstruction of this name, its file imported on first use.

    Raises:
        KeyError: there is none.
    """
    if kind not in kinds():
        raise KeyError(kind)
    module = importlib.import_module(f"{__name__}.{kind}")
    argument = " ".join(str(module.__doc__).split("\n\n", 1)[0].split())
    return Obstruction(kind, argument, module.REFUTES, module.NEEDS, module.search)


def prove(document: Document, refutation: Refutation) -> Proof:
    """A claim and a certificate for a `refute` item.

    Raises:
        NoClaim: the item makes no claim that a certificate could carry.
        NoCertificate: the argument does not go through, or the search was too narrow.
    """
    found = obstruction(refutation.kind)
    if refutation.code not in found.refutes:
        message = f"`{found.kind}` does not refute {refutation.code}"
        hint = f"it refutes {', '.join(found.refutes)}, and with one of them all that is below it"
        raise NoClaim("E096", message, refutation.at, hint)
    given = {name for name in ("policies", "path", "off", "family") if getattr(refutation, name)}
    needed = set(found.needs)
    for missing in sorted(needed - given):
        wanted = " and ".join(f"`{name}`" for name in ("objective", *found.needs))
        raise NoClaim("E096", f"a refutation by `{found.kind}` needs `{missing}`", refutation.at, f"it takes {wanted}")
    for idle in sorted(given - needed):
        wanted = " and ".join(f"`{name}`" for name in ("objective", *found.needs))
        message = f"a refutation by `{found.kind}` has no use for `{idle}`"
        raise NoClaim("E096", message, refutation.at, f"it takes {wanted}")
    question = ask(document, refutation)
    return proof(question, found.search(question))
