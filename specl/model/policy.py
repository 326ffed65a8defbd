"""Stationary policies, stochastic ones included, and families of them with rational parameters."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from specl.model.environment import Environment
from specl.model.errors import Undefined
from specl.model.expression import Expression, evaluate, number


@dataclass(frozen=True)
class Policy:
    """π: ``rows[s][a]`` = π(a|s), shape |S|×|A|.

    The entries are Fractions; a *symbolic* policy has RationalFunctions of its own entries instead,
    with exact zeros outside its support, so that whatever is computed by field operations alone
    (occupancies, moments, limit frequencies) is computed for all policies of that support at once.
    """

    rows: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True)
class Family:
    """Policies π_t, t ∈ [0,1]^k: ``rows[s][a]`` is a rational expression in the parameters (variables go by name)."""

    parameters: tuple[str, ...]
    rows: tuple[tuple[Expression, ...], ...]

    def member(self, arguments: Sequence[Fraction]) -> Policy:
        """The policy at these parameter values.

        Raises:
            ValueError: a parameter outside [0,1], or an entry that is undefined, irrational, negative,
                or in a row that does not sum to 1 there.
        """
        if len(arguments) != len(self.parameters):
            raise ValueError(f"takes {len(self.parameters)} parameters, not {len(arguments)}")
        for name, argument in zip(self.parameters, arguments, strict=True):
            if not 0 <= argument <= 1:
                raise ValueError(f"parameter {name} = {argument} is outside [0, 1]")
        at = {name: number(value) for name, value in zip(self.parameters, arguments, strict=True)}
        rows = []
        for expressions in self.rows:
            row = []
            for expression in expressions:
                try:
                    entry = evaluate(expression, at.__getitem__).rational
                except Undefined as error:
                    raise ValueError(str(error)) from None
                if entry is None or entry < 0:
                    raise ValueError("a weight is negative" if entry is not None else "a weight is irrational")
                row.append(entry)
            if sum(row) != 1:
                raise ValueError(f"weights sum to {sum(row)}, not 1")
            rows.append(tuple(row))
        return Policy(tuple(rows))


def deterministic(environment: Environment, choice: Sequence[int]) -> Policy:
    """The policy that takes action ``choice[s]`` in state s."""
    width = len(environment.actions)
    return Policy(tuple(tuple(Fraction(int(a == c)) for a in range(width)) for c in choice))


def deterministic_policies(environment: Environment) -> Iterator[Policy]:
    """All |A|^|S| deterministic policies, in lexicographic order of their choices."""
    for choice in itertools.product(range(len(environment.actions)), repeat=len(environment.states)):
        yield deterministic(environment, choice)


def reachable_states(environment: Environment, policy: Policy) -> frozenset[int]:
    """The states that the policy enters with positive probability."""
    seen = {s for s, _ in environment.start}
    frontier = list(seen)
    while frontier:
        s = frontier.pop()
        for a, weight in enumerate(policy.rows[s]):
            if weight == 0:
                continue
            for t, _ in environment.transitions[s][a]:
                if t not in seen:
                    seen.add(t)
                    frontier.append(t)
    return frozenset(seen)
