"""A proposal with one state or one action less; the objective says what it said of the others."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from fractions import Fraction
from typing import Any

from specl.model.environment import Environment
from specl.model.expression import Expression, constant
from specl.model.formula import FALSE, Formula
from specl.model.machine import Edge
from specl.model.policy import Family, Policy
from specl.model.quantities import Choice, Weight
from specl.model.real import Real
from specl.separation.proposal import Proposal

Weights = tuple[tuple[int, Fraction], ...]


class Entangled(Exception):
    """What is to go is spoken of in a way that has no meaning without it."""


def without_state(proposal: Proposal, gone: int, instead: int) -> Proposal:
    """The proposal where whatever led to one state leads to another.

    Raises:
        Entangled: the objective asks what policies do there.
    """
    old = proposal.environment
    new = {s: s - (s > gone) for s in range(len(old.states)) if s != gone}
    into = {**new, gone: new[instead]}
    rows = tuple(tuple(_merged(targets, into) for targets in row) for s, row in enumerate(old.transitions) if s != gone)
    states = tuple(name for s, name in enumerate(old.states) if s != gone)
    environment = Environment(old.name, states, old.actions, _merged(old.start, into), rows, {})
    change = _Change(environment, new, into, {a: a for a in range(len(old.actions))}, old.states[gone])
    return change.proposal(proposal)


def without_action(proposal: Proposal, gone: int) -> Proposal:
    """The proposal where an action is missing that no policy takes.

    Raises:
        Entangled: a policy takes it.
    """
    old = proposal.environment
    if any(_takes(row[gone]) for each in _policies(proposal) for row in each.rows):
        raise Entangled
    kept = {a: a - (a > gone) for a in range(len(old.actions)) if a != gone}
    rows = tuple(tuple(targets for a, targets in enumerate(row) if a != gone) for row in old.transitions)
    actions = tuple(name for a, name in enumerate(old.actions) if a != gone)
    environment = Environment(old.name, old.states, actions, old.start, rows, {})
    states = {s: s for s in range(len(old.states))}
    return _Change(environment, states, states, kept, old.actions[gone]).proposal(proposal)


class _Change:
    """Old indices to new ones: `states` and `actions` lack what is gone, `into` says where moves into it lead."""

    def __init__(
        self, environment: Environment, states: Mapping[int, int], into: Mapping[int, int], actions: Mapping[int, int],
        name: str,
    ) -> None:  # fmt: skip
        self.environment = environment
        self.states = states
        self.into = into
        self.actions = actions
        self.name = name
        self.possible = frozenset(environment.steps)

    def proposal(self, old: Proposal) -> Proposal:
        return replace(
            old,
            environment=self.environment,
            objective=self.record(old.objective),
            policies={name: self.policy(each) for name, each in old.policies.items()},
            path={name: self.policy(each) for name, each in old.path.items()},
            off={name: self.policy(each) for name, each in old.off.items()},
            family={name: self.policy(each) for name, each in old.family.items()},
        )

    def policy(self, old: Any) -> Any:
        rows = tuple(tuple(row[a] for a in self.actions) for s, row in enumerate(old.rows) if s in self.states)
        return replace(old, rows=rows)

    def record(self, value: Any) -> Any:
        match value:
            case Expression(op="variable", key=Weight(action)) if action not in self.actions:
                return constant(Fraction(0))
            case Expression():
                args = tuple(self.record(part) for part in value.args)
                return replace(value, args=args, key=self.record(value.key))
            case Weight(action):
                return Weight(self.actions[action])
            case Choice(state, action):
                if state not in self.states or action not in self.actions:
                    raise Entangled
                return Choice(self.states[state], self.actions[action])
            case Formula(op="atom", name=name):
                return FALSE if name == self.name else value
            case Formula():
                return replace(value, args=tuple(self.record(part) for part in value.args))
            case Edge():
                return replace(value, guard=self.record(value.guard), reward=self.record(value.reward))
            case Mapping() if all(isinstance(each, Real) for each in value.values()):
                return self._reward(value)
            case Mapping():
                return {name: self.record(each) for name, each in value.items()}
            case tuple():
                return tuple(self.record(part) for part in value)
            case Real() | Fraction() | str() | int() | None:
                return value
        if is_dataclass(value) and not isinstance(value, type):
            return replace(value, **{field.name: self.record(getattr(value, field.name)) for field in fields(value)})
        return value

    def _reward(self, reward: Mapping[Any, Any]) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        for (s, a, t), value in reward.items():
            if s in self.states and a in self.actions:
                step = self.states[s], self.actions[a], self.into[t]
                if step in self.possible and (step not in found or t in self.states):
                    found[step] = value
        return found


def _merged(weights: Weights, into: Mapping[int, int]) -> Weights:
    found: dict[int, Fraction] = {}
    for s, weight in weights:
        found[into[s]] = found.get(into[s], Fraction(0)) + weight
    return tuple(sorted(found.items()))


def _policies(proposal: Proposal) -> list[Policy | Family]:
    several = (proposal.policies, proposal.path, proposal.off, proposal.family)
    return [each for some in several for each in some.values()]


def _takes(weight: Any) -> bool:
    return not (weight == 0 or weight == constant(Fraction(0)))
