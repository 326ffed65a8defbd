"""Markov rewards for wishes: every yes is evaluated again, every no withstands the kernel and other ways to decide."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from random import Random
from typing import Any

import pytest
import z3

from specl.kernel import check
from specl.model.environment import Environment
from specl.model.policy import deterministic
from specl.wishes.answer import Answer, No, Unknown, Yes
from specl.wishes.asking import Asking
from specl.wishes.deciders import decide
from specl.wishes.discounts import pieces
from specl.wishes.linear.features import step_features
from specl.wishes.wish import Wish
from tests.synthesis.second_opinion import MILLISECONDS, second_opinion
from tests.wishes.discount_worlds import Detour, detour, grants, random_wish, wish_of


def answer(wish: Wish, seconds: float = 20.0) -> Answer:
    return decide("MR", Asking(wish, decide, seconds=seconds))


def same_or_different(discount: Fraction | None = None) -> Wish:
    """Two states visited in turn; doing the same in both is to be better than not."""
    sure = Fraction(1)
    world = Environment("turns", ("x", "y"), ("l", "r"), ((0, sure),), ((((1, sure),),) * 2, (((0, sure),),) * 2), {})
    choices = {"ll": (0, 0), "rr": (1, 1), "lr": (0, 1), "rl": (1, 0)}
    policies = {name: deterministic(world, choice) for name, choice in choices.items()}
    return Wish("alike", world, policies, (("ll", "lr"),), (("ll", "rr"), ("lr", "rl")), discount)


def test_same_or_different_is_no_markov_reward() -> None:
    found = answer(same_or_different())
    assert isinstance(found, No)
    assert found.reason == "any Markov reward gives ll + rr = lr + rl, but you want ll ~ rr > lr ~ rl"
    [piece] = found.certificate["evidence"]["pieces"]
    assert piece["on"] == "[0,1)"
    assert check(found.claim, found.certificate).status == "ACCEPT"


def test_the_discount_that_is_given_is_used() -> None:
    wish = same_or_different(Fraction(1, 3))
    found = answer(wish)
    assert isinstance(found, No)
    assert "with discount 1/3" in found.reason
    assert found.claim["wish"]["discount"] == "1/3"
    assert check(found.claim, found.certificate).status == "ACCEPT"
    only_one = answer(Wish("one", wish.environment, wish.policies, (("ll", "lr"),), (), Fraction(1, 3)))
    assert isinstance(only_one, Yes)
    assert only_one.objective.discount == Fraction(1, 3)


def test_a_discount_that_only_the_sweep_finds() -> None:
    part = Detour(detour(1))
    wish = wish_of([part], [part.positive, part.beyond("3/5"), part.beyond("5/8")[::-1]])
    found = answer(wish)
    assert isinstance(found, Yes)
    assert Fraction(3, 5) < found.objective.discount < Fraction(5, 8)
    assert grants(wish, "MR", found.objective)


def test_a_single_rational_discount_is_found() -> None:
    part = Detour(detour(1))
    wish = wish_of([part], [part.positive], [part.beyond("2/7")])
    found = answer(wish)
    assert isinstance(found, Yes)
    assert found.objective.discount == Fraction(2, 7)
    assert grants(wish, "MR", found.objective)


def test_a_single_irrational_discount_cannot_be_written() -> None:
    part = Detour(detour(2))
    found = answer(wish_of([part], [part.positive], [part.beyond("1/2")]))
    assert isinstance(found, Unknown)
    assert "only irrational discounts allow it" in found.reason
    assert "0.707… the root of 2·x^2 - 1 in [45/64, 91/128]" in found.reason


def test_a_refutation_in_pieces_tells_them_apart() -> None:
    world = detour(2, 2)
    one, other = Detour(world, 0, 2), Detour(world, 1, 2)
    strict = [one.positive, one.beyond("1/2"), other.positive, other.beyond("1/2")[::-1]]
    found = answer(wish_of([one, other], strict))
    assert isinstance(found, No)
    assert "with a discount in [0, 0.707…]: any Markov reward gives" in found.reason
    assert "with a discount in [0.707…, 1): any Markov reward gives" in found.reason
    assert check(found.claim, found.certificate).status == "ACCEPT"


def test_what_is_not_decided_in_time_is_said() -> None:
    part = Detour(detour(2))
    found = answer(wish_of([part], [part.positive], [part.beyond("1/2")]), seconds=0.0)
    assert isinstance(found, Unknown)
    assert "not decided within 0 s" in found.reason
    assert "--discount" in found.reason


def test_too_many_states_for_a_variable_discount() -> None:
    size, sure = 70, Fraction(1)
    onward = tuple((((min(s + 1, size - 1), sure),),) * 2 for s in range(size))
    states = tuple(f"s{i}" for i in range(size))
    world = Environment("corridor", states, ("l", "r"), ((0, sure),), onward, {})
    choices = {"ll": (0, 0), "rr": (1, 1), "lr": (0, 1), "rl": (1, 0)}
    policies = {name: deterministic(world, [*choice, *([0] * (size - 2))]) for name, choice in choices.items()}
    found = answer(Wish("alike", world, policies, (("ll", "lr"),), (("ll", "rr"), ("lr", "rl"))))
    assert isinstance(found, Unknown)
    assert "more than 64" in found.reason
    assert "--discount" in found.reason


@pytest.mark.slow
def test_weights_that_are_too_long_for_a_certificate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "LARGEST_DEGREE", 32)
    found = answer(random_wish(Random(6), ((5, 3, 14),), pure=0.2))
    assert isinstance(found, Unknown)
    assert "polynomials of degree" in found.reason
    assert "--discount" in found.reason


# --- random wishes ---


def realised(random: Random, wish: Wish, tries: int) -> bool:
    """Whether random rewards at random discounts happen to grant the wish."""
    for _ in range(tries):
        discount = Fraction(random.randrange(20), 20)
        keys, vectors = step_features(wish, discount)
        for _ in range(tries):
            reward = [random.randint(-3, 3) for _ in keys]
            worth = {name: sum(r * x for r, x in zip(reward, vector, strict=True)) for name, vector in vectors.items()}
            strict = all(worth[better] > worth[worse] for better, worse in wish.strict)
            if strict and all(worth[one] == worth[other] for one, other in wish.ties):
                return True
    return False


def has_reward(wish: Wish, discount: Fraction) -> bool:
    """cvc5's opinion on the linear system at one discount."""
    keys, vectors = step_features(wish, discount)
    unknowns = [z3.Real(f"r{i}") for i in range(len(keys))]
    zero = z3.RealVal(0)
    worth = {
        name: sum((z3.RealVal(str(x)) * r for x, r in zip(vector, unknowns, strict=True)), zero)
        for name, vector in vectors.items()
    }
    solver = z3.SolverFor("QF_NRA")
    solver.add(*(worth[better] > worth[worse] for better, worse in wish.strict))
    solver.add(*(worth[one] == worth[other] for one, other in wish.ties))
    outcome = second_opinion(solver.to_smt2(), MILLISECONDS)
    assert outcome in ("sat", "unsat")
    return outcome == "sat"


