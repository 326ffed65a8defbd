"""IMORL: polynomials of one return or two, and refusals that no polynomial defies."""

import random
from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given, settings

from specl import formalisms
from specl.formalisms.imorl import IMORL
from specl.language.printer import show_item
from specl.language.writing import objective_item
from specl.model.expression import multiply, variable
from specl.model.quantities import RewardReturn
from specl.wishes.answer import Answer, No, Unknown, Yes
from specl.wishes.asking import Asking
from specl.wishes.deciders import decide
from specl.wishes.lotteries.alphabet import alphabet
from specl.wishes.lotteries.polynomials import Polynomials, as_reward, rewards
from specl.wishes.wish import Wish
from tests.wishes.drawing import grants, read_back, wishes
from tests.wishes.lottery_worlds import OWN, alone, assert_proved, mixed_wishes, rooms, seeded

DISCOUNTS = (None, Fraction(0), Fraction(1, 2), Fraction(9, 10))


def without_inmr(code: str, asking: Asking) -> Answer:
    """As if nothing were known of a single return."""
    return decide(code, asking) if code in OWN and code != "INMR" else Unknown("left out")


@pytest.mark.parametrize("others", [alone, without_inmr])
@settings(max_examples=25, deadline=None)
@given(wish=wishes(max_policies=5, discounts=DISCOUNTS) | mixed_wishes(discounts=DISCOUNTS))
def test_answers_are_exact(others: Callable[[str, Asking], Answer], wish: Wish) -> None:
    answer = Asking(wish, others, seconds=2).answer("IMORL")
    if isinstance(answer, Yes):
        assert wish.discount in (None, answer.objective.discount)
        assert grants("IMORL", answer.objective, wish)
        assert grants("IMORL", read_back("IMORL", answer.objective, wish), wish)
    elif isinstance(answer, No):
        assert_proved(answer, wish)


@settings(max_examples=15, deadline=None)
@given(wish=mixed_wishes(2, 5))
def test_no_polynomial_does_what_is_refused(wish: Wish) -> None:
    answer = Asking(wish, alone).answer("IMORL")
    if isinstance(answer, No):
        draw = random.Random(0)
        tried = list(rewards(alphabet(wish.environment)))
        for _ in range(2):
            polynomials = Polynomials(wish, draw.choice((Fraction(1, 2), Fraction(1, 7))))
            assert polynomials.coefficients(draw.sample(tried, 2), 2) is None  # whatever the coefficients


@settings(max_examples=25, deadline=None)
@given(wish=wishes(max_policies=3, discounts=(Fraction(1, 2),)))
def test_mixed_moments_are_those_of_the_returns(wish: Wish) -> None:
    assert wish.discount is not None
    letters = alphabet(wish.environment)
    first, second, *_ = list(rewards(letters))[-2:]
    polynomials = Polynomials(wish, wish.discount)
    named = {"first": as_reward(letters, first), "second": as_reward(letters, second)}
    both = multiply([variable(RewardReturn(name)) for name in named])
    for name, policy in wish.policies.items():
        record = IMORL(named, both, wish.discount)
        expected = polynomials.moments((first, second), 2, name)[1, 1]
        assert formalisms.rank("IMORL", record, wish.environment, policy).rational == expected


def test_two_returns_where_one_reads_badly() -> None:
    wish = rooms(2, 3, lambda name: len(set(name)) == 1)
    answer = Asking(wish, alone).answer("IMORL")
    assert isinstance(answer, Yes)
    assert grants("IMORL", answer.objective, wish)
    shown = formalisms.formalism("IMORL").write(answer.objective, wish.environment)
    text = show_item(objective_item(wish.environment, "o", "IMORL", shown))
    assert "value first^2 + first * second + second^2 - 2 * first - 2 * second" in text


def test_at_discount_0_only_the_first_step_counts() -> None:
    wish = rooms(2, 2, lambda name: len(set(name)) == 1)
    wish = Wish(wish.name, wish.environment, wish.policies, wish.strict, wish.ties, Fraction(0))
    answer = Asking(wish, alone).answer("IMORL")
    assert isinstance(answer, No)
    assert answer.refuted == "IMORL"
    assert_proved(answer, wish)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(1, 3))])
def test_many_wishes(seed: int) -> None:
    for k in range(100):
        wish = seeded(1000 * seed + k, DISCOUNTS)
        answer = Asking(wish, alone, seconds=5).answer("IMORL")
        if isinstance(answer, Yes):
            assert grants("IMORL", answer.objective, wish), (seed, k)
        elif isinstance(answer, No):
            assert_proved(answer, wish)
        else:
            assert wish.discount is not None
