"""Conflicts told with fewer policies: a policy that is only passed through is left out."""

from collections.abc import Iterable
from fractions import Fraction

from specl.wishes.linear.outcome import Conflict

Edge = tuple[str, str, Fraction, bool]
"""(left, right, positive weight, whether left is strictly better than right)."""


def shortened(found: Conflict) -> Conflict:
    """The same cancellation in comparisons that follow from the given ones: p > q and q ~ r of one weight, where q does
    not occur otherwise, become p > r. What was irreducible stays so, because every cancellation of the new comparisons
    is one of the old ones.
    """
    edges: list[Edge] = [(better, worse, weight, True) for better, worse, weight in found.strict]
    edges += [(a, b, x, False) if x > 0 else (b, a, -x, False) for a, b, x in found.ties]
    names = dict.fromkeys(name for edge in edges for name in edge[:2])
    for name in names:
        entering = [edge for edge in edges if edge[1] == name]
        leaving = [edge for edge in edges if edge[0] == name]
        if len(entering) == len(leaving) == 1 and entering[0][2] == leaving[0][2]:
            (left, _, weight, above), (_, right, _, below) = entering[0], leaving[0]
            if left != right:
                edges[edges.index(entering[0])] = (left, right, weight, above or below)
                edges.remove(leaving[0])
    return Conflict(tuple(_of(edges, True)), tuple(_of(edges, False)))


def _of(edges: Iterable[Edge], strict: bool) -> Iterable[tuple[str, str, Fraction]]:
    return ((left, right, weight) for left, right, weight, above in edges if above == strict)
