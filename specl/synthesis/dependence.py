"""Whether any policies of any environment of a size have dependent features: one question about all of them at once.

Unknown are the start, the transitions, the policies and the coefficients. Where values are linear in features that are
independent, a formalism can order the policies in any way (Motzkin 1936), so "none" excludes all refutations by linear
dependence of this size. What is asked first is which entries of the policies' rows are the same distribution: RRL pays
alike for these. For each such pattern, up to renaming, Z3 has a system of polynomial equations and inequalities in

    w_i(s) = |c_i| · (expected discounted visits of s under policy i),   the rows, the start, and the transitions.

Features of FTR (probabilities of words) and LAR (limit frequencies) are asked for in environments with one state only.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, permutations, product
from typing import Any, Literal

import z3

Verdict = Literal["none", "some", "unknown"]
Item = tuple[int, int]
"""(policy, state): the policy's row in a state that it reaches."""

Pattern = tuple[tuple[Item, ...], ...]
"""The items in groups that have the same distribution."""

DISCOUNT = Fraction(1, 2)
_MILLISECONDS = 10_000


@dataclass(frozen=True)
class Dependence:
    """Whether there are such policies, all coefficients being different from 0 and no two lotteries alike.

    Attributes:
        patterns: how many systems Z3 was given.
    """

    verdict: Verdict
    patterns: int


def in_reach(code: str, states: int) -> bool:
    """Whether the question can be put."""
    return code in ("MR", "RRL") or (code in ("FTR", "LAR") and states == 1)


