"""Linear relations among lotteries: the prefixes that find them, the verdicts that rest on them."""

import itertools
import time
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specl.model.environment import Environment
from specl.model.formula import holds_on
from specl.model.policy import Policy, deterministic
from specl.wishes.answer import No
from specl.wishes.asking import Asking
from specl.wishes.lotteries import verdict
from specl.wishes.lotteries.alphabet import alphabet
from specl.wishes.lotteries.prefixes import (
    PRIMES,
    is_relation,
    probability,
    same_lotteries,
    separating_prefixes,
)
from specl.wishes.lotteries.verdict import Grantable, of_lotteries
from specl.wishes.wish import Wish
from tests.strategies import environments
from tests.wishes.drawing import wishes
from tests.wishes.lottery_worlds import all_prefixes, alone, assert_proved, independent, is_linear, mixed_wishes

HALF = Fraction(1, 2)


def choice(*chances: Fraction) -> Wish:
    """One choice at the start, left with these probabilities; the first policy is to be better than the others."""
    environment = Environment(
        "choice", ("morning", "evening"), ("left", "right"), ((0, Fraction(1)),), ((((1, Fraction(1)),),) * 2,) * 2, {}
    )
    evening = (Fraction(1), Fraction(0))
    named = {f"p{i}": Policy(((p, 1 - p), evening)) for i, p in enumerate(chances)}
    first, *rest = named
    return Wish("wish", environment, named, tuple((first, name) for name in rest), ())


@settings(max_examples=100, deadline=None)
@given(wish=wishes(max_states=2, max_policies=4) | mixed_wishes(2, 4))
def test_verdicts_agree_with_all_prefixes(wish: Wish) -> None:
    policies = list(wish.policies.values())
    vectors = independent(all_prefixes(wish.environment, policies, len(policies) * len(wish.environment.states)))
    found = of_lotteries(Asking(wish, alone))
    assert isinstance(found, Grantable) == is_linear(wish, vectors)
    if isinstance(found, No):
        assert_proved(found, wish)


@settings(max_examples=60, deadline=None)
@given(wish=wishes(max_states=2, max_policies=4) | mixed_wishes(2, 4))
def test_prefixes_span_what_all_prefixes_span(wish: Wish) -> None:
    policies = list(dict.fromkeys(wish.policies.values()))
    longest = len(policies) * len(wish.environment.states)
    everything = independent([(Fraction(1),) * len(policies), *all_prefixes(wish.environment, policies, longest)])
    prefixes = separating_prefixes(wish.environment, policies, PRIMES[0])
    own = [[probability(wish.environment, policy, w) for policy in policies] for w in ((), *prefixes)]
    assert len(own) == len(independent(own)) == len(everything) == len(independent([*own, *everything]))


@settings(max_examples=100, deadline=None)
@given(wish=mixed_wishes(3, 5), data=st.data())
def test_a_relation_is_one_for_all_prefixes(wish: Wish, data: st.DataObject) -> None:
    policies = list(wish.policies.values())
    weights = [Fraction(data.draw(st.integers(-2, 2))) for _ in policies]
    vectors = all_prefixes(wish.environment, policies, 3 * len(policies))
    holds = sum(weights) == 0 and not any(
        sum(c * x for c, x in zip(weights, vector, strict=True)) for vector in independent(vectors)
    )
    assert is_relation(wish.environment, policies, weights) == holds


def test_half_is_the_mean_of_its_ends() -> None:
    wish = choice(HALF, Fraction(0), Fraction(1))
    policies = list(wish.policies.values())
    assert is_relation(wish.environment, policies, [Fraction(2), Fraction(-1), Fraction(-1)])
    assert not is_relation(wish.environment, policies, [Fraction(1), Fraction(-1), Fraction(0)])
    answer = of_lotteries(Asking(wish, alone))
    assert isinstance(answer, No)
    assert answer.refuted == "FTR"
    assert "p1 + p2" in answer.reason
    assert_proved(answer, wish)


