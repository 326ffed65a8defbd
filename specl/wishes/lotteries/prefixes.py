"""Prefixes whose probabilities tell apart all that lotteries of finitely many policies can be told apart by.

A prefix w = s₀a₀s₁a₁…sₙaₙ has probability I(s₀)·∏T(s_{i+1}|s_i,a_i)·∏π(a_i|s_i) under a stationary policy π; only the
last product depends on π. Let U_s ⊆ ℚ^Π be the span of the vectors (P_π(w))_π of the prefixes w after which the state
may be s. U is the least family of spaces with (1,…,1) ∈ U_s where I(s) > 0, and (π(a|s))_π∘U_s ⊆ U_t for each step
(s,a,t). So bases are found by lengthening prefixes, each of which makes some U_s grow, and Σ c_π L_π = 0 iff c is
orthogonal to all U_s (after Schützenberger 1961; Tzeng 1992).
"""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

from flint import fmpq_mat, nmod_mat

from specl.model.environment import Environment
from specl.model.flint_rational import to_fmpq
from specl.model.policy import Policy, reachable_states

Prefix = tuple[tuple[int, int], ...]
"""(state, action) at times 0, 1, …, n."""

Independent = Callable[[list[list[Any]]], list[int]]
"""Vectors over a field -> the places of those that do not depend on earlier ones."""

PRIMES = (2**61 - 1, 2**59 - 55, 2**57 - 13)


def same_lotteries(environment: Environment, policies: Mapping[str, Policy]) -> dict[str, str]:
    """Name -> the first policy with the same lottery: one that reaches the same states and does the same there."""
    first: dict[frozenset[tuple[int, tuple[Any, ...]]], str] = {}
    return {
        name: first.setdefault(frozenset((s, policy.rows[s]) for s in reachable_states(environment, policy)), name)
        for name, policy in policies.items()
    }


def probability(environment: Environment, policy: Policy, prefix: Prefix) -> Fraction:
    """P_π(w), exactly."""
    if not prefix:
        return Fraction(1)
    found = dict(environment.start).get(prefix[0][0], Fraction(0))
    for (s, a), (t, _) in pairwise(prefix):
        found *= dict(environment.transitions[s][a]).get(t, Fraction(0))
    for s, a in prefix:
        found *= policy.rows[s][a]
    return found


def separating_prefixes(environment: Environment, policies: Sequence[Policy], prime: int) -> list[Prefix]:
    """Prefixes whose probability vectors are independent, and modulo the prime span those of all prefixes.

    They span them over ℚ too unless the prime divides one of a few determinants: a relation among the policies that
    these prefixes obey has to be checked by `is_relation`. The shortest come first; the empty one is left out.
    """

    def residue(x: Fraction) -> int:
        return x.numerator * pow(x.denominator, -1, prime) % prime

    def independent(vectors: list[list[int]]) -> list[int]:
        return _pivots(nmod_mat(len(vectors), len(policies), [x for row in vectors for x in row], prime))

    weights = _choices(environment, policies, residue)
    return _closure(environment, weights, [1] * len(policies), lambda x, y: x * y % prime, independent)[1:]


def is_relation(environment: Environment, policies: Sequence[Policy], coefficients: Sequence[Fraction]) -> bool:
    """Whether Σ c_π L_π = 0, exactly."""

    def independent(vectors: list[list[Any]]) -> list[int]:
        return _pivots(fmpq_mat(len(vectors), len(policies), [x for row in vectors for x in row]))

    weights = _choices(environment, policies, to_fmpq)
    words = _closure(environment, weights, [to_fmpq(1)] * len(policies), lambda x, y: x * y, independent)
    return all(
        sum(c * probability(environment, policy, w) for c, policy in zip(coefficients, policies, strict=True)) == 0
        for w in words
    )


Choices = list[list[list[Any]]]
"""``[s][a][i]``: how probably the i-th policy takes a in s, in some field."""


def _choices(environment: Environment, policies: Sequence[Policy], number: Callable[[Fraction], Any]) -> Choices:
    rows = [[list(map(number, row)) for row in policy.rows] for policy in policies]
    return [
        [[row[s][a] for row in rows] for a in range(len(environment.actions))] for s in range(len(environment.states))
    ]


def _closure(
    environment: Environment,
    choices: Choices,
    ones: list[Any],
    times: Callable[[Any, Any], Any],
    independent: Independent,
) -> list[Prefix]:
    """Prefixes, the empty one first, whose vectors are a basis of the sum of all U_s."""
    bases: list[list[list[Any]]] = [[] for _ in environment.states]
    words: list[Prefix] = []
    span: list[list[Any]] = []
    level: dict[int, list[tuple[Prefix, list[Any]]]] = {s: [((), ones)] for s, _ in environment.start}
    while level and len(span) < len(ones):
        fresh: list[tuple[int, Prefix, list[Any]]] = []
        for s, found in level.items():
            known = len(bases[s])
            kept = [found[i - known] for i in independent(bases[s] + [v for _, v in found]) if i >= known]
            bases[s] += [v for _, v in kept]
            fresh += [(s, w, v) for w, v in kept]
        known = len(span)
        kept_now = [fresh[i - known] for i in independent(span + [v for *_, v in fresh]) if i >= known]
        words += [w for _, w, _ in kept_now]
        span += [v for *_, v in kept_now]
        level = {}
        for s, w, v in fresh:
            for a, targets in enumerate(environment.transitions[s]):
                moved = [times(x, y) for x, y in zip(v, choices[s][a], strict=True)]
                if any(moved):
                    for t, _ in targets:
                        level.setdefault(t, []).append(((*w, (s, a)), moved))
    return words


def _pivots(rows: Any) -> list[int]:
    """The places of the rows that are independent of those above them."""
    reduced, rank = rows.transpose().rref()
    found, j = [], 0
    for i in range(rank):
        while reduced[i, j] == 0:
            j += 1
        found.append(j)
    return found
