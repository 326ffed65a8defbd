"""The Markov chain that a policy induces in an environment, and its products with finite memories."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TypeVar

from specl.chains.linear import Scalar
from specl.model.environment import Environment, Step
from specl.model.policy import Policy, reachable_states

Memory = TypeVar("Memory", bound=Hashable)


@dataclass(frozen=True)
class Move:
    """What may happen next: with this probability (never 0) the step is made and the chain is in state `target`."""

    probability: Scalar
    step: Step
    target: int


@dataclass(frozen=True)
class Chain:
    """A finite Markov chain that makes a step of an environment at each time, all of it reachable from the start.

    Attributes:
        states: what the indices stand for: the environment's state s, or (s, memory, …).
        start: pairs (state, probability), no probability 0, each state once.
        moves: ``moves[i]`` lists what may happen in state i; their probabilities sum to 1. Two moves of one state
            may lead to the same target, by different actions.
    """

    states: tuple[Hashable, ...]
    start: tuple[tuple[int, Scalar], ...]
    moves: tuple[tuple[Move, ...], ...]


def induced(environment: Environment, policy: Policy) -> Chain:
    """The chain of the states that the policy reaches, in order; works for symbolic policies as well."""
    states = tuple(sorted(reachable_states(environment, policy)))
    index = {s: i for i, s in enumerate(states)}
    moves = tuple(
        tuple(
            Move(weight * probability, (s, a, t), index[t])
            for a, weight in enumerate(policy.rows[s])
            if weight != 0
            for t, probability in environment.transitions[s][a]
        )
        for s in states
    )
    return Chain(states, tuple((index[s], probability) for s, probability in environment.start), moves)


def product(chain: Chain, initial: Memory, advance: Callable[[Memory, Step], Memory]) -> Chain:
    """The chain beside a memory that watches its steps; the reachable part.

    Args:
        initial: the memory before the first step.
        advance: (memory, step) -> the memory after the step.

    Returns:
        A chain whose states are those of `chain` with the memory appended: s becomes (s, memory), a tuple grows
        by one. Its i-th state's moves are those of the underlying state, in the same order.
    """
    states: list[tuple[int, Memory]] = []
    index: dict[tuple[int, Memory], int] = {}

    def find(state: tuple[int, Memory]) -> int:
        if state not in index:
            index[state] = len(states)
            states.append(state)
        return index[state]

    start = tuple((find((i, initial)), probability) for i, probability in chain.start)
    moves: list[tuple[Move, ...]] = []
    while len(moves) < len(states):
        i, memory = states[len(moves)]
        moves.append(
            tuple(
                Move(move.probability, move.step, find((move.target, advance(memory, move.step))))
                for move in chain.moves[i]
            )
        )
    return Chain(tuple((*_flat(chain.states[i]), memory) for i, memory in states), start, tuple(moves))


def _flat(state: Hashable) -> tuple[Hashable, ...]:
    return state if isinstance(state, tuple) else (state,)
