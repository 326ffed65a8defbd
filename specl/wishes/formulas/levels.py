"""Policies that are certain: with a single trajectory each, so that a formula is worth 0 or 1."""

from collections.abc import Sequence
from dataclasses import dataclass

from specl.chains.chain import induced
from specl.wishes.lotteries.prefixes import same_lotteries
from specl.wishes.wish import Pair, Wish


@dataclass(frozen=True)
class Stuck:
    """A certain policy that is to be strictly between others: a formula would be worth more than 0 and less than 1.

    Attributes:
        has_certificate: whether the wish says above > middle > below; otherwise that takes policies with one lottery
            to tie.
    """

    above: str
    middle: str
    below: str
    has_certificate: bool


def certain(wish: Wish) -> frozenset[str]:
    """The policies with a single trajectory."""
    chains = {name: induced(wish.environment, policy) for name, policy in wish.policies.items()}
    return frozenset(
        name
        for name, chain in chains.items()
        if len(chain.start) == 1 and all(len(moves) == 1 for moves in chain.moves)
    )


def stuck(wish: Wish, single: frozenset[str]) -> Stuck | None:
    """A certain policy strictly between others, where there is one; one with a certificate, where there is one."""
    better, worse = ({pair[side] for pair in wish.strict} for side in (0, 1))
    found = []
    for groups, follows in ((wish.classes, True), (alike(wish), False)):
        for group in groups:
            middle = next((name for name in group if name in single), None)
            if middle is not None and better.intersection(group) and worse.intersection(group):
                above, below = (_beyond(wish.strict, groups, group, side, single) for side in (0, 1))
                found.append(Stuck(above, middle, below, follows))
    return max(found, key=lambda each: each.has_certificate, default=None)


def alike(wish: Wish) -> tuple[tuple[str, ...], ...]:
    """The policies in groups to which each formula must give one value: they are to tie, or have the same lottery."""
    return wish.tied(same_lotteries(wish.environment, wish.policies).items())


def upper_and_lower(wish: Wish) -> tuple[list[str], list[str]]:
    """The policies that are to be better than others, with those that must be like them; and those to be worse."""
    groups = alike(wish)
    better, worse = ({pair[side] for pair in wish.strict} for side in (0, 1))
    upper, lower = (
        [name for group in groups if side.intersection(group) for name in group] for side in (better, worse)
    )
    return upper, lower


def _beyond(
    strict: Sequence[Pair], groups: Sequence[Sequence[str]], group: Sequence[str], side: int, single: frozenset[str]
) -> str:
    """A policy that is to be better (side 0) or worse (side 1) than a group for which there is one; a certain one if
    there is one."""
    home = {name: members for members in groups for name in members}
    found: dict[str, None] = {}
    waiting = [group]
    while waiting:
        members = waiting.pop()
        for pair in strict:
            if pair[1 - side] in members and pair[side] not in found:
                found |= dict.fromkeys(home[pair[side]])
                waiting.append(home[pair[side]])
    return next((name for name in found if name in single), next(iter(found)))
