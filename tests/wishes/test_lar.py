"""Limit-average rewards for wishes: every yes is evaluated again, every no withstands the kernel and random rewards."""

from fractions import Fraction
from random import Random

import pytest

from specl.kernel import check
from specl.model.environment import Environment
from specl.model.policy import Policy, deterministic
from specl.wishes.answer import Answer, No, Yes
from specl.wishes.asking import Asking
from specl.wishes.deciders import decide
from specl.wishes.linear.features import frequency_features
from specl.wishes.wish import Wish
from tests.wishes.discount_worlds import grants, random_wish


def answer(wish: Wish) -> Answer:
    return decide("LAR", Asking(wish, decide))


def once(strict: tuple[tuple[str, str], ...], ties: tuple[tuple[str, str], ...]) -> Wish:
    """One choice at the start, between two ways to the same place and one to another."""
    sure = Fraction(1)
    moves = ((((1, sure),), ((1, sure),), ((2, sure),)), (((1, sure),),) * 3, (((2, sure),),) * 3)
    world = Environment("once", ("s", "here", "there"), ("a", "b", "c"), ((0, sure),), moves, {})
    policies = {name: deterministic(world, (choice, 0, 0)) for choice, name in enumerate(("a", "b", "c"))}
    return Wish("once", world, policies, strict, ties)


def test_policies_with_the_same_frequencies() -> None:
    found = answer(once((("a", "b"),), ()))
    assert isinstance(found, No)
    assert found.claim["kind"] == "indistinguishable"
    assert found.reason == "a and b have the same value under any limit-average reward, but you want a > b"
    assert check(found.claim, found.certificate).status == "ACCEPT"


def test_frequencies_that_cancel() -> None:
    wish = once((("c", "a"),), ())
    halves = {"mixed": Policy(((Fraction(1, 2), Fraction(0), Fraction(1, 2)), *wish.policies["a"].rows[1:]))}
    policies = {**wish.policies, **halves}
    found = answer(Wish("mixed", wish.environment, policies, (("mixed", "a"), ("mixed", "c")), ()))
    assert isinstance(found, No)
    assert found.claim["kind"] == "linear_dependence"
    assert found.reason.startswith("any limit-average reward gives 2·mixed = a + c, but you want ")
    assert check(found.claim, found.certificate).status == "ACCEPT"


def test_a_conflict_through_a_policy_in_between() -> None:
    found = answer(once((("a", "c"),), (("b", "c"),)))
    assert isinstance(found, No)
    assert check(found.claim, found.certificate).status == "ACCEPT"


def test_the_discount_of_a_wish_does_not_matter() -> None:
    wish = once((("c", "a"),), (("a", "b"),))
    found = answer(Wish(wish.name, wish.environment, wish.policies, wish.strict, wish.ties, Fraction(1, 2)))
    assert isinstance(found, Yes)
    assert grants(wish, "LAR", found.objective)


def decide_random(seed: int, count: int) -> list[type[Answer]]:
    random = Random(seed)
    kinds: list[type[Answer]] = []
    for _ in range(count):
        wish = random_wish(random)
        found = answer(wish)
        if isinstance(found, Yes):
            assert grants(wish, "LAR", found.objective)
        else:
            assert isinstance(found, No)
            assert check(found.claim, found.certificate).status == "ACCEPT"
            assert not realised(random, wish, 30)
        kinds.append(type(found))
    return kinds


def realised(random: Random, wish: Wish, tries: int) -> bool:
    """Whether random rewards happen to grant the wish."""
    keys, vectors = frequency_features(wish)
    for _ in range(tries):
        reward = [random.randint(-3, 3) for _ in keys]
        worth = {name: sum(r * x for r, x in zip(reward, vector, strict=True)) for name, vector in vectors.items()}
        strict = all(worth[better] > worth[worse] for better, worse in wish.strict)
        if strict and all(worth[one] == worth[other] for one, other in wish.ties):
            return True
    return False


def test_random_wishes() -> None:
    assert {Yes, No} == set(decide_random(8, 50))


@pytest.mark.long
def test_many_random_wishes() -> None:
    kinds = decide_random(9, 1000)
    assert kinds.count(Yes) > 300
    assert kinds.count(No) > 300
