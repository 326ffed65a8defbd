"""Markov Rewards: linear in discounted masses of state and action (Abel et al. 2021 decide it for one discount)."""

from fractions import Fraction

from specl.formalisms.mr import MR
from specl.wishes.answer import Answer, Yes
from specl.wishes.asking import Asking
from specl.wishes.discounts import free
from specl.wishes.linear.at_discount import markov
from specl.wishes.linear.outcome import Conflict


def decide(asking: Asking) -> Answer:
    """A reward and a discount, or weights that cancel the masses for every discount there may be."""

    def at(discount: Fraction) -> Yes | Conflict:
        found = markov(asking.wish, discount)
        return Yes(found) if isinstance(found, MR) else found

    return free.decide(asking, "MR", "any Markov reward", at)
