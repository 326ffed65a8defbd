"""Regularised RL: a policy is worth E[Σ_t γ^t (R(s_t,a_t,s_{t+1}) − α F(π(s_t)))]."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from specl.chains.chain import induced
from specl.chains.occupancy import visits
from specl.evaluation.context import Evaluation, Value
from specl.evaluation.means import rewards_of_moves
from specl.evaluation.totals import as_value, total
from specl.language.fields import Fields
from specl.language.syntax import Field
from specl.language.writing import discount_field, regulariser_field, reward_field, strength_field
from specl.model.environment import Environment
from specl.model.expression import Expression, evaluate
from specl.model.machine import Reward
from specl.model.policy import Policy
from specl.model.quantities import Weight
from specl.model.real import ZERO, Real

CODE = "RRL"
NAME = "Regularised RL"
FIELDS: Mapping[str, tuple[int, int | None]] = {
    "discount": (1, 1),
    "reward": (1, 1),
    "strength": (1, 1),
    "regulariser": (1, 1),
}


@dataclass(frozen=True)
class RRL:
    reward: Reward
    strength: Real  # α
    regulariser: Expression  # F, over Weight
    discount: Fraction


def read(fields: Fields) -> RRL:
    """The objective that these fields define."""
    return RRL(fields.reward(), fields.strength(), fields.regulariser(), fields.discount())


def write(objective: RRL, environment: Environment) -> tuple[Field, ...]:
    """Fields that define this objective."""
    return (
        discount_field(objective.discount),
        reward_field(environment, objective.reward),
        strength_field(objective.strength),
        regulariser_field(environment, objective.regulariser),
    )


def rank(objective: RRL, environment: Environment, policy: Policy, evaluation: Evaluation) -> Value:
    """The expected discounted return less α times the regulariser at each visited state's row; exact, with
    logarithms and powers as exact reals.

    Raises:
        Undefined: F is not defined at the row of a state that is visited.
    """
    chain = induced(environment, policy)
    visited = visits(chain, objective.discount)
    rewards = rewards_of_moves(chain, objective.reward)
    value: Value = total(
        (weight * move.probability, reward)
        for weight, moves, row in zip(visited, chain.moves, rewards, strict=True)
        for move, reward in zip(moves, row, strict=True)
    )
    if objective.strength.is_zero():
        return value
    weights: dict[tuple[Any, ...], Any] = {}  # the same row costs the same wherever it is
    for weight, moves in zip(visited, chain.moves, strict=True):
        if weight != 0:
            row = policy.rows[moves[0].step[0]]
            weights[row] = weights[row] + weight if row in weights else weight
    cost: Value = ZERO
    for row, weight in weights.items():
        cost = cost + weight * _regulariser(objective, row)
    return value - cost * objective.strength


def _regulariser(objective: RRL, row: tuple[Any, ...]) -> Value:
    def weight(key: Weight) -> Value:
        return as_value(row[key.action])

    return evaluate(objective.regulariser, weight)
