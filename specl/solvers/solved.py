"""What a solver gives back: a policy, and bounds on the best value that are proved."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

Class = Literal[
    "all policies", "stationary policies", "deterministic stationary policies", "policies that were looked at"
]
"""The policies among which a value is the best."""


@dataclass(frozen=True)
class Bounds:
    """low ≤ value ≤ high, in exact arithmetic; equal where the value is known exactly."""

    low: Fraction
    high: Fraction

    @property
    def width(self) -> Fraction:
        """How much is not known."""
        return self.high - self.low


@dataclass(frozen=True, eq=False)
class Memory:
    """What a policy runs beside: it starts in ``start`` and goes from u to ``next[u][i]`` where the i-th step of
    ``steps`` is made, the possible steps of the environment in their order.

    ``kind`` says where it comes from: "machine" or "automaton".
    """

    kind: str
    states: tuple[str, ...]
    start: int
    next: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, eq=False)
class Solved:
    """The best policy for an objective that was found, and what is proved of it.

    Attributes:
        value: bounds on the best value among the policies ``over``; for orders that compare several numbers, one
            pair of bounds each, what matters most first.
        achieved: bounds on the value of ``policy`` itself.
        over: among which policies ``value`` is the best.
        policy: state -> action -> weight; beside a memory (state, memory state) -> action -> weight. For large models
            None, and ``choice`` gives the choice of each state as an array.
        memory: what the policy runs beside; None where it is stationary.
        stationary: bounds on the best value of stationary policies, where memory helps and it was computed.
        method: the algorithm, in words.
        iterations: how many, of the kind that the method says.
        seconds: phase -> seconds.
        is_precise: whether the bounds are as narrow as asked for; ``note`` says what stood in the way.
    """

    value: tuple[Bounds, ...]
    achieved: tuple[Bounds, ...]
    over: Class
    policy: Mapping[Any, Mapping[int, Fraction]] | None
    method: str
    iterations: int
    memory: Memory | None = None
    stationary: tuple[Bounds, ...] | None = None
    choice: Any = None
    seconds: Mapping[str, float] = field(default_factory=dict)
    is_precise: bool = True
    note: str = ""
