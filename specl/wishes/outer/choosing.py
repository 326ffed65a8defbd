"""Objectives that look at the policy itself: functions of its entries, and rankings by name."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from specl.model.expression import Expression
from specl.model.order import Ranking
from specl.wishes.answer import Answer
from specl.wishes.asking import Asking
from specl.wishes.linear.order import order
from specl.wishes.linear.outcome import Functional
from specl.wishes.outer.apart import points
from specl.wishes.outer.granting import answer
from specl.wishes.outer.linear import linear
from specl.wishes.outer.quantities import as_it_is, choices, combined
from specl.wishes.outer.search import MANY, Best, Medium, search

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_']*(\([0-9/., -]*\))?")
"""How a policy, or a member of a family, is called in a file; ``others`` are called by their choices."""

LARGEST = 4_000
"""Comparisons times entries for which a linear function is looked for."""

FEW_TERMS = 2
"""With more of them a linear function is taken only if no other is shorter."""


def by_choices(asking: Asking, code: str, record: Callable[[Sequence[Expression]], Any], keys: int = 1) -> Answer:
    """The answer of a formalism whose objectives speak of pi(s,a).

    Args:
        record: functions -> an objective.
        keys: as for a `Medium`.
    """
    wish = asking.wish
    found = points(asking, "policy")
    base = choices(wish.environment, [wish.policies[name] for name in found.names])
    medium = Medium(code, wish.environment, as_it_is, lambda functions, _: record(functions), MANY, keys)
    best = Best()
    goal = found.goal
    if base and goal.strict and len(goal.strict + goal.ties) * len(base) <= LARGEST:
        vectors = {str(i): [quantity.values[i] for quantity in base] for i in range(goal.size)}
        pairs = [[(str(i), str(j)) for i, j in edges] for edges in (goal.strict, goal.ties)]
        outcome = order(pairs[0], pairs[1], vectors)
        if isinstance(outcome, Functional):
            parts = [(quantity, c) for quantity, c in zip(base, outcome.coefficients, strict=True) if c]
            best.offer(medium, record([linear(combined(parts).terms)]), plain=len(parts) <= FEW_TERMS)
    search(goal, base, medium, best)
    return answer(best)


def ranking(asking: Asking) -> Ranking | None:
    """The policies in a total order that agrees with the wish, by name; None where one that is not at the bottom has no
    name. Those at the bottom are left out where one of them has none."""
    wish = asking.wish
    found = points(asking, "policy")
    heights = found.goal.heights()
    assert heights is not None
    tiers: list[list[str]] = [[] for _ in range(max(heights, default=-1) + 1)]
    for name in wish.policies:
        tiers[-1 - heights[found.point[name]]].append(name)
    unnamed = [name for name in wish.policies if not _NAME.fullmatch(name)]
    if unnamed:
        if len(tiers) == 1 or not set(unnamed) <= set(tiers[-1]):
            return None
        tiers.pop()
    return Ranking(tuple(tuple((name, wish.policies[name]) for name in tier) for tier in tiers))
