"""The decision process that an expected function of returns is about: states beside machines, and what steps pay."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from specl.chains.chain import Chain, induced
from specl.chains.law import DiscountedReturn, certain_values, discounted_return, ranges
from specl.evaluation.means import rewards_of_moves
from specl.evaluation.watching import watch
from specl.model.enclosure import Enclosure
from specl.model.environment import Environment
from specl.model.machine import Machine, Reward
from specl.model.policy import Policy

Exact = Any
"""A Fraction, or a Real where the number is irrational."""


@dataclass(frozen=True, eq=False)
class Outcome:
    """What an action may lead to: with this probability the step is made, pays these rewards, and leads to target."""

    probability: Fraction
    step: int  # its place among the environment's steps
    target: int
    paid: tuple[Exact, ...]


@dataclass(frozen=True, eq=False)
class Process:
    """States that some policy reaches, each the environment's beside the machines'.

    Attributes:
        keys: the returns, as the function's variables name them.
        discounts: of each return.
        places: (environment's state, machines' states) of each state.
        start: (state, probability).
        outcomes: ``outcomes[i][a]``.
        onward: ``onward[k][i]``: an interval that holds return k of every trajectory from state i on.
        certain: ``certain[k][i]``: return k from i on where all trajectories have the same, else None.
    """

    keys: tuple[Hashable, ...]
    discounts: tuple[Fraction, ...]
    places: tuple[tuple[int, tuple[int, ...]], ...]
    start: tuple[tuple[int, Fraction], ...]
    outcomes: tuple[tuple[tuple[Outcome, ...], ...], ...]
    onward: tuple[Sequence[Enclosure], ...]
    certain: tuple[Sequence[Exact | None], ...]

    def is_settled(self, i: int, time: int) -> bool:
        """Whether what is still to come is the same whatever happens."""
        return all(known[i] is not None or (time > 0 and g == 0) for known, g in
                   zip(self.certain, self.discounts, strict=True))  # fmt: skip


def process(
    environment: Environment,
    returns: Sequence[tuple[Hashable, str, Fraction]],
    rewards: Mapping[str, Reward],
    machines: Mapping[str, Machine],
) -> Process:
    """The process for returns (key, name of a reward or machine, discount)."""
    width = len(environment.actions)
    even = Policy(tuple((Fraction(1, width),) * width for _ in environment.states))
    named = sorted({name for _, name, _ in returns if name in machines})
    watched = watch(environment, induced(environment, even), (), [(name, machines[name]) for name in named])
    chain = watched.chain
    laws = [
        discounted_return(discount, watched.paid[name] if name in machines else rewards_of_moves(chain, rewards[name]))
        for _, name, discount in returns
    ]
    return Process(
        tuple(key for key, _, _ in returns),
        tuple(discount for _, _, discount in returns),
        tuple(_place(state) for state in chain.states),
        chain.start,
        _outcomes(environment, chain, laws),
        tuple(ranges(chain, law) for law in laws),
        tuple(certain_values(chain, law) for law in laws),
    )


def _place(state: Any) -> tuple[int, tuple[int, ...]]:
    return (state[0], tuple(state[1:])) if isinstance(state, tuple) else (state, ())


def _outcomes(
    environment: Environment, chain: Chain, laws: Sequence[DiscountedReturn]
) -> tuple[tuple[tuple[Outcome, ...], ...], ...]:
    number = {step: i for i, step in enumerate(environment.steps)}
    width = len(environment.actions)
    found = []
    for i, moves in enumerate(chain.moves):
        row: list[list[Outcome]] = [[] for _ in range(width)]
        for j, move in enumerate(moves):
            paid = tuple(law.rewards[i][j] for law in laws)
            row[move.step[1]].append(Outcome(move.probability * width, number[move.step], move.target, paid))
        found.append(tuple(map(tuple, row)))
    return tuple(found)
