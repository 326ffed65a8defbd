"""Rewards and conflicts at a given discount: objectives re-evaluate exactly, and no random reward breaks a conflict."""

import random
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from specl.chains.chain import induced
from specl.chains.occupancy import step_occupancy
from specl.chains.recurrence import frequencies
from specl.formalisms.lar import LAR
from specl.formalisms.mr import MR
from specl.model.environment import Environment
from specl.model.policy import Policy
from specl.wishes.linear.at_discount import Regularised, average, markov, regularised
from specl.wishes.linear.features import Choice, choice_features, frequency_features, gathered, masses, visited
from specl.wishes.linear.outcome import Conflict
from specl.wishes.wish import Pair, Wish
from tests.strategies import discounts
from tests.wishes.drawing import grants, wishes

WISHES = wishes(max_states=3, max_actions=2, max_policies=6, discounts=[None])


def follow(wish: Wish, found: Conflict) -> bool:
    """Whether the comparisons of a conflict follow from the wish."""
    group = {name: i for i, names in enumerate(wish.classes) for name in names}
    above = {(group[a], group[b]) for a, b in wish.strict}
    while more := {(i, k) for i, j in above for m, k in above if j == m} - above:
        above |= more
    return all((group[a], group[b]) in above for a, b, _ in found.strict) and all(
        group[a] == group[b] for a, b, _ in found.ties
    )


def cancels(found: Conflict, features: Mapping[str, Mapping[Any, Fraction]]) -> bool:
    keys = {key for each in features.values() for key in each}
    return all(
        sum(x * (features[a].get(key, 0) - features[b].get(key, 0)) for a, b, x in (*found.strict, *found.ties)) == 0
        for key in keys
    )


def orders(value: Mapping[str, Fraction], strict: tuple[Pair, ...], ties: tuple[Pair, ...]) -> bool:
    return all(value[a] > value[b] for a, b in strict) and all(value[a] == value[b] for a, b in ties)


@settings(max_examples=120, deadline=None)
@given(WISHES, discounts())
def test_markov_rewards_grant_wishes_or_nothing_linear_does(wish: Wish, discount: Fraction) -> None:
    found = markov(wish, discount)
    chains = {name: induced(wish.environment, each) for name, each in wish.policies.items()}
    occupancy = {name: step_occupancy(chain, discount) for name, chain in chains.items()}
    if isinstance(found, MR):
        assert found.discount == discount
        assert grants("MR", found, wish)
        return
    assert follow(wish, found)
    assert cancels(found, occupancy)
    rng = random.Random(0)
    for _ in range(100):
        reward = {step: rng.randint(-5, 5) for step in wish.environment.steps}
        value = {
            name: sum((mass * reward[step] for step, mass in each.items()), Fraction(0))
            for name, each in occupancy.items()
        }
        assert not orders(value, wish.strict, wish.ties)


@settings(max_examples=120, deadline=None)
@given(WISHES)
def test_average_rewards_grant_wishes_or_nothing_linear_does(wish: Wish) -> None:
    found = average(wish)
    if isinstance(found, LAR):
        assert grants("LAR", found, wish)
    else:
        assert follow(wish, found)
        limits = {name: frequencies(induced(wish.environment, each)) for name, each in wish.policies.items()}
        assert cancels(found, limits)


@settings(max_examples=120, deadline=None)
@given(WISHES, discounts())
def test_regularised_rewards_grant_wishes_or_nothing_linear_does(wish: Wish, discount: Fraction) -> None:
    found = regularised(wish, discount)
    features: dict[str, dict[Any, Fraction]] = {}
    for name, policy in wish.policies.items():
        chain = induced(wish.environment, policy)
        steps = step_occupancy(chain, discount)
        each: dict[Any, Fraction] = dict(steps.items())
        for (s, _, _), mass in steps.items():
            each[policy.rows[s]] = each.get(policy.rows[s], Fraction(0)) + mass
        features[name] = each
    if isinstance(found, Regularised):
        value = {
            name: sum((mass * _paid(found, key) for key, mass in each.items()), Fraction(0))
            for name, each in features.items()
        }
        assert orders(value, wish.strict, wish.ties)
    else:
        assert follow(wish, found)
        assert cancels(found, features)
        assert isinstance(markov(wish, discount), Conflict)


def _paid(found: Regularised, key: Any) -> Fraction:
    amount = found.reward[key].rational if key in found.reward else found.choices.get(key, Fraction(0))
    assert amount is not None
    return amount


@settings(max_examples=60, deadline=None)
@given(WISHES, discounts())
def test_features_are_the_masses_of_steps_added_up(wish: Wish, discount: Fraction) -> None:
    for name, policy in wish.policies.items():
        added: dict[tuple[int, int], Fraction] = {}
        for (s, a, _), mass in step_occupancy(induced(wish.environment, policy), discount).items():
            added[s, a] = added.get((s, a), Fraction(0)) + mass
        found = masses(policy, visited(wish.environment, policy, discount))
        assert found == {key: mass for key, mass in added.items() if mass}, name


def test_masses_that_do_not_differ_are_left_out() -> None:
    sure = Fraction(1)
    moves = ((((0, sure),), ((1, sure),)), (((1, sure),),) * 2)
    world = Environment("w", ("x", "y"), ("l", "r"), ((0, sure),), moves, {})
    stay, leave = Policy(((sure, 0 * sure), (sure, 0 * sure))), Policy(((0 * sure, sure), (sure, 0 * sure)))
    half = Policy(((sure / 2, sure / 2), (sure, 0 * sure)))
    wish = Wish("w", world, {"stay": stay, "leave": leave, "half": half}, (("stay", "leave"),), ())
    keys, vectors = frequency_features(wish)
    assert set(keys) == {(0, 0), (1, 0)}
    assert vectors["half"] == vectors["leave"] != vectors["stay"]
    names, values = gathered(wish, lambda policy: {"same": sure, "other": policy.rows[0][0]})
    assert names == ("other",)
    assert values == {"stay": (sure,), "leave": (sure * 0,), "half": (sure / 2,)}
    chosen = choice_features(wish, Fraction(1, 2))[0]
    assert Choice((sure / 2, sure / 2)) in chosen


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_a_reversed_wish_is_granted_by_the_opposite(data: st.DataObject) -> None:
    wish, discount = data.draw(WISHES), data.draw(discounts())
    opposite = Wish(wish.name, wish.environment, wish.policies, tuple((b, a) for a, b in wish.strict), wish.ties)
    assert isinstance(markov(wish, discount), MR) == isinstance(markov(opposite, discount), MR)