@pytest.mark.parametrize("primes", [(2,), (3, 5, 7), (11, 2)])
def test_small_primes_mislead_nobody(primes: tuple[int, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    """Modulo 2, 3, … more depends on more; what is believed has been checked over the rationals."""
    monkeypatch.setattr(verdict, "PRIMES", (*primes, *PRIMES))
    chances = [Fraction(k, 11) for k in (0, 1, 3, 4, 7)]
    environment = Environment("loop", ("s",), ("a", "b"), ((0, Fraction(1)),), ((((0, Fraction(1)),),) * 2,), {})
    named = {f"p{i}": Policy(((p, 1 - p),)) for i, p in enumerate(chances)}
    strict = (("p1", "p0"), ("p1", "p2"), ("p3", "p2"), ("p3", "p4"))
    assert isinstance(of_lotteries(Asking(Wish("wish", environment, named, strict, ()), alone)), Grantable)
    assert isinstance(of_lotteries(Asking(choice(HALF, Fraction(0), Fraction(1)), alone)), No)


def test_what_is_never_reached_makes_no_difference() -> None:
    stay = ((0, Fraction(1)),), ((0, Fraction(1)),)
    island = ((1, Fraction(1)),), ((1, Fraction(1)),)
    start = ((0, Fraction(1)),)
    environment = Environment("island", ("mainland", "islet"), ("fish", "rest"), start, (stay, island), {})
    named = {"a": deterministic(environment, (0, 0)), "b": deterministic(environment, (1, 0))}
    named |= {"c": deterministic(environment, (0, 1)), "d": deterministic(environment, (1, 1))}
    assert same_lotteries(environment, named) == {"a": "a", "b": "b", "c": "a", "d": "b"}
    wish = Wish("wish", environment, named, (("a", "b"), ("b", "c")), ())  # a above c by way of b
    answer = of_lotteries(Asking(wish, alone))
    assert isinstance(answer, No)
    assert (answer.refuted, answer.reason) == ("TLO", "a and c do the same wherever they go, but you want a > c")
    assert_proved(answer, wish)


def test_dozens_of_policies_and_states_take_no_time() -> None:
    size, count = 40, 60
    sure = Fraction(1)
    moves = tuple(
        (((s + 1) % size, sure),) if a else tuple(sorted({7 * s % size: sure / 3, 11 * s % size: 2 * sure / 3}.items()))
        for s in range(1, size)
        for a in range(3)
    )
    rows = tuple(moves[i : i + 3] for i in range(0, len(moves), 3))
    spread = tuple((t, sure / size) for t in range(size))
    states = tuple(f"s{i}" for i in range(size))
    environment = Environment("wide", states, ("a", "b", "c"), ((1, sure),), ((spread,) * 3, *rows), {})
    named = {
        f"p{i}": Policy(
            tuple((Fraction(1 + i * s % 5, 9), Fraction(2, 9), Fraction(6 - i * s % 5, 9)) for s in range(size))
        )
        for i in range(count)
    }
    began = time.perf_counter()
    prefixes = separating_prefixes(environment, list(named.values()), PRIMES[0])
    assert time.perf_counter() - began < 5
    vectors = [[probability(environment, policy, w) for policy in named.values()] for w in ((), *prefixes)]
    assert len(independent(vectors)) == len(vectors) > 1


@settings(max_examples=100, deadline=None)
@given(environment=environments(max_labels=2), data=st.data())
def test_guards_hold_where_they_should(environment: Environment, data: st.DataObject) -> None:
    letters = alphabet(environment)
    assert sorted(itertools.chain(*letters.letters)) == sorted(environment.steps)
    wanted = data.draw(st.frozensets(st.sampled_from(sorted(letters.all)), min_size=1))
    free = data.draw(st.frozensets(st.sampled_from(sorted(letters.all)))) - wanted
    guard = letters.guard(wanted, free)
    assert wanted <= guard.letters <= wanted | free
    for step in environment.steps:
        assert holds_on(guard.formula, step, environment.atoms) == (letters.letter[step] in guard.letters)
    for term in letters.terms:
        held = {i for i in letters.all if holds_on(term.formula, min(letters.letters[i]), environment.atoms)}
        assert term.letters == held
