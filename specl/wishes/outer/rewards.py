"""Quantities as expected returns: a combination of occupancies m(s,a) is what a reward on (s,a) brings."""

from collections.abc import Callable, Hashable, Sequence
from fractions import Fraction
from itertools import groupby

from specl.model.environment import Environment
from specl.model.expression import Expression, substitute, variable
from specl.model.machine import Reward
from specl.model.quantities import Occupancy
from specl.model.real import ZERO
from specl.wishes.linear.features import reward
from specl.wishes.outer.linear import Terms
from specl.wishes.outer.quantities import Quantity

ONLY = "reward"
"""What a reward is called that is the only one."""

SEVERAL = ("first", "second", "third", "fourth")
"""What they are called otherwise."""


def paid(environment: Environment, quantity: Quantity) -> Reward:
    """The reward whose expected return the quantity is; its terms are occupancies."""
    coefficients = []
    for expression, coefficient in quantity.terms:
        assert isinstance(expression.key, Occupancy)
        assert expression.key.action is not None
        coefficients.append(((expression.key.state, expression.key.action), coefficient))
    return reward(environment, coefficients)


def named(
    environment: Environment,
    functions: Sequence[Expression],
    quantities: Sequence[Quantity],
    written: Callable[[str], Hashable],
) -> tuple[dict[str, Reward], list[Expression]]:
    """The rewards for the quantities under their names, and the functions with these names.

    Args:
        functions: in terms of ``written(name)``, the i-th quantity having the i-th name of SEVERAL.
        written: name of a reward -> the key of a variable.
    """
    rewards = [paid(environment, quantity) for quantity in quantities] or [{}]
    if len(rewards) > 1:
        return dict(zip(SEVERAL, rewards, strict=False)), list(functions)
    first, only = written(SEVERAL[0]), variable(written(ONLY))

    def renamed(node: Expression) -> Expression:
        return only if node.key == first else node

    return {ONLY: rewards[0]}, [substitute(function, renamed) for function in functions]


def terms_of(environment: Environment, reward: Reward) -> Terms:
    """What a rational reward brings, by occupancies: m(s,a) where every next state is paid alike."""
    found: list[tuple[Occupancy, Fraction]] = []
    for (s, a), group in groupby(environment.steps, key=lambda step: step[:2]):
        amounts = {step: reward.get(step, ZERO).rational or Fraction(0) for step in group}
        if len(set(amounts.values())) == 1:
            found.append((Occupancy(s, a), next(iter(amounts.values()))))
        else:
            found += [(Occupancy(*step), amount) for step, amount in amounts.items()]
    return tuple((variable(key), amount) for key, amount in found if amount)
