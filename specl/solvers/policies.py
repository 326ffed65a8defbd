"""Choices of states as arrays, as tables of weights, and as stationary policies of an environment."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from specl.model.environment import Environment
from specl.model.policy import Policy
from specl.solvers.exact.model import ExactModel

Weights = Mapping[Any, Mapping[int, Fraction]]
"""State, or (state, memory state) -> action -> weight."""


def table(exact: ExactModel, choice: Sequence[int]) -> Weights:
    """The action that each state of a model chooses, as `Solved.policy` has it."""
    one = Fraction(1)
    return {
        place if exact.memory is not None else place[0]: {int(a): one}
        for place, a in zip(exact.places, choice, strict=True)
    }


def as_policy(environment: Environment, weights: Weights) -> Policy:
    """A stationary policy; states that the table leaves out take the first action."""
    width = range(len(environment.actions))
    first = {0: Fraction(1)}
    return Policy(
        tuple(tuple(weights.get(s, first).get(a, Fraction(0)) for a in width) for s in range(len(environment.states)))
    )


def of_policy(policy: Policy) -> Weights:
    """The table of a stationary policy."""
    return {s: {a: weight for a, weight in enumerate(row) if weight != 0} for s, row in enumerate(policy.rows)}


def choices(policy: Policy) -> tuple[int, ...] | None:
    """What a deterministic policy chooses in each state; None for others."""
    if any(weight not in (0, 1) for row in policy.rows for weight in row):
        return None
    return tuple(row.index(1) for row in policy.rows)
