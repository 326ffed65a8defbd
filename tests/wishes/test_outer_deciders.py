"""The formalisms that see whole policies: what they grant, what they refuse, and how it reads."""

import itertools
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specl.chains.chain import induced
from specl.chains.occupancy import step_occupancy
from specl.model.environment import Environment
from specl.model.policy import Policy, deterministic
from specl.wishes.answer import Answer, No, Unknown, Yes
from specl.wishes.asking import Asking
from specl.wishes.deciders import decide
from specl.wishes.wish import Wish
from tests.wishes.drawing import follows, goes_in_a_circle, grants, read_back, shown, wishes

WITH_DISCOUNT = ("ONMR", "OMORL", "FOMR", "GOMORL", "OMO")
OF_LOTTERIES = ("FTLR", "TLO")
OF_POLICIES = ("FPR", "PO")
OUTER = (*WITH_DISCOUNT, *OF_LOTTERIES, *OF_POLICIES)


def alone(code: str, asking: Asking) -> Answer:
    """What the outer formalisms answer, the others left out: their own work is then to be seen."""
    return decide(code, asking) if code in OUTER else Unknown("left out")


def text(code: str, answer: Answer, wish: Wish) -> str:
    """What a user sees."""
    assert isinstance(answer, Yes)
    return shown(code, answer.objective, wish)


def expected(code: str, wish: Wish) -> bool:
    """Whether tying policies with equal occupancy measures makes no circle."""
    if code in OF_POLICIES:
        return True
    discount = Fraction(1, 3) if wish.discount is None or code in OF_LOTTERIES else wish.discount
    measures = {
        name: {step: m for step, m in step_occupancy(induced(wish.environment, policy), discount).items() if m}
        for name, policy in wish.policies.items()
    }
    same = [(p, q) for p, q in itertools.combinations(wish.policies, 2) if measures[p] == measures[q]]
    return not goes_in_a_circle(wish, same)


@pytest.mark.parametrize("code", OUTER)
@settings(max_examples=40, deadline=None)
@given(wish=wishes())
def test_answers_are_exact(code: str, wish: Wish) -> None:
    answer = Asking(wish, alone).answer(code)
    if expected(code, wish):
        assert isinstance(answer, Yes)
        assert grants(code, answer.objective, wish)
        assert read_back(code, answer.objective, wish) == answer.objective
        assert getattr(answer.objective, "discount", wish.discount) == wish.discount or wish.discount is None
    else:
        assert isinstance(answer, No)
        assert answer.refuted in ("TLO", "OMO")
        assert answer.refuted == "TLO" or (wish.discount == 0 and code in WITH_DISCOUNT)
        for strict, pairs in ((True, answer.claim["wish"]["strict"]), (False, answer.claim["wish"]["ties"])):
            assert all(follows(wish, (pair[0], pair[1]), strict) for pair in pairs)


ROOMS = Environment(
    "rooms",
    ("x", "y"),
    ("left", "right"),
    ((0, Fraction(1)),),
    tuple((((other, Fraction(1)),),) * 2 for other in (1, 0)),
    {},
)
CHOICES = {
    "".join(ROOMS.actions[a][0] for a in choice): deterministic(ROOMS, choice)
    for choice in itertools.product((0, 1), repeat=2)
}
SAME = Wish("same", ROOMS, CHOICES, (("ll", "lr"),), (("ll", "rr"), ("lr", "rl")))

SHORT = {
    "ONMR": "{ discount 1/2  reward { _ --left--> _: 1 }  value abs(reward - 1) }",
    "OMORL": "{ discount 1/2  reward { _ --left--> _: 1 }  value abs(reward - 1) }",
    "FOMR": "{ discount 1/2  value abs(m(x, left) + m(y, left) - 1) }",
    "FTLR": "{ value -abs(P(left) - P(X left)) }",
    "GOMORL": "{ discount 1/2  reward { _ --left--> _: 1 }  order lexicographic(abs(reward - 1)) }",
    "OMO": "{ discount 1/2  order lexicographic(abs(m(x, left) + m(y, left) - 1)) }",
    "TLO": "{ order lexicographic(-abs(P(left) - P(X left))) }",
    "FPR": "{ value -abs(pi(x, left) - pi(y, left)) }",
    "PO": "{ order { ll ~ rr > lr ~ rl } }",
}


