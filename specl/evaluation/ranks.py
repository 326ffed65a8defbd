"""Comparing what policies are worth: three-valued, and orderings that survive undecided comparisons."""

import functools
import itertools
from collections.abc import Iterator, Mapping, Sequence

from specl.evaluation.context import Rank, Value
from specl.model.real import Real

Undecided = tuple[tuple[str, str], ...]
"""Pairs of policies of which it is not known which is better, or whether they tie."""


def compare_values(left: Value, right: Value) -> int | None:
    """−1, 0 or 1 as left is smaller than, equal to or larger than right; None where that is undecided.

    Args:
        left, right: Reals or Enclosures.
    """
    if isinstance(left, Real) and isinstance(right, Real):
        return (left - right).sign()
    for op, sign in ((">", 1), ("<", -1), ("=", 0)):
        if left.compare(op, right) is True:
            return sign
    return None


def compare_ranks(left: Rank, right: Rank) -> int | None:
    """As `compare_values`; tuples lexicographically, undecided where the first entries that may differ are."""
    if not isinstance(left, tuple):
        return compare_values(left, right)
    for a, b in zip(left, right, strict=True):
        sign = compare_values(a, b)
        if sign != 0:
            return sign
    return 0


def order_policies(ranks: Mapping[str, Rank]) -> tuple[tuple[tuple[str, ...], ...], Undecided]:
    """The ordering of policies by their ranks.

    Returns:
        (groups, undecided). Groups come best first, and every policy of an earlier group is proved better than every
        policy of a later one. Where nothing is undecided the policies of a group are proved to tie, and stand in the
        order in which they were given. Otherwise a group also holds together what undecided pairs link: two of its
        members tie, or are undecided, or are ordered but linked by a chain of such pairs; the better then stands first.
        Undecided pairs are those that remain after what follows by transitivity.
    """
    names = tuple(ranks)

    def order(left: str, right: str) -> int:
        return -_decided(ranks[left], ranks[right])

    try:
        ordered = sorted(names, key=functools.cmp_to_key(order))
    except _UndecidedError:
        return _partial(ranks)
    groups: list[list[str]] = []
    for name in ordered:
        if groups and compare_ranks(ranks[groups[-1][0]], ranks[name]) == 0:
            groups[-1].append(name)
        else:
            groups.append([name])
    return tuple(map(tuple, groups)), ()


class _UndecidedError(Exception):
    """Raised to leave a sort."""


def _decided(left: Rank, right: Rank) -> int:
    sign = compare_ranks(left, right)
    if sign is None:
        raise _UndecidedError
    return sign


def _partial(ranks: Mapping[str, Rank]) -> tuple[tuple[tuple[str, ...], ...], Undecided]:
    names = tuple(ranks)
    size = len(names)
    sign: dict[tuple[int, int], int | None] = {}
    for i, j in itertools.combinations(range(size), 2):
        sign[i, j] = compare_ranks(ranks[names[i]], ranks[names[j]])
        sign[j, i] = None if sign[i, j] is None else -_certain(sign[i, j])
    for via, i, j in itertools.product(range(size), repeat=3):  # Warshall: what follows by transitivity
        if i != j and via not in (i, j) and sign[i, j] is None:
            first, second = sign[i, via], sign[via, j]
            if first is not None and second is not None and first * second >= 0:
                sign[i, j] = first or second
                sign[j, i] = -(first or second)
    undecided = tuple((names[i], names[j]) for i, j in itertools.combinations(range(size), 2) if sign[i, j] is None)
    groups = list(_linked(size, [pair for pair, found in sign.items() if not found]))
    above = [sum(sign.get((i, j)) == 1 for j in range(size)) for i in range(size)]
    groups.sort(key=lambda group: -max(above[i] for i in group))
    return tuple(tuple(names[i] for i in sorted(group, key=lambda i: (-above[i], i))) for group in groups), undecided


def _certain(sign: int | None) -> int:
    assert sign is not None
    return sign


def _linked(size: int, links: Sequence[tuple[int, int]]) -> Iterator[list[int]]:
    """The connected components of a graph, their members in increasing order."""
    neighbours: list[list[int]] = [[] for _ in range(size)]
    for i, j in links:
        neighbours[i].append(j)
    seen: set[int] = set()
    for root in range(size):
        if root in seen:
            continue
        seen.add(root)
        group = [root]
        for i in group:  # grows while it is walked
            for j in neighbours[i]:
                if j not in seen:
                    seen.add(j)
                    group.append(j)
        yield sorted(group)
