"""A Markov decision process over the rationals, unfolded from an environment, alone or beside a memory."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from specl.model.environment import Environment, Step
from specl.model.real import Real
from specl.solvers.solved import Memory

Distribution = tuple[tuple[int, Fraction], ...]
"""Pairs (state, positive probability), each state once."""

Table = tuple[tuple[Real, ...], ...]
"""A number for each state and action."""


@dataclass(frozen=True, eq=False)
class ExactModel:
    """States 0 … n−1, in each of which every action of the environment can be chosen.

    Attributes:
        environment: what it was unfolded from.
        places: for each state the environment's state and the memory's (0 where there is none).
        memory: what runs beside; None for the environment alone.
        start: the start distribution.
        transitions: ``transitions[i][a]`` is a distribution, its targets in order.
        steps: the step of the environment that ``transitions[i][a][j]`` makes.
        rewards: name -> the expected reward of each state and action.
    """

    environment: Environment
    places: tuple[tuple[int, int], ...]
    memory: Memory | None
    start: Distribution
    transitions: tuple[tuple[Distribution, ...], ...]
    steps: tuple[tuple[tuple[Step, ...], ...], ...]
    rewards: Mapping[str, Table] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """The number of states."""
        return len(self.places)

    @property
    def width(self) -> int:
        """The number of actions."""
        return len(self.environment.actions)

    def name(self, i: int) -> str:
        """What a state is called: the environment's name for it, with the memory's."""
        s, u = self.places[i]
        name = self.environment.states[s]
        return name if self.memory is None else f"{name}, {self.memory.states[u]}"
