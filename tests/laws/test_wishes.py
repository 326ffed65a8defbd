"""What holds of the answers to every wish, whichever formalism gives them."""

import itertools
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from specl.evaluation.ranks import order_policies
from specl.expressivity.preorder import Preorder, known
from specl.formalisms import codes, formalism, rank
from specl.kernel import ACCEPT, check
from specl.obstructions.claims.question import environment_json, rows_json
from specl.obstructions.exact.ratio import constant
from specl.wishes.answer import Answer, No, Unknown, Yes
from specl.wishes.deciders import deciders
from specl.wishes.wish import Wish
from tests.objectives import objectives
from tests.strategies import environments, policies
from tests.wishes.drawing import asked, follows, grants, read_back, wishes

SECONDS = 0.5
"""For a search that has no end of its own."""

PREORDER: Preorder = known()

WITH_DISCOUNT = tuple(code for code in codes() if "discount" in formalism(code).fields)


def at_least(upper: str, lower: str) -> bool:
    return upper == lower or PREORDER.pairs[upper, lower].verdict == "holds"


def check_answers(wish: Wish, answers: Mapping[str, Answer]) -> None:
    for code, answer in answers.items():
        if isinstance(answer, Yes):
            assert grants(code, answer.objective, wish), code
            assert grants(code, read_back(code, answer.objective, wish), wish), code
        if isinstance(answer, No):
            check_refutation(code, wish, answer)
    for upper, lower in itertools.permutations(answers, 2):
        if isinstance(answers[lower], Yes) and at_least(upper, lower):
            if wish.discount == 0 and lower not in WITH_DISCOUNT and upper in WITH_DISCOUNT:
                continue  # reductions choose their discounts; with the discount 0 the formalism above sees one step
            assert not isinstance(answers[upper], No), f"{lower} can, {upper} cannot"


def check_refutation(code: str, wish: Wish, answer: No) -> None:
    """The claim is about the wish and the kernel believes it."""
    claim = answer.claim
    assert answer.reason
    assert claim["refuted"] == answer.refuted
    assert at_least(answer.refuted, code)
    assert claim["environment"] == environment_json(wish.environment)
    for name, rows in claim["policies"]["rows"].items():
        own = tuple(tuple(constant(weight) for weight in row) for row in wish.policies[name].rows)
        assert rows == rows_json(wish.environment, own)
    if "discount" in claim["wish"]:
        assert claim["wish"]["discount"] == str(wish.discount)
    for relation, strict in (("strict", True), ("ties", False)):
        assert all(follows(wish, (one, other), strict) for one, other in claim["wish"][relation]), code
    verdict = check(claim, answer.certificate)
    assert verdict.status == ACCEPT, f"{code}: {verdict.reason} at {verdict.where}"


def answers_to(wish: Wish) -> dict[str, Answer]:
    asking = asked(wish, SECONDS)
    return {code: asking.answer(code) for code in deciders()}


SLOW = settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=12)


@SLOW
@given(wish=wishes())
def test_answers_agree_with_the_wish_and_with_each_other(wish: Wish) -> None:
    check_answers(wish, answers_to(wish))


@pytest.mark.long
@settings(SLOW, max_examples=150)
@given(wish=wishes(max_states=4, max_actions=3, max_policies=7))
def test_answers_to_larger_wishes_agree(wish: Wish) -> None:
    check_answers(wish, answers_to(wish))


@SLOW
@given(wish=wishes(), data=st.data())
def test_fewer_comparisons_are_no_harder(wish: Wish, data: st.DataObject) -> None:
    before = answers_to(wish)
    strict = [pair for pair in wish.strict if data.draw(st.booleans())]
    ties = [pair for pair in wish.ties if data.draw(st.booleans())]
    after = answers_to(Wish(wish.name, wish.environment, wish.policies, tuple(strict), tuple(ties), wish.discount))
    for code, answer in before.items():
        assert not (isinstance(answer, Yes) and isinstance(after[code], No)), code


@pytest.mark.parametrize("code", deciders())
@settings(SLOW, max_examples=12)
@given(data=st.data())
def test_what_an_objective_orders_its_formalism_can_order(code: str, data: st.DataObject) -> None:
    wish = induced(code, data)
    answer = asked(wish, SECONDS).answer(code)
    event(type(answer).__name__)
    assert not isinstance(answer, No), answer.reason
    assert not isinstance(answer, Unknown) or code == "LTL"
    check_answers(wish, {code: answer})


def induced(code: str, data: st.DataObject) -> Wish:
    """The ordering of a few policies by a random objective of the formalism, with its discount or a free one."""
    environment = data.draw(environments(max_labels=0))
    objective: Any = data.draw(objectives(code, environment, programs=False))
    found = [data.draw(policies(environment)) for _ in range(data.draw(st.integers(2, 5)))]
    named = {f"p{i}": policy for i, policy in enumerate(found)}
    ranks = {name: rank(code, objective, environment, policy) for name, policy in named.items()}
    groups, undecided = order_policies(ranks)
    assume(not undecided)
    strict = [(better[0], worse[0]) for better, worse in itertools.pairwise(groups)]
    ties = [pair for group in groups for pair in itertools.pairwise(group)]
    discount = data.draw(st.sampled_from([None, getattr(objective, "discount", None)]))
    return Wish("induced", environment, named, tuple(strict), tuple(ties), discount)


def test_every_formalism_has_a_decider() -> None:
    assert set(deciders()) == set(PREORDER.codes)
