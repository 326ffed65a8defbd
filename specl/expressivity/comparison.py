"""What is compared, how far to go, and the answer."""

import itertools
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from specl.expressivity.faces import Domain
from specl.expressivity.shaping import Shaping
from specl.expressivity.witness import Search, Witness
from specl.model.environment import Environment
from specl.model.policy import Family, Policy
from specl.model.real import Real


@dataclass(frozen=True)
class Side:
    """One of the two objectives: its name, its formalism's code and its record."""

    name: str
    code: str
    objective: Any


@dataclass(frozen=True)
class Limits:
    """How far to go before the answer is unknown.

    Attributes:
        supports, parameters: the most supports of policies, and free parameters of a policy, for symbolic work.
        policies: the most policies that are ranked in search of a witness.
        search_seconds, proof_seconds: wall-clock time for symbolic work and search, and for Z3.
    """

    supports: int = 5000
    parameters: int = 12
    policies: int = 600
    search_seconds: float = 10.0
    proof_seconds: float = 10.0


@dataclass(frozen=True)
class Comparison:
    """The answer.

    Attributes:
        scope: the environment's name.
        reason: in words.
        witness: for "different", two policies with their four ranks.
        names: what the two are called: by the file, or where it has no name for them, by a name that is not taken.
        factor: for "same", where it is known that left = factor · right + a constant.
        shaping: for "same", where that is so because what they pay is related by potential shaping.
        tried: for "unknown", what was tried and how far.
    """

    left: str
    right: str
    verdict: Literal["same", "different", "unknown"]
    scope: str
    reason: str
    witness: Witness | None = None
    names: tuple[str, str] | None = None
    factor: Real | None = None
    shaping: Shaping | None = None
    tried: tuple[str, ...] = ()


@dataclass(frozen=True)
class Task:
    """A comparison under way: what was tried so far is in `search` and `tried`."""

    environment: Environment
    left: Side
    right: Side
    policies: Mapping[str, Policy]
    families: Mapping[str, Family]
    limits: Limits
    search: Search
    domain: Domain
    taken: Collection[str] = ()
    tried: list[str] = field(default_factory=list)

    def answer(self, verdict: Literal["same", "different", "unknown"], reason: str) -> Comparison:
        return Comparison(self.left.name, self.right.name, verdict, self.environment.name, reason)

    def differ(self, witness: Witness, because: str = "") -> Comparison:
        """The answer "different"."""
        taken = {*self.taken, *self.policies, *self.families}
        spare = (name for name in itertools.chain("pq", (f"p{n}" for n in itertools.count(1))) if name not in taken)
        names = (witness.first.name or next(spare), witness.second.name or next(spare))
        left, right = (order_text(order, *names) for order in witness.orders)
        reason = f"{self.left.name} {left}, {self.right.name} {right}{because and ': '}{because}"
        return replace(self.answer("different", reason), witness=witness, names=names)


def order_text(order: int, first: str, second: str) -> str:
    """What an objective does with two policies, given the sign of the first against the second."""
    if order == 0:
        return f"ranks {first} and {second} equal"
    return f"prefers {first} to {second}" if order > 0 else f"prefers {second} to {first}"


def factor_text(value: Real) -> str:
    """A number as a factor or a summand."""
    return f"({value})" if " " in str(value) or str(value).startswith("-") else str(value)
