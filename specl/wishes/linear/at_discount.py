"""Wishes put to what is linear in occupancies or frequencies, the discount given: an objective or a conflict.

The comparisons of a conflict follow from the wish: they are among its covers and ties, or chained from these."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from specl.formalisms.lar import LAR
from specl.formalisms.mr import MR
from specl.model.machine import Reward
from specl.wishes.linear import large
from specl.wishes.linear.features import Action, Choice, choice_features, frequency_features, reward, step_features
from specl.wishes.linear.order import order
from specl.wishes.linear.outcome import Conflict
from specl.wishes.linear.shortened import shortened
from specl.wishes.wish import Wish


@dataclass(frozen=True)
class Regularised:
    """A reward, and what each visit of a state pays by the distribution with which the policy chooses there."""

    reward: Reward
    choices: Mapping[tuple[Fraction, ...], Fraction]


def markov(wish: Wish, discount: Fraction) -> MR | Conflict:
    """A Markov reward that grants the wish with this discount, or the conflict between its comparisons."""
    if large.is_large(wish, discount):
        answer = large.markov(wish, discount)
        return shortened(answer) if isinstance(answer, Conflict) else answer
    keys, vectors = step_features(wish, discount)
    found = order(wish.covers, wish.ties, vectors)
    if isinstance(found, Conflict):
        return shortened(found)
    return MR(reward(wish.environment, zip(keys, found.coefficients, strict=True)), discount)


def regularised(wish: Wish, discount: Fraction) -> Regularised | Conflict:
    """A reward and a regulariser that grant the wish with this discount, or the conflict."""
    keys, vectors = choice_features(wish, discount)
    found = order(wish.covers, wish.ties, vectors)
    if isinstance(found, Conflict):
        return shortened(found)
    paid: list[tuple[Action, Fraction]] = []
    choices = {}
    for key, value in zip(keys, found.coefficients, strict=True):
        if not isinstance(key, Choice):
            paid.append((key, value))
        elif value:
            choices[key.row] = value
    return Regularised(reward(wish.environment, paid), choices)


def average(wish: Wish) -> LAR | Conflict:
    """A limit-average reward that grants the wish, or the conflict."""
    keys, vectors = frequency_features(wish)
    found = order(wish.covers, wish.ties, vectors)
    if isinstance(found, Conflict):
        return shortened(found)
    return LAR(reward(wish.environment, zip(keys, found.coefficients, strict=True)))
