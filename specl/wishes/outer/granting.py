"""Objectives that grant a wish, made from the numbers that a formalism can see, or the reason why none can."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from specl.formalisms.mr import MR
from specl.model.expression import Expression, variable
from specl.model.machine import Reward
from specl.model.quantities import RewardReturn
from specl.wishes.answer import Answer, Unknown, Yes
from specl.wishes.asking import Asking
from specl.wishes.outer.apart import contradiction, points, with_discount
from specl.wishes.outer.linear import linear
from specl.wishes.outer.quantities import Quantity, as_it_is, occupancies
from specl.wishes.outer.rewards import SEVERAL, named, terms_of
from specl.wishes.outer.search import MANY, Best, Medium, search

DISCOUNTS = (Fraction(1, 2), Fraction(0))
"""Those that are tried where one is free: one that sees everything, and the one that makes the simplest numbers."""


def by_occupancies(
    asking: Asking, code: str, record: Callable[[Sequence[Expression], Fraction], Any], keys: int = 1
) -> Answer:
    """The answer of a formalism whose objectives speak of m(s,a).

    Args:
        record: (functions of occupancies, discount) -> an objective.
        keys: as for a `Medium`.
    """
    environment = asking.wish.environment
    granted = _rewarded(asking)
    first = None if granted is None else record([linear(terms_of(environment, granted.reward))], granted.discount)

    def medium(discount: Fraction) -> Medium:
        return Medium(code, environment, as_it_is, lambda found, _: record(found, discount), MANY, keys)

    return _at_discounts(asking, medium, first)


def by_returns(
    asking: Asking,
    code: str,
    record: Callable[[Mapping[str, Reward], Sequence[Expression], Fraction], Any],
    inputs: int = 1,
    keys: int = 1,
) -> Answer:
    """The answer of a formalism whose objectives speak of expected returns.

    Args:
        record: (rewards, functions of their returns, discount) -> an objective.
        inputs, keys: as for a `Medium`.
    """
    environment = asking.wish.environment
    granted = _rewarded(asking)
    if granted is not None:
        itself = variable(RewardReturn("reward"))
        return Yes(record({"reward": granted.reward}, [itself], granted.discount))

    def medium(discount: Fraction) -> Medium:
        def made(functions: Sequence[Expression], quantities: Sequence[Quantity]) -> Any:
            return record(*named(environment, functions, quantities, RewardReturn), discount)

        return Medium(
            code, environment, lambda i, _: ((variable(RewardReturn(SEVERAL[i])), Fraction(1)),), made, inputs, keys
        )

    return _at_discounts(asking, medium, None)


def _rewarded(asking: Asking) -> MR | None:
    """The Markov reward that grants the wish, if there is one."""
    found = asking.answer("MR")
    return found.objective if isinstance(found, Yes) else None


def _at_discounts(asking: Asking, medium: Callable[[Fraction], Medium], first: Any) -> Answer:
    sight = with_discount(asking)
    refuted = contradiction(asking, sight)
    if refuted is not None:
        return refuted
    found = points(asking, sight)
    best = Best()
    for discount in DISCOUNTS if asking.wish.discount is None else (asking.wish.discount,):
        if first is not None:
            best.offer(medium(discount), first)
        search(found.goal, occupancies(asking, found, discount), medium(discount), best)
    return answer(best)


def answer(best: Best) -> Answer:
    """Yes, with the best objective."""
    if best.record is None:
        return Unknown("no combination of what can be seen tells the policies apart")
    return Yes(best.record)
