"""What is drawn is what was asked for, and the same for the same seed."""

import itertools
from collections import Counter
from fractions import Fraction
from math import log2
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specl.model.policy import deterministic_policies
from specl.sampling.case import Case, Column, Notion, Plan
from specl.sampling.draw import acceptable, distance, environment, others, peaked
from specl.sampling.setting import AXES, Setting, fault

SMALL = st.builds(
    Setting,
    actions=st.integers(2, 3),
    states=st.integers(1, 4),
    spread=st.sampled_from(AXES["spread"]),
    size=st.integers(1, 4),
).filter(lambda setting: fault(setting) is None)


def case(setting: Setting, notion: Notion = "equal", sample: int = 0, seed: int = 0) -> Case:
    return Case(0, sample, seed, setting, notion, (Column("MR"),))


@settings(max_examples=60)
@given(SMALL, st.integers())
def test_an_environment_has_distributions_everywhere(setting: Setting, seed: int) -> None:
    drawn = environment(setting, Random(seed))
    assert (len(drawn.states), len(drawn.actions)) == (setting.states, setting.actions)
    rows = [targets for row in drawn.transitions for targets in row]
    assert len(rows) == setting.states * setting.actions
    for targets in rows:
        assert sum(weight for _, weight in targets) == 1
        assert all(weight > 0 for _, weight in targets)
        assert [s for s, _ in targets] == sorted({s for s, _ in targets})


@settings(max_examples=60)
@given(SMALL, st.integers())
def test_a_set_has_its_size_and_the_others_are_the_rest(setting: Setting, seed: int) -> None:
    good = acceptable(setting, Random(seed))
    assert len(set(good)) == setting.size
    everything = set(itertools.product(range(setting.actions), repeat=setting.states))
    assert set(good) | set(others(setting, good)) == everything
    assert len(others(setting, good)) == len(everything) - setting.size


@pytest.mark.parametrize("states", [2, 3, 4, 8])
def test_the_entropy_is_the_one_prescribed_on_the_fewest_successors(states: int) -> None:
    for k in range(int(8 * log2(states)) + 1):
        bits = Fraction(k, 8)
        weights = peaked(bits, states)
        assert sum(weights) == 1
        assert abs(-sum(float(w) * log2(w) for w in weights) - float(bits)) < 0.01
        assert log2(len(weights)) >= bits
        assert len(weights) == 1 or log2(len(weights) - 1) < bits
        drawn = environment(Setting(2, states, entropy=bits), Random(k))
        assert {len(targets) for row in drawn.transitions for targets in row} == {len(weights)}


def test_more_entropy_only_adds_successors() -> None:
    worlds = [environment(Setting(states=3, entropy=bits), Random(3)) for bits in AXES["entropy"]]
    successors = [[{s for s, _ in t} for row in world.transitions for t in row] for world in worlds]
    for fewer, more in itertools.pairwise(successors):
        assert all(a <= b for a, b in zip(fewer, more, strict=True))


def test_random_distributions_are_uniform_on_their_grid() -> None:
    counts = Counter(
        targets
        for seed in range(1500)
        for row in environment(Setting(states=2, actions=1), Random(seed)).transitions
        for targets in row
    )
    assert len(counts) == 25  # 24 parts for two states
    assert max(counts.values()) < 3 * min(counts.values())


@pytest.mark.parametrize(("spread", "near"), [(Fraction(1, 20), 0.93), (Fraction(1), 0.11)])
def test_spread_is_how_far_the_policies_lie_apart(spread: Fraction, near: float) -> None:
    """The share of pairs that differ in one of four states: in which, to which of two other actions."""
    setting = Setting(states=4, spread=spread)
    same, stray = float(1 - spread + spread / 3), float(spread / 3)
    exact = 8 * same**3 * stray / (1 - same**4)
    assert abs(exact - near) < 0.02
    apart = [distance(*acceptable(setting, Random(seed))) for seed in range(600)]
    assert abs(apart.count(1) / 600 - exact) < 0.05
    assert 0 not in apart


def test_wishes_say_which_policies_are_better() -> None:
    setting = Setting(actions=2, states=2, size=2)
    equal, free = case(setting).wish(free=False), case(setting, "range").wish(free=True)
    assert (equal.discount, free.discount) == (Fraction(9, 10), None)
    assert set(equal.policies.values()) == set(deterministic_policies(equal.environment))
    assert equal.policies == free.policies
    assert (len(equal.strict), len(equal.ties)) == (2, 1)
    assert (len(free.strict), len(free.ties)) == (4, 0)
    good = {name for pair in equal.ties for name in pair}
    assert {better for better, _ in free.strict} == good
    assert {worse for _, worse in free.strict} == set(free.policies) - good
    assert equal.levels()[0] == tuple(name for name in equal.policies if name in good)


def test_the_seed_and_the_number_of_the_sample_decide_everything() -> None:
    setting = Setting()
    assert case(setting).wish(False) == case(setting).wish(False)
    assert len({str(case(setting, sample=i, seed=s).wish(False)) for i in range(3) for s in range(3)}) == 9
    assert case(setting).wish(False).environment == case(setting.at("size", Fraction(5))).wish(False).environment
    first, fifth = case(setting, "range").wish(True), case(setting.at("discount", Fraction(1, 2)), "range").wish(True)
    assert first == fifth


def test_what_is_drawn_stays_the_same_for_ever() -> None:
    """Tables that were published can be made again."""
    wish = case(Setting(actions=2, states=2, size=1), seed=7).wish(False)
    shown = [[[f"{s}:{w}" for s, w in t] for t in row] for row in wish.environment.transitions]
    assert (shown, wish.strict[0]) == PUBLISHED


PUBLISHED = (
    [[["0:3/4", "1:1/4"], ["0:17/24", "1:7/24"]], [["0:1/4", "1:3/4"], ["0:1/24", "1:23/24"]]],
    ("a1,a1", "a0,a0"),
)


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        (Setting(actions=0), "number of actions"),
        (Setting(size=0), "number of acceptable policies"),
        (Setting(discount=Fraction(1)), "discount 1"),
        (Setting(spread=Fraction(0)), "spread 0"),
        (Setting(states=4, entropy=Fraction(3)), "2 bits that 4 states allow"),
        (Setting(entropy=Fraction(-1)), "entropy -1"),
        (Setting(states=9), "3^9 deterministic policies"),
        (Setting(states=10**6), "deterministic policies"),
        (Setting(actions=2, states=1, size=2), "of 2 deterministic policies"),
    ],
)
def test_what_cannot_be_drawn_is_told(setting: Setting, told: str) -> None:
    assert told in (fault(setting) or "")


def test_a_plan_asks_every_value_equally_often_and_in_turns() -> None:
    plan = Plan("states", (Fraction(1), Fraction(2)), Setting(), "equal", (Column("MR"),), 3, 0)
    assert [(c.sample, c.point, c.setting.states) for c in plan.cases()] == [
        (0, 0, 1), (0, 1, 2), (1, 0, 1), (1, 1, 2), (2, 0, 1), (2, 1, 2)
    ]  # fmt: skip
