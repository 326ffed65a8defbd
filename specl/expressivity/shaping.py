"""Potential shaping on the product of two machines: a proof, without regard to the policy, that objectives are alike.

Run both machines beside the environment and let x → x' be a step of this product, by an action a. If for some c > 0, d
and a function Φ of its states

    E[r_left(x, x') | x, a] = E[c · r_right(x, x') + γ Φ(x') − Φ(x) + d | x, a]        wherever x can be reached,

then E[Σ_t γ^t r_left] = c · E[Σ_t γ^t r_right] − E[Φ(x₀)] + d/(1−γ) for every policy (Ng, Harada, Russell 1999), and
the start does not depend on the policy. The same with γ = 1 for limit averages: Φ telescopes and is bounded. This is a
linear system in c, d and Φ, small where expressions in a policy's entries would be large. That it has no solution
proves nothing.

Where the equation holds step by step, and not in expectation alone, rewards are shaped. Otherwise what is paid has also
been *redistributed* among the states that are entered, which in this environment makes no difference since only the
mean over them counts (Skalse et al. 2023, "S'-redistribution"); with other probabilities it would.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import fmpq, fmpq_mat

from specl.chains.linear import solve
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
    if left.discount != right.discount or not _regularised_alike(left, right):
        return None
    choices = _choices(environment, left, right)
    column = {x: i + 2 for i, x in enumerate(dict.fromkeys(choice.state for choice in choices))}
    width = len(column) + 3
    matrix = fmpq_mat(len(choices) + 1, width)
    for i, (first, second) in enumerate([(left.strength, right.strength), *(choice.means for choice in choices)]):
        if first.rational is None or second.rational is None:
            return None
        matrix[i, 0], matrix[i, width - 1] = to_fmpq(second.rational), to_fmpq(first.rational)
    for i, choice in enumerate(choices, start=1):
        matrix[i, 1] = fmpq(1)
        for x, weight in choice.weights(left.discount).items():
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
class Shaping:
    """left = factor · right + γΦ(x') − Φ(x) wherever x can be reached, γ < 1.

    Attributes:
        potential: Φ on the states of the product that can be reached.
        redistributed: steps on which that holds only in the mean over the states that are entered.
    """

    factor: Real
    discount: Fraction
    machines: tuple[Machine, Machine]
    potential: Mapping[Product, Real]
    redistributed: tuple[Step, ...]


def shaping(environment: Environment, left: Paid, right: Paid, factor: Real) -> Shaping | None:
    """The potential that goes with a factor, checked choice by choice; None where there is none, and for limit
    averages, whose potentials are not determined.

    With γ < 1 it is determined: −Φ(x) is what left − factor · right is worth from x on, under any policy; here under
    the one that always takes the first action.
    """
    discount = left.discount
    if discount != right.discount or discount == 1 or not _regularised_alike(left, right):
        return None
    if not (left.strength - factor * right.strength).is_zero():
        return None
    choices = _choices(environment, left, right)
    usual = [choice for choice in choices if choice.action == 0]
    index = {choice.state: i for i, choice in enumerate(usual)}
    gains = [choice.means[0] - factor * choice.means[1] for choice in usual]
    rows = [{index[x]: -weight for x, weight in choice.weights(discount).items()} for choice in usual]
    worth = [ZERO for _ in usual]
    for monomial in dict.fromkeys(part for gain in gains for part in gain.parts()):
        column = [gain.parts().get(monomial, Fraction(0)) for gain in gains]
        for i, coefficient in enumerate(solve(rows, [column])[0]):
            worth[i] = worth[i] + monomial * coefficient
    potential = {choice.state: -value for choice, value in zip(usual, worth, strict=True)}
    redistributed: dict[Step, None] = {}
    for choice in choices:
        rests = {move: _rest(choice, move, factor, discount, potential) for move in choice.moves}
        if not sum((rest * move.probability for move, rest in rests.items()), ZERO).is_zero():
            return None
        redistributed |= {move.step: None for move, rest in rests.items() if not rest.is_zero()}
    return Shaping(factor, discount, (left.machine, right.machine), potential, tuple(redistributed))


@dataclass(frozen=True)
class _Move:
    """A step of the product."""

    step: Step
    probability: Fraction
    target: Product
    paid: tuple[Real, Real]


@dataclass(frozen=True)
class _Choice:
    """An action in a state of the product that can be reached."""

    state: Product
    action: int
    moves: tuple[_Move, ...]

    @property
    def means(self) -> tuple[Real, Real]:
        """What left and right expect to pay."""
        left, right = (sum((move.paid[i] * move.probability for move in self.moves), ZERO) for i in (0, 1))
        return left, right

    def weights(self, discount: Fraction) -> dict[Product, Fraction]:
        """γ E[Φ(x')] − Φ(x) as a linear combination of values of Φ."""
        found = {self.state: Fraction(-1)}
        for move in self.moves if discount else ():
            found[move.target] = found.get(move.target, Fraction(0)) + discount * move.probability
        return found


def _rest(choice: _Choice, move: _Move, factor: Real, discount: Fraction, potential: Mapping[Product, Real]) -> Real:
    ahead = potential[move.target] * discount if discount else ZERO
    return move.paid[0] - factor * move.paid[1] - ahead + potential[choice.state]


def _regularised_alike(left: Paid, right: Paid) -> bool:
    """Different functions F are alike only where both strengths are 0, as far as is seen here."""
    return left.regulariser == right.regulariser or (left.strength.is_zero() and right.strength.is_zero())


def _choices(environment: Environment, left: Paid, right: Paid) -> list[_Choice]:
    """All choices in the states of the product that can be reached; those of the start alone where γ = 0."""
    tables = run(left.machine, environment), run(right.machine, environment)
    seen = [(s, left.machine.start, right.machine.start) for s, _ in environment.start]
    waiting = set(seen)
    found = []
    for x in seen:  # grows as it is walked
        s, u, v = x
        for a, targets in enumerate(environment.transitions[s]):
            moves = []
            for t, probability in targets:
                after, first = tables[0][u, (s, a, t)]
                beyond, second = tables[1][v, (s, a, t)]
                target = (t, after, beyond)
                moves.append(_Move((s, a, t), probability, target, (first, second)))
                if left.discount != 0 and target not in waiting:
                    waiting.add(target)
                    seen.append(target)
            found.append(_Choice(x, a, tuple(moves)))
    return found
