"""The 17 formalisms, one file each; a file in this folder is a formalism, and nothing else lists them."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from specl.evaluation.context import Evaluation, Rank

if TYPE_CHECKING:  # the list of the formalisms is often asked for where nothing of the language is needed
    from specl.language.fields import Fields
    from specl.language.syntax import Field
    from specl.model.environment import Environment
    from specl.model.policy import Policy


@dataclass(frozen=True)
class Formalism:
    """What a formalism's file says of it.

    Attributes:
        code, name: as in "MR", "Markov Rewards".
        fields: field keyword -> (fewest, most) times that an objective has it; most None for any number.
        read: the fields of an objective, checked -> its record.
        write: a record and its environment -> fields that `read` reads back to an equal record.
        rank: what a policy is worth: (record, environment, policy, evaluation) -> a value, or a tuple of them.
    """

    code: str
    name: str
    fields: Mapping[str, tuple[int, int | None]]
    read: Callable[[Fields], Any]
    write: Callable[[Any, Environment], tuple[Field, ...]]
    rank: Callable[[Any, Environment, Policy, Evaluation], Rank]


def codes() -> tuple[str, ...]:
    """The codes of all formalisms, sorted; found by listing this folder, without importing them."""
    return tuple(sorted(module.name.upper() for module in pkgutil.iter_modules(__path__)))


@cache
def formalism(code: str) -> Formalism:
    """The formalism of this code, its file imported on first use.

    Raises:
        KeyError: there is none.
    """
    if code not in codes():
        raise KeyError(code)
    module = importlib.import_module(f"{__name__}.{code.lower()}")
    return Formalism(module.CODE, module.NAME, module.FIELDS, module.read, module.write, module.rank)


def rank(
    code: str, objective: Any, environment: Environment, policy: Policy, evaluation: Evaluation | None = None
) -> Rank:
    """What a policy is worth under an objective of the formalism `code`.

    Raises:
        Undefined, Unsupported: the value does not exist, or can be neither computed nor enclosed.
    """
    return formalism(code).rank(objective, environment, policy, evaluation or Evaluation(rank=rank))
