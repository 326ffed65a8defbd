"""Large wishes: enclosures hold, answers agree with exact arithmetic, and only what is proved is said."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specl.formalisms.mr import MR
from specl.model.environment import Environment
from specl.model.machine import Reward
from specl.model.policy import Policy
from specl.model.real import Real
from specl.wishes.linear import large, occupancies
from specl.wishes.linear.at_discount import markov
from specl.wishes.linear.behaviours import Behaviours, behaviours
from specl.wishes.linear.features import step_features
from specl.wishes.linear.order import order
from specl.wishes.linear.outcome import Conflict, Functional
from specl.wishes.linear.values import values
from specl.wishes.wish import Wish
from tests.benchmarks import worlds
from tests.strategies import discounts
from tests.wishes.drawing import grants, wishes

WISHES = wishes(max_states=4, max_actions=3, max_policies=6, discounts=[None])


def exact_value(found: Behaviours, i: int, reward: Sequence[Sequence[int]]) -> Fraction:
    return sum((mass * reward[s][a] for (s, a), mass in found.masses(i).items()), Fraction(0))


@pytest.mark.parametrize("solver", ["_dense", "_sparse"])
@pytest.mark.parametrize("discount", ["0", "1/3", "9/10", "99/100", "999999/1000000"])
def test_enclosures_hold_and_are_narrow(monkeypatch: pytest.MonkeyPatch, solver: str, discount: str) -> None:
    monkeypatch.setattr(occupancies, "DENSE", 10**6 if solver == "_dense" else 0)
    gamma = Fraction(discount)
    world = worlds.environment(12, 3, seed=4)
    found = behaviours(world, worlds.wish(world, 9, seed=1).policies, gamma)
    near = occupancies.occupancies(world, found.choices(), gamma)
    rng = np.random.default_rng(3)
    reward = rng.integers(-9, 10, size=(12, 3))
    enclosed = values(near, reward.astype(float))
    for i in range(len(found.policies)):
        visits = [sum(found.masses(i).get((s, a), Fraction(0)) for a in range(3)) for s in range(12)]
        off = sum(abs(exact - Fraction(float(x))) for exact, x in zip(visits, near.visits[i], strict=True))
        assert off <= Fraction(float(near.errors[i])) < Fraction(1, 10**9) / (1 - gamma) ** 2
        value = exact_value(found, i, reward.tolist())
        assert abs(value - Fraction(float(enclosed.centres[i]))) <= Fraction(float(enclosed.radii[i]))


def test_a_wrong_solution_is_known_to_be_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a solver returns, its error is bounded."""
    world = worlds.environment(6, 2, seed=1)
    found = behaviours(world, worlds.wish(world, 5).policies, Fraction(1, 2))
    rng = np.random.default_rng(0)
    monkeypatch.setattr(occupancies, "_dense", lambda moves, choices, discount: rng.normal(size=choices.shape[:2]))
    near = occupancies.occupancies(world, found.choices(), Fraction(1, 2))
    for i in range(len(found.policies)):
        visits = [sum(found.masses(i).get((s, a), Fraction(0)) for a in range(2)) for s in range(6)]
        off = sum(abs(exact - Fraction(float(x))) for exact, x in zip(visits, near.visits[i], strict=True))
        assert off <= Fraction(float(near.errors[i]))


@settings(max_examples=120, deadline=None)
@given(WISHES, discounts())
def test_the_two_ways_agree(wish: Wish, discount: Fraction) -> None:
    found = large.markov(wish, discount)
    vectors = step_features(wish, discount)[1]
    right = order(wish.covers, wish.ties, vectors, readable=False)
    if isinstance(found, MR):
        assert isinstance(right, Functional)
        assert grants("MR", found, wish)
        assert large.confirm(wish, found) is True
        return
    assert isinstance(right, Conflict)
    weighted = (*found.strict, *found.ties)
    assert all(weight > 0 for *_, weight in found.strict)
    width = len(next(iter(vectors.values())))
    assert all(sum(x * (vectors[a][k] - vectors[b][k]) for a, b, x in weighted) == 0 for k in range(width))


