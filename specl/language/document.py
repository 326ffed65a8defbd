"""A checked .spec file: every name looked up, every number exact."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from specl.language import syntax
from specl.language.diagnostics import Diagnostics
from specl.language.policies import policy_called
from specl.language.records import NamedFamily, NamedPolicy
from specl.language.source import Source
from specl.model.alphabet import Alphabet
from specl.model.environment import Environment
from specl.model.errors import Span
from specl.model.ordering import Induced, Ordering, TrajectoryOrdering

__all__ = [
    "Claim",
    "Compares",
    "Document",
    "Equivalent",
    "Expresses",
    "NamedFamily",
    "NamedObjective",
    "NamedPolicy",
    "Refutation",
]


@dataclass(frozen=True)
class NamedObjective:
    """An objective: ``code`` is its formalism's, ``objective`` its record.

    ``environment`` names the environment that it is about, or the alphabet if ``everywhere``: then the record is that
    of an objective of the alphabet's own environment.
    """

    name: str
    environment: str
    code: str
    objective: Any
    at: Span | None = None
    everywhere: bool = False


@dataclass(frozen=True)
class Compares:
    """``p > q ~ r under o``; negated: not all of its links hold."""

    chain: tuple[NamedPolicy, ...]
    relations: tuple[Literal[">", "~"], ...]
    objective: str
    negated: bool
    at: Span


@dataclass(frozen=True)
class Expresses:
    """``CODE expresses ordering``."""

    code: str
    ordering: str
    negated: bool
    at: Span


@dataclass(frozen=True)
class Equivalent:
    """``left equivalent right``: two objectives that order all policies alike."""

    left: str
    right: str
    negated: bool
    at: Span


@dataclass(frozen=True)
class Refutation:
    """``refute CODE by KIND { … }``: the formalism fails to express the objective.

    Attributes:
        policies: those listed in ``policies {…}``.
        path, family: names of families; off: a policy or, where it depends on the discount, a family.
    """

    code: str
    kind: str
    environment: str
    objective: str
    policies: tuple[NamedPolicy, ...]
    path: tuple[NamedFamily, ...]
    off: NamedPolicy | NamedFamily | None
    family: NamedFamily | None
    at: Span


Claim = Compares | Expresses | Equivalent


@dataclass(frozen=True)
class Document:
    """Everything that a .spec file says. Mappings go by name, in the order of the text."""

    file: str
    text: str
    syntax: syntax.File
    environments: Mapping[str, Environment]
    policies: Mapping[str, NamedPolicy]
    families: Mapping[str, NamedFamily]
    objectives: Mapping[str, NamedObjective]
    orderings: Mapping[str, Ordering | Induced | TrajectoryOrdering]
    assertions: tuple[Claim, ...]
    refutations: tuple[Refutation, ...]
    alphabets: Mapping[str, Alphabet] = field(default_factory=dict)

    def environment_of(
        self, item: NamedPolicy | NamedFamily | NamedObjective | Ordering | Induced | TrajectoryOrdering | Refutation
    ) -> Environment:
        """The environment that an item is about.

        Raises:
            SpecErrors: it is an objective over an alphabet, which is about no environment.
        """
        if isinstance(item, NamedObjective) and item.everywhere:
            diagnostics = Diagnostics(Source(self.text, self.file))
            message = f"`{item.name}` is about the alphabet `{item.environment}`, and this needs an environment"
            hint = (
                "`specl compare A B --every-environment` compares such objectives; write an `environment` for the rest"
            )
            diagnostics.error("E033", message, item.at, hint)
            diagnostics.raise_any()
        return self.environments[item.environment]

    def policy(self, text: str) -> NamedPolicy:
        """The policy that is called so: ``mover``, or ``gate(1/3)``.

        Raises:
            SpecErrors: there is none.
        """
        return policy_called(text, self.policies, self.families, self.environments)
