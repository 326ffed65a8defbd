"""What the gallery's pages say in words, recomputed by enumerating runs: no code of specl but the loader takes part."""

import itertools
import math
from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest

import specl
from specl.model.environment import Environment, Step
from specl.model.policy import Policy
from tests.gallery.pages import GALLERY


def runs(environment: Environment, policy: Policy, length: int) -> Iterator[tuple[Fraction, tuple[Step, ...]]]:
    """Every run of so many steps with its probability."""
    frontier: list[tuple[Fraction, int, tuple[Step, ...]]] = [(weight, s, ()) for s, weight in environment.start]
    for _ in range(length):
        frontier = [
            (weight * policy.rows[s][a] * chance, t, (*run, (s, a, t)))
            for weight, s, run in frontier
            for a in range(len(environment.actions))
            if policy.rows[s][a]
            for t, chance in environment.transitions[s][a]
        ]
    for weight, _, run in frontier:
        yield weight, run


def load(name: str) -> Any:
    return specl.load(GALLERY / f"{name}.spec")


def policy_of(document: Any, name: str) -> Policy:
    found: Policy = document.policy(name).policy
    return found


def outcomes(document: Any, name: str) -> dict[str, Fraction]:
    """constrained.spec: how probable each pair of choices is."""
    (environment,) = document.environments.values()
    found: dict[str, Fraction] = defaultdict(Fraction)
    for weight, run in runs(environment, policy_of(document, name), 2):
        found["".join(environment.actions[a] for _, a, _ in run)] += weight
    return dict(found)


def mixed(left: dict[str, Fraction], right: dict[str, Fraction]) -> dict[str, Fraction]:
    return {key: (left.get(key, Fraction(0)) + right.get(key, Fraction(0))) / 2 for key in {*left, *right}}


def test_constrained_mixtures_are_what_the_page_says() -> None:
    document = load("constrained")
    rl, rr, ll = ({pair: Fraction(1)} for pair in ("RL", "RR", "LL"))
    assert outcomes(document, "A") == mixed(rl, rr)
    assert outcomes(document, "B") == ll
    assert outcomes(document, "AR") == mixed(outcomes(document, "A"), rr)
    assert outcomes(document, "BR") == mixed(outcomes(document, "B"), rr)


def test_constrained_outcomes_have_the_rewards_of_the_paper() -> None:
    document = load("constrained")
    (environment,) = document.environments.values()
    rewards = document.objectives["constrained"].objective.rewards
    pairs = {"ll": (1, -1), "lr": (0, -1), "rl": (1, -1), "rr": (0, 1)}
    for name, expected in pairs.items():
        ((_, run),) = runs(environment, policy_of(document, name), 4)
        returns = []
        for reward in (rewards["gain"], rewards["safe"]):
            paid = [reward[step].rational if step in reward else Fraction(0) for step in run]
            returns.append(sum(r / 2**t for t, r in enumerate(paid)))
        assert tuple(returns) == expected


def test_finetuning_posterior_is_prior_times_likelihood() -> None:
    document = load("finetuning")
    (prior,), (posterior,) = policy_of(document, "prior").rows, policy_of(document, "posterior").rows
    record = document.objectives["fine_tuning"].objective
    beta = float(record.strength.rational)
    likelihood = []
    for a in range(len(prior)):
        reward = record.reward.get((0, a, 0))
        middle = 0.0 if reward is None else float(reward.enclose(64).low)
        likelihood.append(Fraction(math.exp(middle / beta)).limit_denominator(100))
    product = [p * w for p, w in zip(prior, likelihood, strict=True)]
    assert likelihood == [Fraction(1, 2), 1, 3, 5]
    assert sum(product) == Fraction(8, 5)
    assert tuple(w / sum(product) for w in product) == posterior


def test_risk_coin_is_the_midpoint_of_the_two_lotteries() -> None:
    document = load("risk")
    (environment,) = document.environments.values()
    reward = document.objectives["averse"].objective.rewards["gain"]

    def lottery(name: str) -> dict[Fraction, Fraction]:
        found: dict[Fraction, Fraction] = defaultdict(Fraction)
        for weight, run in runs(environment, policy_of(document, name), 3):
            found[sum((reward[s].rational / 2**t for t, s in enumerate(run) if s in reward), Fraction(0))] += weight
        return dict(found)

    bold, careful, toss = lottery("bold"), lottery("careful"), lottery("toss")
    for gain in {*bold, *careful, *toss}:
        assert toss.get(gain, 0) == (bold.get(gain, Fraction(0)) + careful.get(gain, Fraction(0))) / 2

    def worth(found: dict[Fraction, Fraction]) -> Fraction:
        mean, square = (sum((p * g**k for g, p in found.items()), Fraction(0)) for k in (1, 2))
        return mean - (square - mean * mean) / 8

    assert worth(bold) == worth(careful) == Fraction(1, 2)
    assert worth(toss) == Fraction(63, 128)


@pytest.mark.parametrize(("name", "expected"), [("turns", (1, 1, 1)), ("coin", (1, 1, Fraction(1, 2)))])
def test_fairness_by_enumerating_weeks(name: str, expected: tuple[Fraction, ...]) -> None:
    document = load("fairness")
    (environment,) = document.environments.values()
    north = environment.actions.index("north")
    weeks = [
        (weight, sum(a == north for _, a, _ in run), sum(a != north for _, a, _ in run))
        for weight, run in runs(environment, policy_of(document, name), 2)
    ]
    means = tuple(sum(week[0] * week[i] for week in weeks) for i in (1, 2))
    assert (*means, sum(weight * min(n, s) for weight, n, s in weeks)) == expected


def test_shaping_rewards_differ_by_a_potential() -> None:
    document = load("shaping")
    (environment,) = document.environments.values()
    original, shaped = (document.objectives[name].objective.reward for name in ("original", "shaped"))
    potential = dict(zip(environment.states, (Fraction(0), Fraction(1, 2), Fraction(1)), strict=True))
    for step in environment.steps:
        source, _, target = step
        bonus = Fraction(9, 10) * potential[environment.states[target]] - potential[environment.states[source]]
        paid, before = (reward[step].rational if step in reward else Fraction(0) for reward in (shaped, original))
        assert paid - before == bonus


def test_same_choice_no_sum_of_parts_orders_the_policies() -> None:
    """The page's argument: in the deterministic policies each choice occurs as often on either side."""
    document = load("same_choice")
    (environment,) = document.environments.values()
    sides = []
    for pair in (("ll", "rr"), ("lr", "rl")):
        rows = [policy_of(document, name).rows for name in pair]
        sides.append(sorted((s, a) for row in rows for s, a in itertools.product(range(2), range(2)) if row[s][a] == 1))
    assert len(environment.states) == 2
    assert sides[0] == sides[1]
