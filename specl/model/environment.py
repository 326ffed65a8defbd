"""A finite environment: states, actions, transition probabilities and a start; it carries no reward and no discount."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

Step = tuple[int, int, int]
"""A step (s, a, s'): the state that is left, the action, the state that is entered; indices."""


@dataclass(frozen=True)
class Environment:
    """E = (S, A, T, I) over the rationals, with named sets of steps ("labels") to speak about it.

    Attributes:
        states, actions: names; everything else refers to them by index.
        start: the pairs (s, I(s)) with I(s) > 0, in order of s.
        transitions: ``transitions[s][a]`` lists the pairs (s', T(s'|s,a)) with positive probability, in order of s'.
        labels: name -> the *possible* steps on which the label holds.
    """

    name: str
    states: tuple[str, ...]
    actions: tuple[str, ...]
    start: tuple[tuple[int, Fraction], ...]
    transitions: tuple[tuple[tuple[tuple[int, Fraction], ...], ...], ...]
    labels: Mapping[str, frozenset[Step]]

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """Every step that some policy can take from its source state, in lexicographic order."""
        return tuple(
            (s, a, t)
            for s, row in enumerate(self.transitions)
            for a, targets in enumerate(row)
            for t, _ in targets
        )

    @cached_property
    def atoms(self) -> Mapping[str, frozenset[Step]]:
        """Name -> possible steps on which it holds: labels, states (the one left), actions (the one taken)."""
        found = dict(self.labels)
        for s, name in enumerate(self.states):
            found[name] = frozenset(step for step in self.steps if step[0] == s)
        for a, name in enumerate(self.actions):
            found[name] = frozenset(step for step in self.steps if step[1] == a)
        return found

    def show_step(self, step: Step) -> str:
        """The step in the language's words: ``hall --fetch--> plant``."""
        s, a, t = step
        return f"{self.states[s]} --{self.actions[a]}--> {self.states[t]}"
