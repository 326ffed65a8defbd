"""Policies with memory as stationary policies: an environment beside its memory, and objectives about the pair.

A policy that runs beside a finite memory is a stationary policy of the environment whose states are the pairs (s, u).
What an objective says of the steps of the one it says of those of the other, so that every formalism whose values come
from trajectories ranks such policies by its own definition.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, Protocol

from specl.evaluation.context import Evaluation, Rank
from specl.model.environment import Environment, Step
from specl.model.errors import Unsupported
from specl.model.expression import Expression, add, substitute, variable
from specl.model.formula import Formula
from specl.model.policy import Policy
from specl.model.quantities import Choice, Occupancy, Recovered


class Watching(Protocol):
    """A memory: from u it goes to ``next[u][i]`` where the i-th possible step of the environment is made."""

    @property
    def states(self) -> tuple[str, ...]: ...
    @property
    def start(self) -> int: ...
    @property
    def next(self) -> Sequence[Sequence[int]]: ...


@dataclass(frozen=True, eq=False)
class Beside:
    """An environment beside a memory.

    Attributes:
        environment: the original.
        places: (s, u) for each state of the pair, all that some policy reaches.
        pair: an environment over these; what was an atom of the original is an atom of it.
    """

    environment: Environment
    places: tuple[tuple[int, int], ...]
    pair: Environment
    _copies: Mapping[Step, tuple[Step, ...]]

    def policy(self, weights: Mapping[tuple[int, int], Mapping[int, Fraction]]) -> Policy:
        """(s, u) -> action -> weight as a stationary policy; places that are left out take the first action."""
        width = range(len(self.environment.actions))
        rows = (weights.get(place, {0: Fraction(1)}) for place in self.places)
        return Policy(tuple(tuple(row.get(a, Fraction(0)) for a in width) for row in rows))

    def objective(self, record: Any) -> Any:
        """An objective of the original as one of the pair.

        Raises:
            Unsupported: it speaks of the policy's own entries, or ranks what another objective does.
        """
        return self._lift(record)

    @cached_property
    def _at(self) -> Mapping[int, tuple[int, ...]]:
        found: dict[int, tuple[int, ...]] = {}
        for i, (s, _) in enumerate(self.places):
            found[s] = (*found.get(s, ()), i)
        return found

    def _lift(self, value: Any) -> Any:
        match value:
            case Expression():
                return substitute(value, self._quantity)
            case Formula() | str() | int() | Fraction() | None:
                return value
            case Recovered():
                raise Unsupported(f"recover({value.name}) ranks stationary policies, and this one has a memory")
            case Mapping():
                if all(isinstance(key, tuple) for key in value):  # a reward
                    return {copy: paid for step, paid in value.items() for copy in self._copies.get(step, ())}
                return {key: self._lift(part) for key, part in value.items()}
            case tuple():
                return tuple(self._lift(part) for part in value)
            case Policy():
                raise Unsupported("the order names stationary policies, and this one has a memory")
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            parts = {field.name: self._lift(getattr(value, field.name)) for field in dataclasses.fields(value)}
            return dataclasses.replace(value, **parts)
        return value

    def _quantity(self, node: Expression) -> Expression:
        key = node.key
        if isinstance(key, Choice):
            raise Unsupported("pi(s, a) is an entry of a stationary policy, and this one has a memory", node.at)
        if isinstance(key, Recovered):
            return variable(self._lift(key))
        if not isinstance(key, Occupancy):
            return node
        targets: tuple[int | None, ...] = (None,) if key.target is None else self._at.get(key.target, ())
        return add(
            variable(Occupancy(i, key.action, target)) for i in self._at.get(key.state, ()) for target in targets
        )


def beside(environment: Environment, memory: Watching) -> Beside:
    """The environment beside a memory."""
    number = {step: i for i, step in enumerate(environment.steps)}
    places = [(s, memory.start) for s, _ in environment.start]
    index = {place: i for i, place in enumerate(places)}
    copies: dict[Step, list[Step]] = {}
    transitions: list[tuple[tuple[tuple[int, Fraction], ...], ...]] = []
    for i, (s, u) in enumerate(places):  # grows while it is walked
        row = []
        for a, targets in enumerate(environment.transitions[s]):
            into = []
            for t, probability in targets:
                place = (t, memory.next[u][number[s, a, t]])
                if place not in index:
                    index[place] = len(places)
                    places.append(place)
                into.append((index[place], probability))
                copies.setdefault((s, a, t), []).append((i, a, index[place]))
            row.append(tuple(sorted(into)))
        transitions.append(tuple(row))
    atoms = {name: steps for name, steps in environment.atoms.items() if name not in environment.actions}
    pair = Environment(
        environment.name,
        tuple(f"{environment.states[s]}, {memory.states[u]}" for s, u in places),
        environment.actions,
        tuple((i, probability) for i, (_, probability) in enumerate(environment.start)),
        tuple(transitions),
        {name: frozenset(copy for step in steps for copy in copies.get(step, ())) for name, steps in atoms.items()},
    )
    return Beside(environment, tuple(places), pair, {step: tuple(found) for step, found in copies.items()})


def rank_beside(
    code: str,
    objective: Any,
    environment: Environment,
    memory: Watching,
    weights: Mapping[tuple[int, int], Mapping[int, Fraction]],
    evaluation: Evaluation,
) -> Rank:
    """What a policy with memory is worth under an objective of the formalism `code`.

    Args:
        weights: (s, u) -> action -> weight.

    Raises:
        Undefined, Unsupported: as the formalism's own `rank`, and where the objective is about stationary policies.
    """
    pair = beside(environment, memory)
    return evaluation.rank(code, pair.objective(objective), pair.pair, pair.policy(weights), evaluation)
