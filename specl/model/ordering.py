"""Orderings of finitely many policies: written down pair by pair, or induced by an objective."""

from collections.abc import Mapping
from dataclasses import dataclass

from specl.model.policy import Policy


@dataclass(frozen=True)
class Ordering:
    """A partial ordering: what is neither in ``strict`` nor in ``ties``, nor follows from them, is left open.

    Attributes:
        environment: name of the environment that the policies belong to.
        policies: name as written -> policy, in the order of the text.
        strict: pairs (better, worse).
        ties: pairs of policies that are equally good.
    """

    name: str
    environment: str
    policies: Mapping[str, Policy]
    strict: tuple[tuple[str, str], ...]
    ties: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Induced:
    """The ordering of the listed policies that an objective, called by its name, induces."""

    name: str
    environment: str
    objective: str
    policies: Mapping[str, Policy]
