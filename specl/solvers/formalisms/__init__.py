"""One file for each formalism: its best policies in an environment. A file here is a solver, and nothing lists them."""

import importlib
import pkgutil
from functools import cache
from typing import Any

from specl.model.environment import Environment
from specl.solvers.solved import Solved
from specl.solvers.task import Task


@cache
def solvers() -> tuple[str, ...]:
    """The codes of the formalisms that have one, sorted; found by listing this folder, without importing them."""
    return tuple(sorted(module.name.upper() for module in pkgutil.iter_modules(__path__)))


def solve(code: str, objective: Any, environment: Environment, task: Task) -> Solved:
    """The best policy for an objective of the formalism `code`.

    Raises:
        Undefined, Unsupported: a value does not exist, or cannot be bounded.
    """
    found: Solved = importlib.import_module(f"{__name__}.{code.lower()}").solve(objective, environment, task)
    return found
