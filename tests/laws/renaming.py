"""The same objective about the same world under other names: states and actions renamed, reordered, or added.

It goes over the fields of any record whatever the formalism, so that it holds for formalisms that are still to come.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from specl.model.environment import Environment, Step
from specl.model.formula import Formula
from specl.model.policy import Policy
from specl.model.quantities import Choice, Occupancy, Weight


@dataclass(frozen=True)
class Renaming:
    """Where the old states and actions are in the new environment, and what atoms are called there."""

    states: tuple[int, ...]
    actions: tuple[int, ...]
    names: Mapping[str, str]
    copied: tuple[int, ...]
    """For each new state, the old one that it is, or is an unreachable copy of."""


def permutation(environment: Environment, states: Sequence[int], actions: Sequence[int]) -> Renaming:
    """Old state i becomes new state states[i], likewise actions; all names change."""
    names = {name: f"{name}{name}_{i}" for i, name in enumerate(environment.atoms)}
    back = sorted(range(len(states)), key=lambda s: states[s])
    return Renaming(tuple(states), tuple(actions), names, tuple(back))


def with_copies(environment: Environment, originals: Sequence[int]) -> Renaming:
    """New states after the old ones, which nothing leads to and which behave as the given old ones do."""
    size = len(environment.states)
    names = {name: name for name in environment.atoms}
    return Renaming(tuple(range(size)), tuple(range(len(environment.actions))), names, (*range(size), *originals))


def environment_under(renaming: Renaming, environment: Environment) -> Environment:
    """The renamed environment."""
    width = len(environment.actions)
    old_action = sorted(range(width), key=lambda a: renaming.actions[a])
    fresh = iter(f"extra{i}" for i in range(len(renaming.copied)))
    states = tuple(
        renaming.names[environment.states[old]] if renaming.states[old] == new else next(fresh)
        for new, old in enumerate(renaming.copied)
    )
    transitions = tuple(
        tuple(
            tuple(sorted((renaming.states[t], probability) for t, probability in environment.transitions[old][a]))
            for a in old_action
        )
        for old in renaming.copied
    )
    return Environment(
        "renamed",
        states,
        tuple(renaming.names[environment.actions[a]] for a in old_action),
        tuple(sorted((renaming.states[s], probability) for s, probability in environment.start)),
        transitions,
        {
            renaming.names[name]: frozenset(step_under(renaming, step) for step in steps)
            for name, steps in environment.labels.items()
        },
    )


def step_under(renaming: Renaming, step: Step) -> Step:
    """The renamed step."""
    s, a, t = step
    return renaming.states[s], renaming.actions[a], renaming.states[t]


def policy_under(renaming: Renaming, policy: Policy) -> Policy:
    """The renamed policy; copies choose as their originals do."""
    old_action = sorted(range(len(renaming.actions)), key=lambda a: renaming.actions[a])
    return Policy(tuple(tuple(policy.rows[old][a] for a in old_action) for old in renaming.copied))


def under(renaming: Renaming, value: Any) -> Any:
    """The renamed record, expression, formula, reward, machine or policy."""

    def state(s: int) -> int:
        return renaming.states[s]

    match value:
        case Formula(op="atom"):
            return Formula("atom", name=renaming.names[value.name])
        case Occupancy():
            action = None if value.action is None else renaming.actions[value.action]
            return Occupancy(state(value.state), action, None if value.target is None else state(value.target))
        case Choice():
            return Choice(state(value.state), renaming.actions[value.action])
        case Weight():
            return Weight(renaming.actions[value.action])
        case Policy():
            return policy_under(renaming, value)
        case str() | int() | Fraction() | None:
            return value
        case tuple():
            return tuple(under(renaming, part) for part in value)
        case Mapping():
            return {
                step_under(renaming, key) if isinstance(key, tuple) else key: under(renaming, part)
                for key, part in value.items()
            }
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        parts = {field.name: under(renaming, getattr(value, field.name)) for field in dataclasses.fields(value)}
        return dataclasses.replace(value, **parts)
    return value