def mean(values: Sequence[Any], law: Iterable[tuple[int, Fraction]]) -> Any:
    return sum((z3.RealVal(str(weight)) * values[i] for i, weight in law), z3.RealVal(0))


def some_discount_does(wish: Wish) -> z3.CheckSatResult:
    """Z3's opinion on Bellman's equations with the discount unknown."""
    environment = wish.environment
    discount = z3.Real("discount")
    reward = [[z3.Real(f"r{s}{a}") for a in range(len(environment.actions))] for s in range(len(environment.states))]
    solver = z3.SolverFor("QF_NRA")
    solver.set("timeout", MILLISECONDS)
    solver.add(discount >= 0, discount < 1)
    worth = {}
    for name, policy in wish.policies.items():
        value = [z3.Real(f"{name}{s}") for s in range(len(environment.states))]
        for s, row in enumerate(policy.rows):
            paid = [reward[s][a] + discount * mean(value, environment.transitions[s][a]) for a in range(len(row))]
            solver.add(value[s] == mean(paid, enumerate(row)))
        worth[name] = mean(value, environment.start)
    solver.add(*(worth[better] > worth[worse] for better, worse in wish.strict))
    solver.add(*(worth[one] == worth[other] for one, other in wish.ties))
    return solver.check()


@pytest.mark.slow
def test_z3_finds_no_discount_where_there_is_none() -> None:
    random = Random(7)
    opinions = []
    for _ in range(60):
        wish = random_wish(random, ((1, 3, 4), (2, 2, 4)))
        granted = not isinstance(answer(wish), No)
        opinion = some_discount_does(wish)
        assert opinion in (z3.unknown, z3.sat if granted else z3.unsat)
        opinions.append(opinion)
    assert opinions.count(z3.sat) > 10
    assert opinions.count(z3.unsat) > 10


def decide_random(seed: int, count: int) -> list[type[Answer]]:
    random = Random(seed)
    kinds = []
    for _ in range(count):
        wish = random_wish(random)
        found = answer(wish)
        if isinstance(found, Yes):
            assert grants(wish, "MR", found.objective)
        elif isinstance(found, No):
            assert check(found.claim, found.certificate).status == "ACCEPT"
            assert not realised(random, wish, 6)
            assert not has_reward(wish, Fraction(random.randrange(50), 50))
        else:
            assert "only irrational" in found.reason
        kinds.append(type(found))
    return kinds


def test_random_wishes() -> None:
    assert {Yes, No} <= set(decide_random(5, 25))


@pytest.mark.long
def test_many_random_wishes() -> None:
    kinds = decide_random(6, 600)
    assert kinds.count(Yes) > 100
    assert kinds.count(No) > 100