@settings(max_examples=80, deadline=None)
@given(WISHES, discounts(), st.integers(0, 10**6))
def test_what_is_confirmed_is_so(wish: Wish, discount: Fraction, seed: int) -> None:
    rng = np.random.default_rng(seed)
    reward: Reward = {step: Real.of(int(rng.integers(-2, 3))) for step in wish.environment.steps}
    objective = MR(reward, discount)
    assert large.confirm(wish, objective) is grants("MR", objective, wish)


@pytest.mark.parametrize(("choosing", "ties"), [(None, 0), (None, 5), (range(2), 0), (range(3), 4)])
def test_wishes_over_forty_states(choosing: Sequence[int] | None, ties: int) -> None:
    world = worlds.environment(40, 3, seed=2)
    wish = worlds.wish(world, 9 if choosing is not None else 20, choosing, ties)
    discount = Fraction(9, 10)
    found = large.markov(wish, discount)
    right = order(wish.covers, wish.ties, step_features(wish, discount)[1], readable=False)
    assert isinstance(found, MR) == isinstance(right, Functional)
    if isinstance(found, MR):
        assert grants("MR", found, wish)
        assert large.confirm(wish, found) is True
        flipped = replace(wish, strict=(wish.strict[0][::-1], *wish.strict[1:]))
        assert large.confirm(flipped, found) is False


def two_ways(chance: Fraction) -> tuple[Environment, dict[str, Policy]]:
    """One choice, whose consequences differ with this probability."""
    sure, none = Fraction(1), Fraction(0)
    moves = ((((1, sure),), ((1, 1 - chance), (2, chance))), (((1, sure),),) * 2, (((2, sure),),) * 2)
    world = Environment("w", ("x", "y", "z"), ("l", "r"), ((0, sure),), moves, {})
    choose = {"left": (sure, none), "right": (none, sure)}
    return world, {name: Policy((row, (sure, none), (sure, none))) for name, row in choose.items()}


def test_what_enclosures_cannot_tell_is_computed_exactly() -> None:
    world, policies = two_ways(Fraction(1, 10**30))
    wish = Wish("w", world, policies, (("right", "left"),), ())
    at_z: Reward = {(2, 0, 2): Real.of(1)}
    objective = MR(at_z, Fraction(1, 2))
    assert large.confirm(wish, objective) is True
    assert large.confirm(replace(wish, strict=(("left", "right"),)), objective) is False
    assert large.confirm(replace(wish, strict=(), ties=(("left", "right"),)), objective) is False
    assert large.confirm(replace(wish, strict=(), ties=(("left", "right"),)), MR({}, Fraction(1, 2))) is True
    assert large.confirm(wish, MR(at_z, 1 - Fraction(1, 10**20))) is True


def test_what_would_take_too_long_is_left_open(monkeypatch: pytest.MonkeyPatch) -> None:
    world, policies = two_ways(Fraction(1, 10**30))
    wish = Wish("w", world, policies, (("right", "left"),), ())
    monkeypatch.setattr(large, "MOST_EXACT", 0)
    assert large.confirm(wish, MR({(2, 0, 2): Real.of(1)}, Fraction(1, 2))) is None
    assert large.confirm(wish, MR({(0, 1, 1): Real.of(2).power(Fraction(1, 2))}, Fraction(1, 2))) is None


def test_the_size_decides_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    world = worlds.environment(8, 2)
    wish = worlds.wish(world, 6)
    exact = markov(wish, Fraction(1, 2))
    monkeypatch.setattr(large, "LARGE", 1)
    assert large.is_large(wish, Fraction(1, 2))
    assert not large.is_large(wish, 1 - Fraction(1, 10**20))
    assert type(markov(wish, Fraction(1, 2))) is type(exact)


@settings(max_examples=40, deadline=None)
@given(WISHES, discounts())
def test_least_squares_are_a_guess_like_any_other(wish: Wish, discount: Fraction) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(large, "DENSE_PROGRAM", 0)
        found = large.markov(wish, discount)
    assert isinstance(found, MR) == isinstance(large.markov(wish, discount), MR)
    assert isinstance(found, Conflict) or grants("MR", found, wish)
