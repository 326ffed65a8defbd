"""Functions from Trajectories to Reals: whatever does not contradict the linear relations among the lotteries."""

import itertools
import time
from collections.abc import Mapping
from fractions import Fraction

from specl.formalisms.ftr import FTR
from specl.model.expression import Expression, add, variable
from specl.model.formula import Formula
from specl.model.quantities import Indicator
from specl.reductions import translate
from specl.wishes.answer import Answer, No, Yes
from specl.wishes.asking import Asking
from specl.wishes.linear.outcome import Conflict
from specl.wishes.lotteries.alphabet import alphabet
from specl.wishes.lotteries.events import Event, events, of_prefix
from specl.wishes.lotteries.length import length, scaled
from specl.wishes.lotteries.prefixes import probability
from specl.wishes.lotteries.trials import order_by
from specl.wishes.lotteries.verdict import Grantable, of_lotteries

SPECIAL = (
    ("MR", "IMORL", "an expected return"),
    ("LAR", "LAR", "an expected limit average"),
    ("LTL", "LTL", "the probability of a formula"),
)
"""Formalisms whose objectives are taken over where they have one, by way of another one: as a return, say, and not as a
machine that pays it."""

MANY = (8, 16, 32, 64, 128, 256)
"""How many simple events are tried for a weighted sum."""


def decide(asking: Asking) -> Answer:
    """A simple function of the trajectory, or a relation of the lotteries that the wish contradicts."""
    allowed = of_lotteries(asking)
    if isinstance(allowed, No):
        return allowed
    environment = asking.wish.environment
    for code, between, what in SPECIAL:
        found = asking.answer(code)
        if isinstance(found, Yes):
            _, record = translate(code, found.objective, environment, between)
            return Yes(translate(between, record, environment, "FTR")[1], what)
    return Yes(_sum_of_events(asking, allowed), "a weighted sum of events at the beginning")


def _sum_of_events(asking: Asking, allowed: Grantable) -> FTR:
    """The shortest of the sums that are found with more and more events; prefixes are enough, if need be."""
    wish, end = asking.wish, asking.deadline()
    policies = list(wish.policies.values())
    letters = alphabet(wish.environment)
    simple = events(letters, policies)
    columns: dict[Event, tuple[Fraction, ...]] = {}
    found: list[FTR] = []
    for many in MANY:
        for event, column in itertools.islice(simple, many - len(columns)):
            columns[event] = column
            if time.monotonic() > end:
                break
        weights = order_by(wish, columns)
        if not isinstance(weights, Conflict):
            found.append(FTR({}, {}, _sum(weights)))
        if len(found) == 2 or time.monotonic() > end:
            break
    if not found:
        for prefix in allowed.prefixes:
            column = tuple(probability(wish.environment, policy, prefix) for policy in policies)
            columns[of_prefix(letters, prefix)] = column
        weights = order_by(wish, columns)
        assert not isinstance(weights, Conflict)  # the prefixes alone grant the wish
        found.append(FTR({}, {}, _sum(weights)))
    return min(found, key=lambda record: length("FTR", record, wish.environment))


def _sum(weights: Mapping[Event, Fraction]) -> Expression:
    """Σ weight·[event]; events of one weight that exclude each other become one formula."""
    groups: list[tuple[Fraction, list[Event]]] = []
    for event, weight in sorted(weights.items(), key=lambda item: -item[1]):
        for other, members in groups:
            if other == weight and all(event.excludes(member) for member in members):
                members.append(event)
                break
        else:
            groups.append((weight, [event]))
    terms: list[Expression] = []
    turned = all(weight < 0 for weight, _ in groups)  # rather than −[φ], [¬φ]: they differ by a constant
    for weight, members in groups:
        formulas = tuple(member.formula for member in members)
        formula = formulas[0] if len(formulas) == 1 else Formula("|", formulas)
        if turned:
            weight, formula = -weight, Formula("!", (formula,))
        terms.append(scaled(weight, variable(Indicator(formula)), is_first=not terms))
    return add(terms)