def dependence(
    code: str, states: int, actions: int, policies: int, seconds: float = 60.0, discount: Fraction = DISCOUNT
) -> Dependence:
    """Whether so many policies can have dependent features in an environment of this size.

    Raises:
        ValueError: the question is not `in_reach`.
    """
    if not in_reach(code, states):
        raise ValueError(f"{code} with {states} states")
    deadline = time.monotonic() + seconds
    asked, open_ones = 0, 0
    for positive in range(1, policies // 2 + 1):
        signs = (1,) * positive + (-1,) * (policies - positive)
        for pattern in _patterns(states, signs, code == "RRL"):
            if time.monotonic() > deadline:
                return Dependence("unknown", asked)
            asked += 1
            answer = _System(code, states, actions, signs, pattern, discount).check()
            if answer == z3.sat:
                return Dependence("some", asked)
            open_ones += answer == z3.unknown
    return Dependence("unknown" if open_ones else "none", asked)


def _patterns(states: int, signs: Sequence[int], with_choices: bool) -> Iterator[Pattern]:
    """Patterns up to renaming of states and of policies with coefficients of one sign; those out of which a coefficient
    sticks (a distribution that RRL pays for on one side only) and those with equal lotteries are left out."""
    policies = range(len(signs))
    items = [(i, s) for i in policies for s in range(states)]
    seen = set()
    for reached in product((True, False), repeat=len(items)):
        live = [item for item, is_reached in zip(items, reached, strict=True) if is_reached]
        if {i for i, _ in live} != set(policies):
            continue
        for groups in _partitions(live):
            if with_choices and any(len({signs[i] for i, _ in group}) == 1 for group in groups):
                continue
            rows = {item: number for number, group in enumerate(groups) for item in group}
            if any(
                all(rows.get((i, s)) == rows.get((j, s)) for s in range(states)) for i, j in combinations(policies, 2)
            ):
                continue
            least = _least(groups, states, signs)
            if least not in seen:
                seen.add(least)
                yield least


def _partitions(items: Sequence[Item]) -> Iterator[list[list[Item]]]:
    if not items:
        yield []
        return
    for groups in _partitions(items[1:]):
        yield [[items[0]], *groups]
        for k, group in enumerate(groups):
            yield [*groups[:k], [items[0], *group], *groups[k + 1 :]]


def _least(groups: Sequence[Sequence[Item]], states: int, signs: Sequence[int]) -> Pattern:
    positive = sum(sign > 0 for sign in signs)
    found = []
    for order in permutations(range(states)):
        for left in permutations(range(positive)):
            for right in permutations(range(positive, len(signs))):
                new = (*left, *right)
                found.append(tuple(sorted(tuple(sorted((new[i], order[s]) for i, s in group)) for group in groups)))
    return min(found)


class _System:
    """The equations of one pattern."""

    def __init__(
        self, code: str, states: int, actions: int, signs: Sequence[int], pattern: Pattern, discount: Fraction
    ) -> None:
        self.context = z3.Context()  # one each: what was asked before does not change how long this takes
        self.solver = z3.SolverFor("QF_NRA", ctx=self.context)
        self.solver.set("timeout", _MILLISECONDS)
        self.row = {
            item: self._distribution(f"row{k}", actions) for k, group in enumerate(pattern) for item in group[:1]
        }
        for group in pattern:
            self.row |= dict.fromkeys(group, self.row[group[0]])
        for one, other in combinations((self.row[group[0]] for group in pattern), 2):
            self.solver.add(z3.Or([x != y for x, y in zip(one, other, strict=True)]))
        self.start = self._distribution("start", states)
        self.moves = [[self._distribution(f"move{s}_{a}", states) for a in range(actions)] for s in range(states)]
        self.share = [z3.Real(f"share{i}", self.context) for i in range(len(signs))]
        for sign in (1, -1):  # totals of features are the same for all policies
            self.solver.add(z3.Sum([x for x, own in zip(self.share, signs, strict=True) if own == sign]) == 1)
        self.solver.add([x > 0 for x in self.share])
        if code == "FTR":
            self._words(signs, actions)
        else:
            self._visits(
                signs,
                pattern,
                states,
                actions,
                z3.RatVal(discount.numerator, discount.denominator, self.context),
                code == "RRL",
            )

    def check(self) -> Any:
        """What Z3 says."""
        return self.solver.check()

    def _distribution(self, name: str, size: int) -> list[Any]:
        if size == 1:
            return [z3.RealVal(1, self.context)]
        weights = [z3.Real(f"{name}_{k}", self.context) for k in range(size)]
        self.solver.add([x >= 0 for x in weights])
        self.solver.add(z3.Sum(weights) == 1)
        return weights

    def _words(self, signs: Sequence[int], actions: int) -> None:
        """Σ c_i p_i(a_1)⋯p_i(a_k) = 0 for all words shorter than there are policies."""
        for length in range(1, len(signs)):
            for word in product(range(actions), repeat=length):
                terms = []
                for i, sign in enumerate(signs):
                    probability = self.share[i]
                    for a in word:
                        probability = probability * self.row[i, 0][a]
                    terms.append(sign * probability)
                self.solver.add(z3.Sum(terms) == 0)

    def _visits(
        self, signs: Sequence[int], pattern: Pattern, states: int, actions: int, discount: Any, with_choices: bool
    ) -> None:
        visits = {(i, s): z3.Real(f"w{i}_{s}", self.context) for i in range(len(signs)) for s in range(states)}
        zero = z3.RealVal(0, self.context)
        for (i, s), here in visits.items():
            self.solver.add(here > 0 if (i, s) in self.row else here == 0)
            entering = [
                visits[i, t] * self.row[i, t][a] * self.moves[t][a][s]
                for t in range(states)
                if (i, t) in self.row
                for a in range(actions)
            ]
            self.solver.add(here == self.share[i] * self.start[s] + discount * z3.Sum([zero, *entering]))
        for s in range(states):
            for a in range(actions):
                terms = [signs[i] * visits[i, t] * row[a] for (i, t), row in self.row.items() if t == s]
                self.solver.add(z3.Sum([zero, *terms]) == 0)
        for group in pattern if with_choices else ():
            self.solver.add(z3.Sum([signs[i] * visits[i, s] for i, s in group]) == 0)
