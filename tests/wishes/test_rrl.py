"""Regularised rewards for wishes: every yes is evaluated again, also as text; every no withstands the kernel."""

from fractions import Fraction
from random import Random

import pytest

from specl.formalisms import formalism
from specl.formalisms.rrl import RRL
from specl.kernel import check
from specl.language.printer import show_item
from specl.language.writing import objective_item
from specl.model.environment import Environment
from specl.model.policy import Policy, deterministic
from specl.wishes.answer import Answer, No, Yes
from specl.wishes.asking import Asking
from specl.wishes.deciders import decide
from specl.wishes.linear.features import choice_features
from specl.wishes.wish import Pair, Wish
from tests.wishes.discount_worlds import grants, random_wish

SURE = Fraction(1)


def answer(wish: Wish) -> Answer:
    return decide("RRL", Asking(wish, decide))


def text(wish: Wish, objective: RRL) -> str:
    written = formalism("RRL").write(objective, wish.environment)
    return show_item(objective_item(wish.environment, "found", "RRL", written))


def lever(strict: tuple[Pair, ...], ties: tuple[Pair, ...] = (), discount: Fraction | None = None) -> Wish:
    """One state, and policies that pull with some probability, which is what they are called."""
    world = Environment("lever", ("s",), ("pull", "wait"), ((0, SURE),), ((((0, SURE),),) * 2,), {})
    names = {"0": "0", "third": "1/3", "half": "1/2", "1": "1"}
    policies = {name: Policy(((Fraction(p), 1 - Fraction(p)),)) for name, p in names.items()}
    return Wish("lever", world, policies, strict, ties, discount)


def test_a_markov_reward_where_one_is_enough() -> None:
    wish = lever((("1", "half"), ("half", "0")))
    found = answer(wish)
    assert isinstance(found, Yes)
    assert found.objective.strength.is_zero()
    assert grants(wish, "RRL", found.objective)


def test_a_classical_regulariser_where_one_is_enough() -> None:
    wish = lever((("half", "1"),), (("1", "0"),))
    found = answer(wish)
    assert isinstance(found, Yes)
    assert "regulariser p[pull]^2 + p[wait]^2 }" in text(wish, found.objective)
    assert grants(wish, "RRL", found.objective)


def test_a_regulariser_that_names_distributions() -> None:
    wish = lever((("half", "third"),), (("1", "0"), ("0", "third")))
    found = answer(wish)
    assert isinstance(found, Yes)
    assert "if p[pull] = 1/2 then" in text(wish, found.objective)
    assert grants(wish, "RRL", found.objective)


def turns(strict: tuple[Pair, ...], ties: tuple[Pair, ...], discount: Fraction | None = None) -> Wish:
    """Two states visited in turn, policies named after what they do there."""
    moves = ((((1, SURE),),) * 2, (((0, SURE),),) * 2)
    world = Environment("turns", ("x", "y"), ("l", "r"), ((0, SURE),), moves, {})
    choices = {"ll": (0, 0), "rr": (1, 1), "lr": (0, 1), "rl": (1, 0)}
    policies = {name: deterministic(world, choice) for name, choice in choices.items()}
    return Wish("turns", world, policies, strict, ties, discount)


@pytest.mark.parametrize("discount", [None, Fraction(0), Fraction(9, 10)])
def test_pure_policies_gain_nothing_by_a_regulariser(discount: Fraction | None) -> None:
    found = answer(turns((("ll", "lr"),), (("ll", "rr"), ("lr", "rl")), discount))
    assert isinstance(found, No)
    assert found.refuted == "RRL"
    assert "any regularised reward" in found.reason
    assert check(found.claim, found.certificate).status == "ACCEPT"


def decide_random(seed: int, count: int) -> list[type[Answer]]:
    random = Random(seed)
    kinds = []
    for i in range(count):
        wish = random_wish(random) if i % 2 else random_wish(random, ((2, 3, 8), (3, 2, 8)), pure=0.9)
        found = answer(wish)
        if isinstance(found, Yes):
            assert grants(wish, "RRL", found.objective)
        elif isinstance(found, No):
            assert check(found.claim, found.certificate).status == "ACCEPT"
            assert not realised(random, wish, 6)
        else:
            assert "only irrational" in found.reason
        kinds.append(type(found))
    return kinds


def realised(random: Random, wish: Wish, tries: int) -> bool:
    """Whether random rewards and regularisers at random discounts happen to grant the wish."""
    for _ in range(tries):
        keys, vectors = choice_features(wish, Fraction(random.randrange(20), 20))
        for _ in range(tries):
            paid = [random.randint(-3, 3) for _ in keys]
            worth = {name: sum(r * x for r, x in zip(paid, vector, strict=True)) for name, vector in vectors.items()}
            strict = all(worth[better] > worth[worse] for better, worse in wish.strict)
            if strict and all(worth[one] == worth[other] for one, other in wish.ties):
                return True
    return False


def test_random_wishes() -> None:
    assert {Yes, No} <= set(decide_random(10, 16))


@pytest.mark.long
def test_many_random_wishes() -> None:
    kinds = decide_random(11, 300)
    assert kinds.count(Yes) > 80
    assert kinds.count(No) > 40
