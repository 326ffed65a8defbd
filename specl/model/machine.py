"""Reward machines: finite memory that watches the steps and pays rewards."""

from collections.abc import Mapping
from dataclasses import dataclass

from specl.model.environment import Environment, Step
from specl.model.formula import Formula, holds_on
from specl.model.real import ZERO, Real

Reward = Mapping[Step, Real]
"""R : S×A×S → ℝ on possible steps; steps that are absent have reward 0."""


@dataclass(frozen=True)
class Edge:
    """``source --guard--> target: reward``; source and target are indices of machine states."""

    source: int
    guard: Formula
    target: int
    reward: Reward


@dataclass(frozen=True)
class Machine:
    """(U, u0, δ_U, δ_R). Guards of one state exclude each other on every possible step; where none
    holds the machine stays where it is with reward 0."""

    states: tuple[str, ...]
    start: int
    edges: tuple[Edge, ...]


def run(machine: Machine, environment: Environment) -> dict[tuple[int, Step], tuple[int, Real]]:
    """(u, step) -> (next u, reward) for every machine state and possible step."""
    table: dict[tuple[int, Step], tuple[int, Real]] = {}
    for step in environment.steps:
        for u in range(len(machine.states)):
            table[u, step] = (u, ZERO)
        for edge in machine.edges:
            if holds_on(edge.guard, step, environment.atoms):
                table[edge.source, step] = (edge.target, edge.reward.get(step, ZERO))
    return table
