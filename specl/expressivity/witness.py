"""Search for two policies that two objectives rank differently.

Policies are offered in order of readability and kept sorted by their rank under the left objective, ties together. As
long as the right objective orders them in the same way, only the neighbours of a new policy's place have to be looked
at to see whether it fits: then the whole list is still ordered alike by both. All comparisons are of exact or enclosed
ranks; floating point only proposes where to look.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from specl.evaluation.context import Rank
from specl.evaluation.ranks import compare_ranks
from specl.model.errors import Undefined, Unsupported
from specl.model.policy import Policy

Ranking = Callable[[Policy], Rank]


@dataclass(frozen=True)
class Ranked:
    """A policy with its ranks under the two objectives; ``name`` is None where the file has no name for it."""

    name: str | None
    policy: Policy
    left: Rank
    right: Rank


@dataclass(frozen=True)
class Witness:
    """Two policies that the objectives rank differently: ``orders`` are the signs of first against second under left
    and right (1: the first is better, 0: tie), and they differ."""

    first: Ranked
    second: Ranked
    orders: tuple[int, int]


@dataclass
class Search:
    """The policies tried so far. Stops after `limit` policies or at `deadline` (`time.monotonic`)."""

    left: Ranking
    right: Ranking
    limit: int
    deadline: float
    tried: list[Ranked] = field(default_factory=list)
    groups: list[list[Ranked]] = field(default_factory=list)
    seen: set[Policy] = field(default_factory=set)
    undecided: int = 0
    failures: list[str] = field(default_factory=list)

    @property
    def exhausted(self) -> bool:
        """Whether a limit has been hit."""
        return len(self.seen) >= self.limit or monotonic() > self.deadline

    def offer(self, policy: Policy, name: str | None = None) -> Witness | None:
        """Rank a policy; a witness if it and one offered before are ranked differently."""
        if self.exhausted or policy in self.seen:
            return None
        self.seen.add(policy)
        try:
            new = Ranked(name, policy, self.left(policy), self.right(policy))
        except (Undefined, Unsupported) as error:
            if str(error) not in self.failures:
                self.failures.append(str(error))
            return None
        fits = self._insert(new)
        if fits is None:
            self.undecided += 1
        elif not fits:
            return next((found for old in self.tried if (found := disagreement(old, new)) is not None), None)
        else:
            self.tried.append(new)
        return None

    def offer_all(self, policies: Iterable[tuple[str | None, Policy]]) -> Witness | None:
        """Offer policies until there is a witness or a limit is hit."""
        for name, policy in policies:
            if self.exhausted:
                return None
            found = self.offer(policy, name)
            if found is not None:
                return found
        return None

    def _insert(self, new: Ranked) -> bool | None:
        """Put it in its place by the left objective. False if the right one disagrees, None if undecided."""
        low, high = 0, len(self.groups)
        while low < high:
            middle = (low + high) // 2
            order = compare_ranks(new.left, self.groups[middle][0].left)
            if order is None:
                return None
            if order == 0:
                return self._fits(new, [(middle, 0)], middle)
            low, high = (middle + 1, high) if order > 0 else (low, middle)
        expected = [(low - 1, 1)] if low > 0 else []
        expected += [(low, -1)] if low < len(self.groups) else []
        return self._fits(new, expected, low)

    def _fits(self, new: Ranked, expected: Sequence[tuple[int, int]], place: int) -> bool | None:
        """Compare with groups of which the sign is expected; if it is right, join the tie or open a new group."""
        orders = [compare_ranks(new.right, self.groups[i][0].right) for i, _ in expected]
        if any(order not in (None, sign) for order, (_, sign) in zip(orders, expected, strict=True)):
            return False
        if None in orders:
            return None
        if (place, 0) in expected:
            self.groups[place].append(new)
        else:
            self.groups.insert(place, [new])
        return True


def disagreement(first: Ranked, second: Ranked) -> Witness | None:
    """The witness that two ranked policies are, turned so that the left objective does not prefer the second."""
    left, right = compare_ranks(first.left, second.left), compare_ranks(first.right, second.right)
    if left is None or right is None or left == right:
        return None
    if left < 0 or (left == 0 and right < 0):
        return Witness(second, first, (-left, -right))
    return Witness(first, second, (left, right))


def approximate(rank: Rank) -> tuple[float, ...]:
    """A rank in floating point, to guide the search."""
    return tuple(map(_float, rank)) if isinstance(rank, tuple) else (_float(rank),)


_LARGEST = 10**60
"""Larger numbers are cut off, so that products of four of them are still floats."""


def _float(value: Any) -> float:
    box = value.enclose(64) if hasattr(value, "enclose") else value
    return float(min(max((box.low + box.high) / 2, -_LARGEST), _LARGEST))
