"""Orderings of finitely many policies, written down pair by pair or induced by an objective, and of trajectories."""

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


@dataclass(frozen=True)
class Trajectory:
    """A finite trajectory s₀ a₀ s₁ a₁ …, as the beginning of an infinite one; indices.

    It ends with an action, or with the state that the last step entered: ``len(states) - len(actions)`` is 0 or 1.
    """

    states: tuple[int, ...]
    actions: tuple[int, ...]


@dataclass(frozen=True)
class TrajectoryOrdering:
    """A partial ordering of finite trajectories that are equally long and can all be entered (Abel et al. 2021).

    Attributes:
        environment: name of the environment that the trajectories belong to.
        trajectories: name as written, ``(x left y right)`` -> trajectory, in the order of the text; all are different.
        strict, ties: as in an `Ordering`.
    """

    name: str
    environment: str
    trajectories: Mapping[str, Trajectory]
    strict: tuple[tuple[str, str], ...]
    ties: tuple[tuple[str, str], ...]
