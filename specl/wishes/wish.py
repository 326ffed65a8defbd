"""A wish: how finitely many policies of an environment are to be ordered, by whatever formalism can do it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from specl.model.environment import Environment
from specl.model.policy import Policy

Pair = tuple[str, str]
"""(better, worse), or two policies that tie."""


@dataclass(frozen=True)
class Wish:
    """A partial ordering that objectives are asked to agree with; what it leaves open, they may settle as they like.

    Attributes:
        policies: name as written -> policy.
        strict: pairs (better, worse).
        ties: pairs of policies that are to be equally good.
        discount: the discount that objectives must have; None where they may choose one in [0,1).
    """

    name: str
    environment: Environment
    policies: Mapping[str, Policy]
    strict: tuple[Pair, ...]
    ties: tuple[Pair, ...]
    discount: Fraction | None = None

    @cached_property
    def classes(self) -> tuple[tuple[str, ...], ...]:
        """The policies in groups that the wish ties (names of one policy are tied), in order of first mention."""
        return self.tied(())

    def tied(self, more: Iterable[Pair]) -> tuple[tuple[str, ...], ...]:
        """The groups that result where further pairs tie too."""
        parent = {name: name for name in self.policies}

        def find(name: str) -> str:
            while parent[name] != name:
                parent[name] = parent[parent[name]]
                name = parent[name]
            return name

        first: dict[Policy, str] = {}
        same = [(name, first.setdefault(policy, name)) for name, policy in self.policies.items()]
        for left, right in (*same, *self.ties, *more):
            parent[find(left)] = find(right)
        groups: dict[str, list[str]] = {}
        for name in self.policies:
            groups.setdefault(find(name), []).append(name)
        return tuple(map(tuple, groups.values()))

    @cached_property
    def covers(self) -> tuple[Pair, ...]:
        """The strict comparisons from which, with the ties, all others follow: one pair of policies for each pair of
        neighbouring groups."""
        return _covers(self.classes, self.strict)

    def levels(self, more: Iterable[Pair] = ()) -> tuple[tuple[str, ...], ...]:
        """A total order that agrees with the wish: groups that tie, best first; further pairs may be made to tie.

        What the wish leaves open is settled by giving every group the highest level that it can have.

        Raises:
            ValueError: with these ties the wish goes in a circle.
        """
        groups = self.tied(more)
        number = {name: i for i, group in enumerate(groups) for name in group}
        above: list[set[int]] = [set() for _ in groups]
        for better, worse in self.strict:
            above[number[worse]].add(number[better])
        level: dict[int, int] = {}
        waiting = list(range(len(groups)))
        while waiting:
            ready = [i for i in waiting if all(j in level for j in above[i])]
            if not ready:
                raise ValueError("the wish goes in a circle")
            for i in ready:
                level[i] = 1 + max((level[j] for j in above[i]), default=-1)
            waiting = [i for i in waiting if i not in level]
        found: list[list[str]] = [[] for _ in range(max(level.values(), default=-1) + 1)]
        for i, group in enumerate(groups):
            found[level[i]] += group
        return tuple(map(tuple, found))

    def restricted(self, strict: Iterable[Pair], ties: Iterable[Pair]) -> "Wish":
        """The wish for these comparisons alone; they should follow from this one's."""
        above, level = tuple(strict), tuple(ties)
        used = {name for pair in above + level for name in pair}
        policies = {name: policy for name, policy in self.policies.items() if name in used}
        return Wish(self.name, self.environment, policies, above, level, self.discount)


def _covers(groups: tuple[tuple[str, ...], ...], strict: tuple[Pair, ...]) -> tuple[Pair, ...]:
    number = {name: i for i, group in enumerate(groups) for name in group}
    first: dict[tuple[int, int], Pair] = {}
    for better, worse in strict:
        first.setdefault((number[better], number[worse]), (better, worse))
    below: list[set[int]] = [set() for _ in groups]
    for i, j in first:
        below[i].add(j)
    beneath: dict[int, set[int]] = {}  # everything below, neighbours or not
    for i in _bottom_up(below):
        beneath[i] = below[i].union(*(beneath[j] for j in below[i]))
    return tuple(pair for (i, j), pair in first.items() if not any(j in beneath[k] for k in below[i] if k != j))


def _bottom_up(below: list[set[int]]) -> list[int]:
    order: list[int] = []
    seen: set[int] = set()
    for root in range(len(below)):
        stack = [(root, iter(below[root]))] if root not in seen else []
        seen.add(root)
        while stack:
            i, rest = stack[-1]
            following = next((j for j in rest if j not in seen), None)
            if following is None:
                order.append(i)
                stack.pop()
            else:
                seen.add(following)
                stack.append((following, iter(below[following])))
    return order
