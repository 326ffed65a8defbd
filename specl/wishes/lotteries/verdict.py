"""Whether lotteries allow an ordering: the shared first answer to a wish for FTR, RM, INMR and IMORL."""

from collections.abc import Mapping
from dataclasses import dataclass

from specl.wishes.answer import No
from specl.wishes.asking import Asking
from specl.wishes.certificates import by_lotteries, indistinguishable
from specl.wishes.linear.outcome import Conflict
from specl.wishes.lotteries.prefixes import (
    PRIMES,
    Prefix,
    is_relation,
    probability,
    same_lotteries,
    separating_prefixes,
)
from specl.wishes.lotteries.trials import coefficients, order_by
from specl.wishes.wish import Pair, Wish
from specl.wishes.words import conflict_words

WHAT = "any function of trajectories"


@dataclass(frozen=True)
class Grantable:
    """The wish does not contradict the relations of the lotteries.

    Attributes:
        prefixes: a weighted sum of their probabilities grants it.
    """

    prefixes: tuple[Prefix, ...]


def of_lotteries(asking: Asking) -> Grantable | No:
    """A weighted sum of prefixes that grants the wish, or a relation of the lotteries that it contradicts."""
    found: Grantable | No = asking.keep("lotteries", lambda: _decide(asking.wish))
    return found


def _decide(wish: Wish) -> Grantable | No:
    same = same_lotteries(wish.environment, wish.policies)
    twins = _twins(wish, same)
    if twins is not None:
        better, worse = twins
        reason = f"{better} and {worse} do the same wherever they go, but you want {better} > {worse}"
        return No("TLO", reason, *indistinguishable(wish, "TLO", better, worse))
    policies = [wish.policies[name] for name in dict.fromkeys(same.values())]
    for prime in PRIMES:
        try:
            prefixes = separating_prefixes(wish.environment, policies, prime)
        except ValueError:  # the prime divides a denominator
            continue
        columns = {w: [probability(wish.environment, each, w) for each in wish.policies.values()] for w in prefixes}
        outcome = order_by(wish, columns)
        if not isinstance(outcome, Conflict):
            return Grantable(tuple(outcome))
        sums = coefficients(outcome)
        if is_relation(wish.environment, [wish.policies[name] for name in sums], list(sums.values())):
            reason = conflict_words(outcome.strict, outcome.ties, WHAT)
            return No("FTR", reason, *by_lotteries(wish, outcome))
    raise ArithmeticError("every prime divides a determinant of the lotteries")


def _twins(wish: Wish, same: Mapping[str, str]) -> Pair | None:
    """A policy that is to be better, by chaining too, than one with the same lottery."""
    group = {name: names for names in wish.classes for name in names}
    below: dict[str, list[str]] = {name: [] for name in wish.policies}  # by the first member of each group
    for better, worse in wish.covers:
        below[group[better][0]].append(group[worse][0])
    for better, lottery in same.items():
        seen: set[str] = set()
        waiting = list(below[group[better][0]])
        while waiting:
            head = waiting.pop()
            if head not in seen:
                seen.add(head)
                waiting += below[head]
        twins = [name for head in seen for name in group[head] if same[name] == lottery]
        if twins:
            return better, twins[0]
    return None
