"""Potential shaping on the product of two machines: a proof, without regard to the policy, that objectives are alike.

Run both machines beside the environment and let x → x' be a step of this product. If for some c > 0, d and a function
Φ of its states

    r_left(x, x') = c · r_right(x, x') + γ Φ(x') − Φ(x) + d        on every step that can be reached,

then Σ_t γ^t r_left = c · Σ_t γ^t r_right − Φ(x₀) + d/(1−γ) on every trajectory (Ng, Harada, Russell 1999), and the
start does not depend on the policy. The same with γ = 1 for limit averages: Φ telescopes and is bounded. This is a
linear system in c, d and Φ, small where expressions in a policy's entries would be large. That it has no solution
proves nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import fmpq, fmpq_mat

from specl.expressivity.linear import Proportion
from specl.model.environment import Environment, Step
from specl.model.flint_rational import to_fmpq, to_fraction
from specl.model.formula import TRUE
from specl.model.machine import Edge, Machine, run
from specl.model.real import ZERO, Real

Product = tuple[int, int, int]
"""A state of the environment and one of each machine."""


@dataclass(frozen=True)
class Paid:
    """An objective that pays along the way: a machine, γ (1 for a limit average), and a cost of randomness (α, F)."""

    machine: Machine
    discount: Fraction
    strength: Real = ZERO
    regulariser: Any = None


def paid(code: str, objective: Any) -> Paid | None:
    """The objective as one that pays along the way, if it is one."""
    match code:
        case "RM":
            return Paid(objective.machine, objective.discount)
        case "MR":
            return Paid(_single(objective.reward), objective.discount)
        case "LAR":
            return Paid(_single(objective.reward), Fraction(1))
        case "RRL":
            machine = _single(objective.reward)
            return Paid(machine, objective.discount, objective.strength, objective.regulariser)
    return None


def _single(reward: Any) -> Machine:
    return Machine(("u",), 0, (Edge(0, TRUE, 0, reward),))


def shaped(environment: Environment, left: Paid, right: Paid) -> Proportion | None:
    """The factor c > 0 by which left is right but for shaping (factor None: both are constant but for shaping); None
    if there is no such relation, or rewards are irrational."""
    if left.discount != right.discount:
        return None
    equations = list(_equations(environment, left, right))
    states = {x for equation in equations for x in equation.potential}
    column = {x: i + 2 for i, x in enumerate(sorted(states))}
    width = len(column) + 3
    matrix = fmpq_mat(len(equations), width)
    for i, equation in enumerate(equations):
        if equation.left is None or equation.right is None:
            return None
        matrix[i, 0], matrix[i, 1] = to_fmpq(equation.right), fmpq(equation.constant)
        matrix[i, width - 1] = to_fmpq(equation.left)
        for x, weight in equation.potential.items():
            matrix[i, column[x]] = to_fmpq(weight)
    reduced, rank = matrix.rref()
    pivots = [next(j for j in range(width) if reduced[i, j] != 0) for i in range(rank)]
    if pivots and pivots[-1] == width - 1:
        return None  # inconsistent
    if 0 not in pivots or any(reduced[0, j] != 0 for j in range(1, width - 1)):
        return Proportion(None)  # c is not determined: right is constant but for shaping, and so is left
    factor = to_fraction(reduced[0, width - 1])
    return Proportion(Real.of(factor)) if factor > 0 else None


@dataclass(frozen=True)
class _Equation:
    """left = c · right + constant · d + Σ potential · Φ; a side is None where it is irrational."""

    left: Fraction | None
    right: Fraction | None
    constant: int
    potential: dict[Product, Fraction]


def _equations(environment: Environment, left: Paid, right: Paid) -> Iterator[_Equation]:
    if left.regulariser != right.regulariser and not (left.strength.is_zero() and right.strength.is_zero()):
        # different functions F: only a strength of 0 on both sides can be proved here
        yield _Equation(None, None, 0, {})
        return
    yield _Equation(left.strength.rational, right.strength.rational, 0, {})
    tables = run(left.machine, environment), run(right.machine, environment)
    steps: dict[int, list[Step]] = {}
    for step in environment.steps:
        steps.setdefault(step[0], []).append(step)
    seen = [(s, left.machine.start, right.machine.start) for s, _ in environment.start]
    waiting = set(seen)
    for x in seen:  # grows as it is walked
        for step in steps[x[0]]:
            u, first = tables[0][x[1], step]
            v, second = tables[1][x[2], step]
            target = (step[2], u, v)
            if left.discount != 0 and target not in waiting:
                waiting.add(target)
                seen.append(target)
            potential = {x: Fraction(-1)}
            if left.discount != 0:
                potential[target] = potential.get(target, Fraction(0)) + left.discount
            yield _Equation(first.rational, second.rational, 1, potential)
