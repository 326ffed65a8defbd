"""The incremental search finds a disagreement iff there is one, and the parts that propose where to look."""

import itertools
from fractions import Fraction
from time import monotonic

from hypothesis import given, settings
from hypothesis import strategies as st

from specl.expressivity import candidates
from specl.expressivity.faces import Domain, supports
from specl.expressivity.linear import separating_direction
from specl.expressivity.witness import Search, disagreement
from specl.model.enclosure import Enclosure
from specl.model.environment import Environment
from specl.model.errors import Undefined
from specl.model.policy import Policy
from specl.model.real import Real
from tests.expressivity.small import HALF, escape, rooms, texts
from tests.strategies import environments


def numbered(count: int) -> list[Policy]:
    return [Policy(((Fraction(i, count), 1 - Fraction(i, count)),)) for i in range(count)]


def searching(left: dict[Policy, Real], right: dict[Policy, Real], limit: int = 100) -> Search:
    return Search(left.__getitem__, right.__getitem__, limit, monotonic() + 60)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=8))
def test_a_disagreement_is_found_iff_there_is_one(values: list[tuple[int, int]]) -> None:
    tried = numbered(len(values))
    left = {policy: Real.of(x) for policy, (x, _) in zip(tried, values, strict=True)}
    right = {policy: Real.of(y) for policy, (_, y) in zip(tried, values, strict=True)}
    found = searching(left, right).offer_all((None, policy) for policy in tried)
    differ = any((x > x2) - (x < x2) != (y > y2) - (y < y2) for (x, y), (x2, y2) in itertools.combinations(values, 2))
    assert (found is not None) == differ
    if found is not None:
        first, second = found.first, found.second
        assert found.orders[0] >= 0
        assert found.orders == tuple(
            (a.rational > b.rational) - (a.rational < b.rational)
            for a, b in ((first.left, second.left), (first.right, second.right))
        )


def test_undecided_comparisons_prove_nothing() -> None:
    one, other = numbered(2)
    wide = Enclosure(Fraction(0), Fraction(2))
    search = Search({one: Real.of(0), other: Real.of(1)}.__getitem__, lambda _: wide, 10, monotonic() + 60)
    assert search.offer_all([(None, one), (None, other)]) is None
    assert search.undecided == 1


def test_policies_without_a_rank_are_left_out() -> None:
    def undefined(policy: Policy) -> Real:
        raise Undefined("division by 0")

    search = Search(lambda _: Real.of(1), undefined, 10, monotonic() + 60)
    assert search.offer_all((None, policy) for policy in numbered(3)) is None
    assert search.failures == ["division by 0"]
    assert not search.tried


def test_limits() -> None:
    zero = dict.fromkeys(numbered(9), Real.of(0))
    search = searching(zero, zero, limit=4)
    search.offer_all((None, policy) for policy in zero)
    assert len(search.tried) == 4
    late = Search(zero.__getitem__, zero.__getitem__, 100, monotonic() - 1)
    late.offer_all((None, policy) for policy in zero)
    assert not late.tried


def test_the_first_offered_partner_is_shown() -> None:
    tried = numbered(4)
    left = {policy: Real.of(i) for i, policy in enumerate(tried)}
    right = {policy: Real.of(x) for policy, x in zip(tried, (0, 1, 2, -1), strict=True)}
    found = searching(left, right).offer_all(zip("abcd", tried, strict=True))
    assert found is not None
    assert {found.first.name, found.second.name} == {"a", "d"}
    assert disagreement(found.first, found.second) == found


@settings(max_examples=60, deadline=None)
@given(environments(max_states=3, max_actions=2))
def test_every_policy_has_exactly_one_support(environment: Environment) -> None:
    """Against trying all patterns: those that say action 0 alone where they do not reach."""
    states, actions = range(len(environment.states)), range(len(environment.actions))
    subsets = [s for n in range(1, len(actions) + 1) for s in itertools.combinations(actions, n)]
    expected = set()
    for pattern in itertools.product(subsets, repeat=len(states)):
        seen = {s for s, _ in environment.start}
        for _ in states:
            seen |= {t for s in seen for a in pattern[s] for t, _ in environment.transitions[s][a]}
        if all(pattern[s] == (0,) for s in states if s not in seen):
            expected.add(pattern)
    found = list(supports(environment, Domain(True, frozenset())))
    assert len(found) == len(set(found))
    assert set(found) == expected
    everywhere = list(supports(environment, Domain(False, frozenset(states))))
    assert set(everywhere) == set(itertools.product(subsets, repeat=len(states)))
    assert len(everywhere) == len(subsets) ** len(states)
    assert all(len(chosen) == len(actions) for chosen in everywhere[0])


VECTORS = st.lists(st.fractions(-5, 5, max_denominator=6), min_size=3, max_size=3)


@settings(max_examples=200, deadline=None)
@given(VECTORS, VECTORS)
def test_a_direction_separates_vectors_that_are_not_positive_multiples(u: list[Fraction], v: list[Fraction]) -> None:
    direction = separating_direction(u, v)
    parallel = any(u) and any(v) and all(x * v[j] == u[j] * y for j in range(3) for x, y in zip(u, v, strict=True))
    same_way = parallel and sum(x * y for x, y in zip(u, v, strict=True)) > 0
    assert (direction is None) == (not any(u) or same_way)
    if direction is not None:
        assert sum(x * y for x, y in zip(u, direction, strict=True)) > 0
        assert sum(x * y for x, y in zip(v, direction, strict=True)) <= 0


def test_candidates_are_policies_and_the_simple_ones_come_first() -> None:
    domain = Domain(True, frozenset())
    for environment in (rooms(), escape(), texts(3)):
        found = [policy for _, policy in candidates.simple(environment, domain)]
        found += [policy for _, policy in itertools.islice(candidates.scattered(environment, domain), 50)]
        for policy in found:
            assert all(sum(row) == 1 and min(row) >= 0 for row in policy.rows)
        assert all(entry in (0, 1) for row in found[0].rows for entry in row)


def test_gradients_lead_to_a_disagreement() -> None:
    """x + y against x + 2y over two independent choices: no deterministic policies differ in strict order."""
    environment = rooms()

    def value(policy: Policy, weight: int) -> Real:
        return Real.of(policy.rows[0][0] + weight * policy.rows[1][0] + policy.rows[0][0] * policy.rows[1][0])

    search = Search(lambda p: value(p, 2), lambda p: value(p, 3), 50, monotonic() + 60)

    def approximate(policy: Policy) -> tuple[float, float]:
        x, y = value(policy, 2).rational, value(policy, 3).rational
        assert x is not None
        assert y is not None
        return float(x), float(y)

    found = search.offer_all(candidates.along_gradients(environment, Domain(True, frozenset()), approximate))
    assert found is not None
    assert all(entry.denominator <= 4096 for ranked in (found.first, found.second) for entry in ranked.policy.rows[0])


def test_mixtures() -> None:
    one, other = numbered(3)[0], numbered(3)[2]
    assert candidates.mixture(one, other, HALF).rows[0] == (Fraction(1, 3), Fraction(2, 3))
