"""What policies are worth under a random objective, as searches compare them: exactly, as certificates will."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from itertools import islice
from random import Random
from typing import Any

from specl.language.document import NamedObjective
from specl.model.environment import Environment
from specl.model.policy import Policy, deterministic, deterministic_policies
from specl.obstructions.claims.failure import NoCertificate
from specl.obstructions.claims.objective import Carried, carry
from specl.obstructions.exact.chain import Rows
from specl.obstructions.exact.interval import Interval
from specl.obstructions.exact.ranks import Keys, rank
from specl.obstructions.exact.ratio import Json, constant
from specl.separation import draws
from specl.separation.objectives import draw_objective
from specl.separation.proposal import OBJECTIVE, Proposal

MOST_DETERMINISTIC = 16


@dataclass(frozen=True)
class Ranking:
    """An environment and an objective in it."""

    environment: Environment
    code: str
    objective: Any
    carried: Carried

    def at(self, policy: Policy) -> tuple[Fraction, ...] | None:
        """A policy's rank, larger is better; None where its value is no rational number."""
        try:
            keys = rank(self.environment, self.carried, constant_rows(policy)).keys
        except NoCertificate:
            return None
        found = tuple(key.rational for key in keys)
        return None if None in found else found  # type: ignore[return-value]  # none of them is None

    def along(self, rows: Rows, on: Interval) -> Keys | None:
        """The rank of policies along an interval; None where it is not one rational function there."""
        try:
            return rank(self.environment, self.carried, rows, on).keys
        except NoCertificate:
            return None

    @cached_property
    def first_key(self) -> "Ranking":
        """The ranking by what matters most, at a smaller expense."""
        key = self.carried.keys[0]
        named = {name: each for name, each in self.carried.features.items() if _occurs(name, key)}
        return replace(self, carried=Carried(self.carried.json, named, (key,)))

    def proposal(self, kind: str, refuted: str, **parts: Any) -> Proposal:
        """That the objective is beyond a formalism, as these policies, or this path or family, show."""
        return Proposal(kind, refuted, self.environment, self.code, self.objective, **parts)

    def listing(self, kind: str, refuted: str, policies: Sequence[Policy]) -> Proposal:
        """That it is beyond a formalism, as these policies show."""
        return self.proposal(kind, refuted, policies={f"p{i}": policy for i, policy in enumerate(policies, 1)})


def draw(code: str, environment: Environment, random: Random) -> Ranking:
    """A random objective of the formalism."""
    return ranking(environment, code, draw_objective(code, environment, random))


def ranking(environment: Environment, code: str, objective: Any) -> Ranking:
    """An objective as a ranking.

    Raises:
        NoClaim: certificates cannot carry it.
    """
    named = NamedObjective(OBJECTIVE, environment.name, code, objective)
    return Ranking(environment, code, objective, carry(environment, named))


def _occurs(feature: str, written: Json) -> bool:
    if isinstance(written, str):
        return False
    return (written[0] == "var" and written[1:] == [feature]) or any(_occurs(feature, part) for part in written[1:])


def constant_rows(policy: Policy) -> Rows:
    """The rows of a policy as rational functions."""
    return tuple(tuple(constant(weight) for weight in row) for row in policy.rows)


def policies(environment: Environment, random: Random, stochastic: int) -> Iterator[Policy]:
    """The deterministic policies, or some of them where there are many, and then so many others."""
    if len(environment.actions) ** len(environment.states) <= MOST_DETERMINISTIC:
        found = list(deterministic_policies(environment))
        random.shuffle(found)
        yield from found
    else:
        yield from islice(_deterministic(environment, random), MOST_DETERMINISTIC)
    for _ in range(stochastic):
        yield draws.policy(environment, random)


def _deterministic(environment: Environment, random: Random) -> Iterator[Policy]:
    while True:
        yield deterministic(environment, [random.randrange(len(environment.actions)) for _ in environment.states])
