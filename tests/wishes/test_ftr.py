"""FTR: sums of events that grant what lotteries allow, and refusals that no function of trajectories defies."""

import itertools
import random
from fractions import Fraction

import pytest
from hypothesis import given, settings

from specl import formalisms
from specl.formalisms.ftr import FTR
from specl.formalisms.lar import LAR
from specl.formalisms.ltl import LTL
from specl.language.printer import show_item
from specl.language.writing import objective_item
from specl.model.environment import Environment
from specl.model.expression import variable
from specl.model.formula import Formula, atom
from specl.model.policy import Policy, deterministic
from specl.model.quantities import Average, Indicator
from specl.model.real import Real
from specl.wishes.answer import Answer, No, Unknown, Yes
from specl.wishes.asking import Asking
from specl.wishes.deciders import decide
from specl.wishes.lotteries.alphabet import alphabet
from specl.wishes.lotteries.events import events, of_prefix
from specl.wishes.wish import Wish
from tests.strategies import environments
from tests.wishes.drawing import grants, read_back, wishes
from tests.wishes.lottery_worlds import all_prefixes, alone, assert_proved, mixed_wishes, rooms, seeded


def text(objective: FTR, wish: Wish) -> str:
    """What a user sees."""
    fields = formalisms.formalism("FTR").write(objective, wish.environment)
    return show_item(objective_item(wish.environment, "o", "FTR", fields))


@settings(max_examples=80, deadline=None)
@given(wish=wishes(max_policies=5) | mixed_wishes())
def test_answers_are_exact(wish: Wish) -> None:
    answer = Asking(wish, alone).answer("FTR")
    if isinstance(answer, Yes):
        assert grants("FTR", answer.objective, wish)
        assert grants("FTR", read_back("FTR", answer.objective, wish), wish)
    else:
        assert isinstance(answer, No)
        assert_proved(answer, wish)


@settings(max_examples=60, deadline=None)
@given(wish=mixed_wishes())
def test_no_function_of_prefixes_does_what_is_refused(wish: Wish) -> None:
    answer = Asking(wish, alone).answer("FTR")
    if isinstance(answer, No):
        vectors = sorted(all_prefixes(wish.environment, list(wish.policies.values()), 6))
        place = {name: i for i, name in enumerate(wish.policies)}
        draw = random.Random(0)
        for _ in range(50):
            weights = [draw.choice((-2, -1, 0, 0, 1, 2)) for _ in vectors]
            value = [sum(c * vector[i] for c, vector in zip(weights, vectors, strict=True)) for i in place.values()]
            above = all(value[place[better]] > value[place[worse]] for better, worse in wish.strict)
            assert not above or any(value[place[one]] != value[place[other]] for one, other in wish.ties)


def test_same_choice_is_an_event() -> None:
    wish = rooms(2, 2, lambda name: len(set(name)) == 1)
    answer = Asking(wish, alone).answer("FTR")
    assert isinstance(answer, Yes)
    assert text(answer.objective, wish) == "objective o : FTR { value [left & X left | right & X right] }"


def test_equal_weights_share_a_formula() -> None:
    wish = rooms(2, 3, lambda name: len(set(name)) == 1)
    answer = Asking(wish, alone).answer("FTR")
    assert isinstance(answer, Yes)
    assert text(answer.objective, wish) == "objective o : FTR { value [left & X left | right & X right | up & X up] }"


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("LAR", Average("reward")),
        ("LTL", Indicator(Formula("X", (atom("left"),)))),
    ],
)
def test_what_others_found_comes_first(code: str, value: object) -> None:
    wish = rooms(2, 2, lambda name: name[1] == "l")
    reward = {step: Real.of(1) for step in wish.environment.atoms["left"] if step[0] == 1}
    records = {"LAR": LAR(reward), "LTL": LTL(Formula("X", (atom("left"),)))}

    def others(asked: str, asking: Asking) -> Answer:
        if asked == "FTR":
            return decide(asked, asking)
        return Yes(records[code]) if asked == code else Unknown("left out")

    answer = Asking(wish, others).answer("FTR")
    assert isinstance(answer, Yes)
    assert answer.objective.value == variable(value)
    assert grants("FTR", answer.objective, wish)


@settings(max_examples=60, deadline=None)
@given(wish=wishes(max_states=3, max_policies=3))
def test_events_are_as_probable_as_their_formulas(wish: Wish) -> None:
    policies = list(wish.policies.values())
    letters = alphabet(wish.environment)
    for event, column in itertools.islice(events(letters, policies), 8):
        value = variable(Indicator(event.formula))
        for policy, expected in zip(policies, column, strict=True):
            assert formalisms.rank("FTR", FTR({}, {}, value), wish.environment, policy).rational == expected


@settings(max_examples=40, deadline=None)
@given(environment=environments())
def test_events_exclude_each_other_where_they_cannot_both_happen(environment: Environment) -> None:
    letters = alphabet(environment)
    coin = tuple(Fraction(1, len(environment.actions)) for _ in environment.actions)
    policy = Policy((coin,) * len(environment.states))
    found = [event for event, _ in itertools.islice(events(letters, [policy]), 10)]
    for one, other in itertools.combinations(found, 2):
        if one.excludes(other):
            both = variable(Indicator(Formula("&", (one.formula, other.formula))))
            assert formalisms.rank("FTR", FTR({}, {}, both), environment, policy).is_zero()


def test_a_prefix_is_an_event() -> None:
    wish = rooms(2, 2, lambda name: 0)
    event = of_prefix(alphabet(wish.environment), ((0, 0), (1, 1), (0, 0)))
    value = variable(Indicator(event.formula))
    policy = deterministic(wish.environment, (0, 1))
    assert formalisms.rank("FTR", FTR({}, {}, value), wish.environment, policy).rational == 1
    assert formalisms.rank("FTR", FTR({}, {}, value), wish.environment, wish.policies["ll"]).is_zero()


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(1, 10))])
def test_many_wishes(seed: int) -> None:
    for k in range(100):
        wish = seeded(1000 * seed + k, [None])
        answer = Asking(wish, alone).answer("FTR")
        if isinstance(answer, Yes):
            assert grants("FTR", answer.objective, wish), (seed, k)
        else:
            assert isinstance(answer, No)
            assert_proved(answer, wish)