@pytest.mark.parametrize("code", OUTER)
def test_the_same_choice_is_said_shortly(code: str) -> None:
    assert text(code, Asking(SAME, alone).answer(code), SAME) == f"objective o : {code} {SHORT[code]}"


def test_a_markov_reward_is_taken_as_it_is() -> None:
    wish = Wish("left", ROOMS, CHOICES, (("ll", "rl"), ("rl", "rr")), ())
    asking = Asking(wish, decide)
    rewarded = asking.answer("MR")
    assert isinstance(rewarded, Yes)
    for code in ("ONMR", "OMORL", "GOMORL"):
        answer = asking.answer(code)
        assert isinstance(answer, Yes)
        assert answer.objective.rewards == {"reward": rewarded.objective.reward}
        assert answer.objective.discount == rewarded.objective.discount


def test_what_a_markov_reward_pays_is_an_occupancy_measure() -> None:
    wish = Wish("left", ROOMS, CHOICES, (("ll", "rl"), ("rl", "rr")), ())
    asking = Asking(wish, decide)
    for code in ("FOMR", "OMO"):
        answer = asking.answer(code)
        assert isinstance(answer, Yes)
        assert grants(code, answer.objective, wish)
        assert "if" not in text(code, answer, wish)


TRAP = Environment(
    "trap",
    ("x", "y"),
    ("stay", "go"),
    ((0, Fraction(1)),),
    ((((0, Fraction(1)),), ((1, Fraction(1)),)), (((1, Fraction(1)),), ((1, Fraction(1)),))),
    {},
)
HERE = {
    name: deterministic(TRAP, choice) for name, choice in {"p": (0, 0), "q": (0, 1), "r": (1, 0), "s": (1, 1)}.items()
}


def test_a_conflict_is_found_along_a_chain() -> None:
    wish = Wish("chain", TRAP, HERE, (("p", "r"),), (("r", "q"),))
    answer = Asking(wish, alone).answer("FTLR")
    assert isinstance(answer, No)
    assert answer.reason == "p and q do the same wherever they go, but you want p > r ~ q"
    assert answer.claim["wish"]["strict"] == [["p", "q"]]


def test_a_conflict_may_need_two_pairs_that_look_alike() -> None:
    loops = tuple((((s, Fraction(1)),),) * 2 for s in (0, 1))
    apart = Environment("apart", ("x", "y"), ("stay", "go"), ((0, Fraction(1)),), loops, {})  # y is never reached
    wish = Wish("two", apart, HERE, (("p", "r"), ("s", "q")), ())
    answer = Asking(wish, alone).answer("ONMR")
    assert isinstance(answer, No)
    assert "and so do" in answer.reason
    assert sorted(answer.claim["wish"]["strict"]) == [["p", "r"], ["s", "q"]]


def test_at_discount_0_the_second_step_does_not_count() -> None:
    wish = Wish("second", ROOMS, CHOICES, (("ll", "lr"),), (), Fraction(0))
    asking = Asking(wish, alone)
    for code in WITH_DISCOUNT:
        answer = asking.answer(code)
        assert isinstance(answer, No)
        assert answer.refuted == "OMO"
        assert answer.claim["wish"]["discount"] == "0"
    for code in (*OF_LOTTERIES, *OF_POLICIES):
        assert isinstance(asking.answer(code), Yes)


