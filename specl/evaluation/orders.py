"""From a total preorder, as the language writes it, to the rank of one policy."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from specl.evaluation.context import Rank, Value
from specl.model.errors import Unsupported
from specl.model.expression import Expression, constant, evaluate
from specl.model.order import Constrained, Lexicographic, Order, Ranking
from specl.model.policy import Policy
from specl.model.real import Real


def ranked(order: Order, value_of: Callable[[Any], Value]) -> Rank:
    """The tuple by which policies are compared.

    Lexicographic: the keys' values. Constrained: (1 where every constraint is met and 0 where not, the value);
    where enclosures leave that undecided the first entry is Enclosure(0, 1).

    Raises:
        Undefined, Unsupported: a key, a constraint or the value does not exist for this policy, or the order is one
            of policies and not of what they bring about.
    """
    if isinstance(order, Lexicographic):
        return tuple(evaluate(key, value_of) for key in order.keys)
    if not isinstance(order, Constrained):
        raise Unsupported("an order by anything but the values of expressions")
    one, zero = constant(Fraction(1)), constant(Fraction(0))
    met = Expression("if", (Expression("and", order.constraints), one, zero)) if order.constraints else one
    return evaluate(met, value_of), evaluate(order.value, value_of)


def tier(order: Ranking, policy: Policy) -> Value:
    """The number of tiers from the policy's own down to the lowest; 0 for a policy that is not named.

    Raises:
        Unsupported: the policy is symbolic; policies of one support can stand in different tiers.
    """
    if not all(isinstance(entry, Fraction | int) for row in policy.rows for entry in row):
        raise Unsupported("a ranking of named policies, for all policies at once")
    for depth, members in enumerate(order.tiers):
        if any(named.rows == policy.rows for _, named in members):
            return Real.of(len(order.tiers) - depth)
    return Real.of(0)
