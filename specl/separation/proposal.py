"""What a search for counterexamples proposes: an environment, an objective in it, and policies that are to show that a
formalism cannot express it; as data, which can be asked about, shrunk, and printed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any, Protocol

from specl.language.document import NamedFamily, NamedObjective, NamedPolicy, Refutation
from specl.model.environment import Environment
from specl.model.policy import Family, Policy
from specl.obstructions import Proof, obstruction
from specl.obstructions.claims.objective import carry
from specl.obstructions.claims.question import Question, proof

OBJECTIVE = "wanted"
"""What the objective of a witness is called."""


@dataclass(frozen=True)
class Shape:
    """How large a witness is: so many states and actions, and so many policies, 0 for the kinds that list none."""

    states: int
    actions: int
    policies: int


@dataclass(frozen=True)
class Proposal:
    """``refute REFUTED by KIND { objective, policies | path, off | path | family }`` with all that it speaks of.

    Attributes:
        refuted: the formalism that is to fail; `code` and `objective` are what it fails to express: a formalism and a
            record of it.
        policies, path, off, family: name -> policy or family, those that the kind needs; `off` has one entry.
    """

    kind: str
    refuted: str
    environment: Environment
    code: str
    objective: Any
    policies: Mapping[str, Policy] = field(default_factory=dict)
    path: Mapping[str, Family] = field(default_factory=dict)
    off: Mapping[str, Policy | Family] = field(default_factory=dict)
    family: Mapping[str, Family] = field(default_factory=dict)

    @property
    def shape(self) -> Shape:
        """How large it is."""
        return Shape(len(self.environment.states), len(self.environment.actions), len(self.policies))


class Kind(Protocol):
    """What a module of this folder that is called like a kind of argument offers.

    Attributes:
        EXPRESSING: refuted formalism -> the formalisms for whose objectives it has proposals against it.
        SMALLEST: the smallest shape that can work.
    """

    EXPRESSING: Mapping[str, tuple[str, ...]]
    SMALLEST: Shape

    def propose(self, refuted: str, expressing: str, shape: Shape, random: Random) -> Iterator[Proposal | None]:
        """Proposals of this shape, likely ones only, new ones each time, or None for having tried in vain for a while
        (50 ms at the most, so that a search can be stopped). It may go on for ever, or end if all has been tried."""
        ...

    def again(self, proposal: Proposal, random: Random) -> Iterator[Proposal | None]:
        """Other paths or families in the environment of a proposal, for its objective, or None as above; only kinds
        that need a path or a family have this."""
        ...


def prove(proposal: Proposal) -> Proof:
    """A claim and a certificate for the proposal.

    Raises:
        NoCertificate: the argument does not go through.
        NoClaim: certificates cannot carry the objective.
    """
    question = ask(proposal)
    return proof(question, obstruction(proposal.kind).search(question))


def ask(proposal: Proposal) -> Question:
    """The proposal as a question."""
    environment = proposal.environment
    named = NamedObjective(OBJECTIVE, environment.name, proposal.code, proposal.objective)
    off = [_named(name, each, environment.name) for name, each in proposal.off.items()]
    refutation = Refutation(
        proposal.refuted,
        proposal.kind,
        environment.name,
        OBJECTIVE,
        tuple(NamedPolicy(name, environment.name, each) for name, each in proposal.policies.items()),
        tuple(NamedFamily(name, environment.name, each) for name, each in proposal.path.items()),
        off[0] if off else None,
        next((NamedFamily(name, environment.name, each) for name, each in proposal.family.items()), None),
        (0, 0),
    )
    return Question(environment, carry(environment, named), proposal.refuted, refutation)


def _named(name: str, each: Policy | Family, environment: str) -> NamedPolicy | NamedFamily:
    if isinstance(each, Policy):
        return NamedPolicy(name, environment, each)
    return NamedFamily(name, environment, each)
