"""INMR: polynomials of one return that grant what lotteries allow, and refusals that no polynomial defies."""

import random
from fractions import Fraction

import pytest
from hypothesis import given, settings

from specl import formalisms
from specl.formalisms.inmr import INMR
from specl.language.printer import show_item
from specl.language.writing import objective_item
from specl.model.expression import Expression, constant, variable
from specl.model.quantities import RewardReturn
from specl.reductions.recovery import recovered_value
from specl.wishes.answer import No, Unknown, Yes
from specl.wishes.asking import Asking
from specl.wishes.lotteries.alphabet import alphabet
from specl.wishes.lotteries.polynomials import Polynomials, as_reward, rewards
from specl.wishes.wish import Wish
from tests.wishes.drawing import grants, read_back, wishes
from tests.wishes.lottery_worlds import alone, assert_proved, mixed_wishes, rooms, seeded

DISCOUNTS = (None, Fraction(0), Fraction(1, 2), Fraction(9, 10))


@settings(max_examples=40, deadline=None)
@given(wish=wishes(max_policies=5, discounts=DISCOUNTS) | mixed_wishes(discounts=DISCOUNTS))
def test_answers_are_exact(wish: Wish) -> None:
    answer = Asking(wish, alone, seconds=3).answer("INMR")
    if isinstance(answer, Yes):
        assert wish.discount in (None, answer.objective.discount)
        assert grants("INMR", answer.objective, wish)
        assert grants("INMR", read_back("INMR", answer.objective, wish), wish)
    elif isinstance(answer, Unknown):
        assert wish.discount is not None
        assert isinstance(Asking(wish, alone).answer("FTR"), Yes)
    else:
        assert_proved(answer, wish)


@settings(max_examples=25, deadline=None)
@given(wish=mixed_wishes(2, 5))
def test_no_polynomial_does_what_is_refused(wish: Wish) -> None:
    answer = Asking(wish, alone).answer("INMR")
    if isinstance(answer, No):
        draw = random.Random(0)
        tried = list(rewards(alphabet(wish.environment)))
        for _ in range(3):
            polynomials = Polynomials(wish, draw.choice((Fraction(1, 2), Fraction(1, 7))))
            paid = (draw.choice(tried),)
            assert polynomials.coefficients(paid, 4) is None  # whatever the coefficients
            moments = {name: polynomials.moments(paid, 4, name) for name in wish.policies}
            weights = [draw.randint(-3, 3) for _ in range(4)]
            value = {
                name: sum(c * x for c, x in zip(weights, found.values(), strict=True))
                for name, found in moments.items()
            }
            above = all(value[better] > value[worse] for better, worse in wish.strict)
            assert not above or any(value[one] != value[other] for one, other in wish.ties)


@settings(max_examples=40, deadline=None)
@given(wish=wishes(max_policies=3, discounts=(Fraction(1, 2), Fraction(1, 3))))
def test_moments_are_those_of_the_return(wish: Wish) -> None:
    assert wish.discount is not None
    letters = alphabet(wish.environment)
    polynomials = Polynomials(wish, wish.discount)
    for paid in list(rewards(letters))[::7]:
        for name, policy in wish.policies.items():
            moments = polynomials.moments((paid,), 3, name)
            for k in (1, 2, 3):
                power = Expression("^", (variable(RewardReturn("reward")), constant(Fraction(k))))
                record = INMR({"reward": as_reward(letters, paid)}, power, wish.discount)
                assert formalisms.rank("INMR", record, wish.environment, policy).rational == moments[k,]


@pytest.mark.parametrize("discount", [None, Fraction(1, 2), Fraction(9, 10)])
def test_same_choice_is_a_parabola(discount: Fraction | None) -> None:
    """f(G) = G² − G/(1 − γ) with 1 for every left: the returns of ll and rr, and of lr and rl, lie symmetrically."""
    wish = rooms(2, 2, lambda name: len(set(name)) == 1)
    wish = Wish(wish.name, wish.environment, wish.policies, wish.strict, wish.ties, discount)
    answer = Asking(wish, alone).answer("INMR")
    assert isinstance(answer, Yes)
    assert grants("INMR", answer.objective, wish)
    shown = formalisms.formalism("INMR").write(answer.objective, wish.environment)
    text = show_item(objective_item(wish.environment, "o", "INMR", shown))
    factor = 10 if discount == Fraction(9, 10) else 2
    assert f"value reward^2 - {factor} * reward" in text
    assert "_ --left--> _: 1" in text


def test_without_time_the_trajectory_is_read_off_the_return() -> None:
    wish = rooms(2, 2, lambda name: len(set(name)) == 1)
    answer = Asking(wish, alone, seconds=0).answer("INMR")
    assert isinstance(answer, Yes)
    assert recovered_value(answer.objective.value) is not None
    assert grants("INMR", answer.objective, wish)
    at_half = Wish(wish.name, wish.environment, wish.policies, wish.strict, wish.ties, Fraction(1, 2))
    assert isinstance(Asking(at_half, alone, seconds=0).answer("INMR"), Unknown)


def test_at_discount_0_only_the_first_step_counts() -> None:
    wish = rooms(2, 2, lambda name: len(set(name)) == 1)
    wish = Wish(wish.name, wish.environment, wish.policies, wish.strict, wish.ties, Fraction(0))
    answer = Asking(wish, alone).answer("INMR")
    assert isinstance(answer, No)
    assert answer.refuted == "INMR"
    assert_proved(answer, wish)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(1, 5))])
def test_many_wishes(seed: int) -> None:
    for k in range(100):
        wish = seeded(1000 * seed + k, DISCOUNTS)
        answer = Asking(wish, alone, seconds=5).answer("INMR")
        if isinstance(answer, Yes):
            assert grants("INMR", answer.objective, wish), (seed, k)
        elif isinstance(answer, No):
            assert_proved(answer, wish)
        else:
            assert wish.discount is not None
