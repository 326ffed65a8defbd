"""Regularised RL: linear in the masses of state and action and in the visits of each distribution over actions.

A coefficient c at a distribution μ means −α F(μ) = c, and F may be any function: so there are as many unknowns beside
the reward as distributions that occur. What is easy to read is tried first: a Markov reward; then a multiple of
F(p) = Σ_a p(a)², which is Tsallis' entropy of order 2 but for sign and a constant; then an F that names the
distributions at which it is not 0.
"""

from collections.abc import Mapping
from fractions import Fraction

from specl.formalisms.rrl import RRL
from specl.model.expression import Expression, add, constant, variable
from specl.model.policy import Policy
from specl.model.quantities import Weight
from specl.model.real import ONE, Real
from specl.reductions import reduction
from specl.wishes.answer import Answer, Yes
from specl.wishes.asking import Asking
from specl.wishes.discounts import free
from specl.wishes.linear.at_discount import regularised
from specl.wishes.linear.features import Action, gathered, masses, reward, visited
from specl.wishes.linear.order import order
from specl.wishes.linear.outcome import Conflict
from specl.wishes.wish import Wish

Distribution = tuple[Fraction, ...]


def decide(asking: Asking) -> Answer:
    """A reward and a regulariser, or weights that cancel the masses and visits for every discount there may be."""
    markov = asking.answer("MR")
    if isinstance(markov, Yes):
        plain = reduction("MR", "RRL").reduce(markov.objective, asking.wish.environment)
        return Yes(plain, "no regulariser is needed")

    def at(discount: Fraction) -> Yes | Conflict:
        return _by_squares(asking.wish, discount) or _by_cases(asking.wish, discount)

    return free.decide(asking, "RRL", "any regularised reward", at)


def _by_squares(wish: Wish, discount: Fraction) -> Yes | None:
    """F = Σ_a p(a)²."""
    environment = wish.environment

    def of(policy: Policy) -> dict[Action | None, Fraction]:  # None stands for the squares, summed over all visits
        weights = visited(environment, policy, discount)
        squares = sum((weight * p * p for s, weight in weights.items() for p in policy.rows[s]), Fraction(0))
        found: dict[Action | None, Fraction] = {None: squares}
        found.update(masses(policy, weights).items())
        return found

    keys, vectors = gathered(wish, of)
    found = order(wish.covers, wish.ties, vectors)
    if isinstance(found, Conflict):
        return None
    paid = {key: value for key, value in zip(keys, found.coefficients, strict=True) if key is not None}
    strength = -dict(zip(keys, found.coefficients, strict=True)).get(None, Fraction(0))
    two = constant(Fraction(2))
    regulariser = add(Expression("^", (variable(Weight(a)), two)) for a in range(len(environment.actions)))
    return Yes(
        RRL(reward(environment, paid.items()), Real.of(strength), regulariser, discount),
        "the regulariser is Tsallis' entropy of order 2 but for sign and a constant",
    )


def _by_cases(wish: Wish, discount: Fraction) -> Yes | Conflict:
    """F has a value of its own at some distributions, and is 0 at all others."""
    found = regularised(wish, discount)
    if isinstance(found, Conflict):
        return found
    return Yes(
        RRL(found.reward, ONE, _cases(found.choices), discount), "the regulariser counts at the distributions it names"
    )


def _cases(paid: Mapping[Distribution, Fraction]) -> Expression:
    """F with −F(μ) = paid[μ]."""
    cases = constant(Fraction(0))
    for distribution, value in reversed(list(paid.items())):
        cases = Expression("if", (_equals(distribution), constant(-value), cases))
    return cases


def _equals(distribution: Distribution) -> Expression:
    """That p is this distribution: no more equations than it takes, as weights are ≥ 0 and sum to 1."""
    support = [a for a, weight in enumerate(distribution) if weight]
    told = support[:-1] if len(support) == len(distribution) > 1 else support
    parts = tuple(Expression("=", (variable(Weight(a)), constant(distribution[a]))) for a in told)
    return parts[0] if len(parts) == 1 else Expression("and", parts)
