"""Regularisers F : Δ(A) → ℝ as expressions in the weights p[a].

negentropy is Σ_a p log p (Neu, Jonsson, Gómez 2017); kl(q) is Σ_a p log(p/q), the divergence from a prior; tsallis(q)
is (Σ_a p^q − 1)/(q − 1), the negated Tsallis entropy (Lee, Choi, Oh 2018). A product with a factor 0 is 0, so that
0·log 0 = 0; and kl is undefined where a weight is positive and its prior is not.
"""

from fractions import Fraction

from specl.language.constants import fold, real
from specl.language.distributions import resolve, weights
from specl.language.syntax import RegulariserField
from specl.language.values import Scope, resolve_value
from specl.model.digits import brief
from specl.model.errors import Span
from specl.model.expression import Expression, add, constant, multiply, variable
from specl.model.quantities import Weight
from specl.model.real import ONE

_ZERO = constant(Fraction(0))


def resolve_regulariser(field: RegulariserField, scope: Scope) -> Expression:
    """F over `Weight`, or 0 after an error."""
    count = len(scope.place.environment.actions)
    match field.kind:
        case "negentropy":
            return negentropy(count)
        case "kl":
            prior = _prior(field, scope)
            return _ZERO if prior is None else kl(prior, field.at)
        case "tsallis" if field.expression is not None:
            order = real(field.expression, scope.diagnostics)
            if order is None:
                return _ZERO
            if order == ONE or order.sign() != 1:
                message = f"the order of `tsallis` is positive and not 1, and this is {brief(order)}"
                hint = "the limit at order 1 is `negentropy`" if order == ONE else None
                scope.diagnostics.error("E067", message, field.expression.at, hint)
                return _ZERO
            return fold(tsallis(count, field.expression), scope.diagnostics)
    return _ZERO if field.expression is None else resolve_value(field.expression, scope)


def negentropy(count: int) -> Expression:
    """Σ p log p over ``count`` actions."""
    weight = [variable(Weight(action)) for action in range(count)]
    return add(multiply((p, Expression("log", (p,)))) for p in weight)


def kl(prior: tuple[Fraction, ...], at: Span | None = None) -> Expression:
    """Σ p log(p/q) with q the prior's weights by action; ``at`` is where it stands."""
    pairs = [(variable(Weight(action)), constant(q)) for action, q in enumerate(prior)]
    return add(multiply((p, Expression("log", (Expression("/", (p, q), at=at),)))) for p, q in pairs)


def tsallis(count: int, order: Expression) -> Expression:
    """(Σ p^q − 1)/(q − 1)."""
    minus_one = constant(Fraction(-1))
    powers = [Expression("^", (variable(Weight(action)), order)) for action in range(count)]
    return Expression("/", (add((*powers, minus_one)), add((order, minus_one))))


def _prior(field: RegulariserField, scope: Scope) -> tuple[Fraction, ...] | None:
    if field.prior is None:
        return None
    named = weights(field.prior, scope.diagnostics)
    if named is None:
        return None
    pairs = resolve(named, lambda name: scope.place.action(name, scope.diagnostics), scope.diagnostics)
    if pairs is None:
        return None
    given = dict(pairs)
    return tuple(given.get(action, Fraction(0)) for action in range(len(scope.place.environment.actions)))
