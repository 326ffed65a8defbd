"""One file for each formalism: whether it can grant a wish; a file here is a decider, and nothing else lists them."""

import importlib
import pkgutil
from functools import cache

from specl.wishes.answer import Answer, Unknown
from specl.wishes.asking import Asking


@cache
def deciders() -> tuple[str, ...]:
    """The codes of the formalisms that have one, sorted; found by listing this folder, without importing them."""
    return tuple(sorted(module.name.upper() for module in pkgutil.iter_modules(__path__)))


def decide(code: str, asking: Asking) -> Answer:
    """What the formalism of this code answers to the wish."""
    if code not in deciders():
        return Unknown(f"specl has no way to decide what {code} can express")
    asking.tell(f"{asking.wish.name}: {code}")
    found: Answer = importlib.import_module(f"{__name__}.{code.lower()}").decide(asking)
    return found