def test_others_at_the_bottom_need_no_name() -> None:
    named = {"ll": CHOICES["ll"], "{x: left, y: right}": CHOICES["lr"], "{x: right, y: left}": CHOICES["rl"]}
    best = Wish("best", ROOMS, named, tuple(("ll", name) for name in named if name != "ll"), ())
    assert text("PO", Asking(best, alone).answer("PO"), best) == "objective o : PO { order { ll } }"
    worst = Wish("worst", ROOMS, named, tuple((name, "ll") for name in named if name != "ll"), ())
    answer = Asking(worst, alone).answer("PO")
    assert "pi(" in text("PO", answer, worst)
    assert isinstance(answer, Yes)
    assert grants("PO", answer.objective, worst)


def test_several_keys_where_one_number_would_need_many_cases() -> None:
    environment = Environment(
        "ring",
        ("x", "y", "z"),
        ("a", "b"),
        ((0, Fraction(1)),),
        tuple((((following, Fraction(1)),),) * 2 for following in (1, 2, 0)),
        {},
    )
    named = {"".join("ab"[i] for i in c): deterministic(environment, c) for c in itertools.product((0, 1), repeat=3)}
    height = {name: (name[0] == name[1], name[2] == "a") for name in named}
    pairs = list(itertools.permutations(named, 2))
    strict = tuple((p, q) for p, q in pairs if height[p] > height[q])
    ties = tuple((p, q) for p, q in pairs if height[p] == height[q])
    wish = Wish("keys", environment, named, strict, ties)
    asking = Asking(wish, alone)
    assert (
        text("TLO", asking.answer("TLO"), wish)
        == "objective o : TLO { order lexicographic(-abs(P(a) - P(X a)), P(X X a)) }"
    )
    assert (
        text("FPR", asking.answer("FPR"), wish) == "objective o : FPR { value pi(z, a) - 2 * abs(pi(x, a) - pi(y, a)) }"
    )


@settings(max_examples=4, deadline=None)
@given(st.data())
def test_many_policies_in_a_total_order(data: st.DataObject) -> None:
    choices = data.draw(st.lists(st.tuples(*[st.integers(0, 1)] * 4), min_size=12, max_size=16, unique=True))
    size = 4
    environment = Environment(
        "line",
        tuple("wxyz"),
        ("a", "b"),
        ((0, Fraction(1)),),
        tuple((((min(s + 1, size - 1), Fraction(1)),),) * 2 for s in range(size)),
        {},
    )
    named: dict[str, Policy] = {f"p{i}": deterministic(environment, choice) for i, choice in enumerate(choices)}
    wish = Wish("total", environment, named, tuple(itertools.pairwise(named)), (), Fraction(9, 10))
    for code in OUTER:
        answer = Asking(wish, alone).answer(code)
        assert isinstance(answer, Yes)
        assert grants(code, answer.objective, wish)


@pytest.mark.slow
def test_a_hundred_policies_in_sixty_states() -> None:
    states, count = 60, 100
    environment = Environment(
        "large",
        tuple(f"s{i}" for i in range(states)),
        ("a", "b", "c"),
        ((0, Fraction(1)),),
        tuple(
            tuple(
                tuple(
                    sorted(
                        ((s * 7 + k + 1) % states, Fraction(w, 6)) for k, w in ((a, 1), (a + 5, 2), (11 * a + 20, 3))
                    )
                )
                for a in range(3)
            )
            for s in range(states)
        ),
        {},
    )
    named = {
        f"p{i}": deterministic(environment, [(i * (s + 3) + s * s + i * i // 7) % 3 for s in range(states)])
        for i in range(count)
    }
    first = {policy: name for name, policy in reversed(named.items())}
    distinct = {name: named[name] for name in sorted(first.values())}
    wish = Wish("large", environment, distinct, tuple(itertools.pairwise(distinct)), (), Fraction(9, 10))
    asking = Asking(wish, alone)
    for code in OUTER:
        answer = asking.answer(code)
        assert isinstance(answer, Yes)
        assert grants(code, answer.objective, wish)
