"""Environments unfolded into decision processes, exact and in flat arrays, alone or beside a memory.

An action is a choice: state i of the exact model has the choices i·|A| … i·|A| + |A| − 1, in the order of the actions.
Floats are the nearest to the rationals, so that they differ from them by one rounding.
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction

import numpy as np

from specl.evaluation.totals import total
from specl.model.environment import Environment, Step
from specl.model.errors import Unsupported
from specl.model.machine import Machine, Reward, run
from specl.model.real import ZERO, Real
from specl.solvers.exact.model import Distribution, ExactModel, Table
from specl.solvers.solved import Memory
from specl.solvers.sparse import SparseModel

LEAST = 2.0**-1074
"""The smallest positive float, so that no transition is lost."""


def exact_model(environment: Environment, rewards: Mapping[str, Reward] | None = None) -> ExactModel:
    """The environment as a decision process; all its states, with their own indices."""
    states = range(len(environment.states))
    steps = tuple(
        tuple(tuple((s, a, t) for t, _ in targets) for a, targets in enumerate(environment.transitions[s]))
        for s in states
    )
    tables = {
        name: tuple(
            tuple(
                _mean((p, reward.get((s, a, t), ZERO)) for t, p in targets)
                for a, targets in enumerate(environment.transitions[s])
            )
            for s in states
        )
        for name, reward in (rewards or {}).items()
    }
    places = tuple((s, 0) for s in states)
    return ExactModel(environment, places, None, environment.start, environment.transitions, steps, tables)


def with_memory(environment: Environment, memory: Memory, rewards: Mapping[str, Mapping[tuple[int, Step], Real]]
                ) -> ExactModel:  # fmt: skip
    """The environment beside a memory: the pairs (s, u) that some policy reaches, those of the start first.

    Args:
        rewards: name -> (memory state, step) -> what is paid; 0 where there is none.
    """
    number = {step: i for i, step in enumerate(environment.steps)}
    places: list[tuple[int, int]] = [(s, memory.start) for s, _ in environment.start]
    index = {place: i for i, place in enumerate(places)}
    transitions: list[tuple[Distribution, ...]] = []
    made: list[tuple[tuple[Step, ...], ...]] = []
    tables: dict[str, list[tuple[Real, ...]]] = {name: [] for name in rewards}
    while len(transitions) < len(places):
        s, u = places[len(transitions)]
        row: list[Distribution] = []
        steps = tuple(tuple((s, a, t) for t, _ in targets) for a, targets in enumerate(environment.transitions[s]))
        for a, targets in enumerate(environment.transitions[s]):
            into = []
            for t, p in targets:
                place = (t, memory.next[u][number[s, a, t]])
                if place not in index:
                    index[place] = len(places)
                    places.append(place)
                into.append((index[place], p))
            row.append(tuple(into))
        for name, paid in rewards.items():
            tables[name].append(
                tuple(
                    _mean((p, paid.get((u, (s, a, t)), ZERO)) for t, p in targets)
                    for a, targets in enumerate(environment.transitions[s])
                )
            )
        transitions.append(tuple(row))
        made.append(steps)
    start = tuple((i, p) for i, (_, p) in enumerate(environment.start))
    frozen: dict[str, Table] = {name: tuple(rows) for name, rows in tables.items()}
    return ExactModel(environment, tuple(places), memory, start, tuple(transitions), tuple(made), frozen)


def with_machine(environment: Environment, machine: Machine, name: str = "reward") -> ExactModel:
    """The environment beside a reward machine, with what the machine pays as a reward."""
    table = run(machine, environment)
    states = range(len(machine.states))
    following = tuple(tuple(table[u, step][0] for step in environment.steps) for u in states)
    memory = Memory("machine", machine.states, machine.start, following)
    return with_memory(environment, memory, {name: {key: paid for key, (_, paid) in table.items()}})


def sparse(exact: ExactModel) -> SparseModel:
    """The same in flat arrays; the environment's labels as labels of entries.

    Raises:
        Unsupported: a reward is too large for a float.
    """
    n, width = exact.size, exact.width
    rows = [targets for row in exact.transitions for targets in row]
    lengths = np.array([len(targets) for targets in rows])
    steps = [step for row in exact.steps for made in row for step in made]
    start = np.zeros(n)
    for i, p in exact.start:
        start[i] = float(p)
    return SparseModel.from_arrays(
        np.arange(0, n * width + 1, width),
        np.concatenate(([0], np.cumsum(lengths))),
        np.array([t for targets in rows for t, _ in targets]),
        np.array([max(float(p), LEAST) for targets in rows for _, p in targets]),
        start=start,
        rewards={
            name: np.array([nearest(paid) for row in table for paid in row]) for name, table in exact.rewards.items()
        },
        labels={
            name: np.array([step in holds for step in steps], dtype=np.bool_)
            for name, holds in exact.environment.labels.items()
        },
        states=[exact.name(i) for i in range(n)],
        actions=exact.environment.actions,
        action=np.tile(np.arange(width, dtype=np.int32), n),
    )


def from_environment(environment: Environment, rewards: Mapping[str, Reward] | None = None) -> SparseModel:
    """An environment in flat arrays, with the expected rewards of its choices."""
    return sparse(exact_model(environment, rewards))


def nearest(value: Real) -> float:
    """A float within one rounding (relative 2^−52) of a number.

    Raises:
        Unsupported: there is none, the number is too large.
    """
    rational = value.rational
    try:
        if rational is None:
            near = value.enclose()
            rational = (near.low + near.high) / 2
        return float(rational)
    except OverflowError:
        raise Unsupported(f"{value} is too large for a float") from None


def _mean(terms: Iterable[tuple[Fraction, Real]]) -> Real:
    found: Real = total(terms)
    return found
