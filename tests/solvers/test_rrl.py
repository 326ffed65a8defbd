"""Regularised RL: closed forms, and random policies against the proved bounds."""

import itertools
import random
from fractions import Fraction
from math import exp, log
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import specl
from specl.formalisms import rank
from specl.formalisms.rrl import RRL
from specl.language.regularisers import kl, negentropy, tsallis
from specl.model.enclosure import Enclosure, enclosure
from specl.model.environment import Environment
from specl.model.errors import Undefined, Unsupported
from specl.model.expression import Expression, add, constant, evaluate, multiply, variable
from specl.model.policy import Policy, deterministic_policies
from specl.model.quantities import Weight
from specl.model.real import Real
from specl.solvers.formalisms import solve
from specl.solvers.policies import as_policy
from specl.solvers.regularised.conjugate import conjugate, rational_row
from specl.solvers.regularised.greedy import Rounded, greedy
from specl.solvers.regularised.separable import separable
from specl.solvers.solved import Solved
from specl.solvers.task import Task
from tests.objectives import objectives
from tests.strategies import environments, policies

BANDIT = "environment bandit { states s  actions a, b, c  start s  s --_--> s }\n"
PAID = "reward { s --a--> s: 1, s --b--> s: 2, s --c--> s: 1/2 }"
FORK = """
environment fork {
  states  x, y
  actions left, right
  start   { x: 1/4, y: 3/4 }
  x --left-->  x
  x --right--> { x: 1/3, y: 2/3 }
  y --left-->  x
  y --right--> y
}
"""
PAID_IN_FORK = "reward { x --left--> _: 1, y --right--> _: 2, x --right--> y: -1 }"


def solved(world: str, fields: str, **task: Any) -> tuple[Solved, RRL, Environment]:
    document = specl.load(f"{world}objective o : RRL {{ {fields} }}")
    found = document.objectives["o"]
    environment = document.environment_of(found)
    return solve("RRL", found.objective, environment, Task(**{"seconds": 10.0, **task})), found.objective, environment


def check(answer: Solved, objective: RRL, environment: Environment) -> None:
    """The policy is worth what is said of it, and no other is worth more than what is said of all."""
    assert answer.policy is not None
    worth = enclosure(rank("RRL", objective, environment, as_policy(environment, answer.policy)))
    assert worth.low <= answer.achieved[0].high
    assert worth.high >= answer.achieved[0].low
    assert worth.low <= answer.value[0].high
    assert answer.value[0].low <= answer.achieved[0].high


def rows(chance: random.Random, environment: Environment) -> Policy:
    width = len(environment.actions)
    parts = [[chance.choice((0, 1, 1, 2, 5)) + Fraction(1, 50) * chance.randint(0, 1) for _ in range(width)]
             for _ in environment.states]  # fmt: skip
    return Policy(tuple(tuple(Fraction(p) / (sum(row) or 1) if sum(row) else Fraction(int(a == 0))
                              for a, p in enumerate(row)) for row in parts))  # fmt: skip


@pytest.mark.parametrize("discount", ["0", "1/2", "9/10", "999999/1000000"])
def test_soft_value_of_a_bandit(discount: str) -> None:
    """α log Σ e^(r/α) / (1 − γ)."""
    answer, objective, environment = solved(BANDIT, f"discount {discount} {PAID} strength 1/2 regulariser negentropy")
    total = sum((enclosure(Real.of(2 * r).exp()) for r in (1, 2, Fraction(1, 2))), start=enclosure(0))
    best = total.log() * Fraction(1, 2) / (1 - Fraction(discount))
    assert answer.value[0].low <= best.high
    assert answer.value[0].high >= best.low
    assert answer.is_precise
    assert answer.over == "all policies"
    check(answer, objective, environment)


def test_posterior_of_a_prior() -> None:
    """One step: prior·e^(q/α), normalised; worth α log Σ prior·e^(q/α)."""
    prior = {"a": Fraction(1, 2), "b": Fraction(1, 6), "c": Fraction(1, 3)}
    answer, objective, environment = solved(
        BANDIT, f"discount 0 {PAID} strength 2 regulariser kl({{ a: 1/2, b: 1/6, c: 1/3 }})"
    )
    weights = [float(prior[a]) * exp(r / 2) for a, r in zip("abc", (1, 2, 0.5), strict=True)]
    assert answer.policy is not None
    for a, weight in enumerate(weights):
        assert float(answer.policy[0][a]) == pytest.approx(weight / sum(weights), abs=1e-12)
    assert float(answer.value[0].low) == pytest.approx(2 * log(sum(weights)), abs=1e-12)
    assert answer.value[0].width < Fraction(1, 10**20)
    check(answer, objective, environment)


def test_actions_without_prior_are_not_taken() -> None:
    answer, objective, environment = solved(
        BANDIT, f"discount 1/2 {PAID} strength 1 regulariser kl({{ a: 1/2, c: 1/2 }})"
    )
    assert answer.policy is not None
    assert set(answer.policy[0]) == {0, 2}
    check(answer, objective, environment)


def test_sparsemax_of_two() -> None:
    """p = 1/2 + (q_1 − q_2)/(4α) inside [0, 1], else a corner."""
    world = "environment two { states s  actions a, b  start s  s --_--> s }\n"
    paid = "reward { s --a--> s: 1 }"
    inside, *_ = solved(world, f"discount 0 {paid} strength 1 regulariser tsallis(2)")
    corner, *_ = solved(world, f"discount 0 {paid} strength 1/4 regulariser tsallis(2)")
    assert inside.policy == {0: {0: Fraction(3, 4), 1: Fraction(1, 4)}}
    assert inside.value[0].low == inside.value[0].high == Fraction(9, 8)
    assert corner.policy == {0: {0: Fraction(1)}}
    assert corner.value[0].high == 1


@pytest.mark.parametrize("regulariser", [
    "negentropy", "kl({ left: 1/3, right: 2/3 })", "tsallis(2)", "tsallis(1/2)", "tsallis(3)",
    "p[left] * log(p[left])", "(p[left] - 1/3)^2 + p[right]^4", "p[left] * log(2 * p[left]) + p[right]^2 / 3",
    "3 * p[left] - 1", "-(p[left]^2) - p[right]^2", "sqrt(p[left]) + sqrt(p[right])",
])  # fmt: skip
@pytest.mark.parametrize("strength", ["log(2)", "(-1)"])
def test_no_policy_beats_the_bounds(regulariser: str, strength: str) -> None:
    answer, objective, environment = solved(
        FORK, f"discount 3/4 {PAID_IN_FORK} strength {strength} regulariser {regulariser}", seconds=2.0
    )
    check(answer, objective, environment)
    assert answer.over == "all policies"
    assert answer.is_precise
    grid = [Fraction(i, 4) for i in range(5)]
    for p, q in itertools.product(grid, grid):
        worth = enclosure(rank("RRL", objective, environment, Policy(((p, 1 - p), (q, 1 - q)))))
        assert worth.low <= answer.value[0].high


def test_without_strength() -> None:
    """Markov rewards."""
    answer, objective, environment = solved(
        FORK, f"discount 3/4 {PAID_IN_FORK} strength 0 regulariser negentropy", is_exact=True
    )
    best = max(rank("RRL", objective, environment, policy).rational for policy in deterministic_policies(environment))
    assert answer.value[0].low == answer.value[0].high == best


@pytest.mark.parametrize("regulariser", ["negentropy", "tsallis(2)"])
def test_rewarded_certainty(regulariser: str) -> None:
    """With a negative strength the best of the deterministic policies is the best of all, exactly."""
    answer, objective, environment = solved(
        FORK, f"discount 3/4 {PAID_IN_FORK} strength (-2) regulariser {regulariser}", is_exact=True
    )
    best = max(rank("RRL", objective, environment, policy).rational for policy in deterministic_policies(environment))
    assert answer.value[0].low == answer.value[0].high == best
    assert "concave" in answer.note


@pytest.mark.slow
def test_a_kink_is_searched() -> None:
    answer, objective, environment = solved(
        FORK, f"discount 1/2 {PAID_IN_FORK} strength 1 regulariser abs(p[left] - 1/3)", precision=Fraction(1, 1000)
    )
    assert "no sum" in answer.note
    check(answer, objective, environment)


def test_far_apart_actions() -> None:
    """The weight of the worse one is far below a float's precision."""
    world = "environment two { states s  actions a, b  start s  s --_--> s }\n"
    answer, objective, environment = solved(
        world, "discount 9/10 reward { s --a--> s: 1000 } strength 1/1000 regulariser negentropy"
    )
    assert answer.is_precise
    check(answer, objective, environment)


@given(st.data())
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_random_objectives(data: st.DataObject) -> None:
    environment = data.draw(environments())
    objective = data.draw(objectives("RRL", environment))
    try:
        answer = solve("RRL", objective, environment, Task(precision=Fraction(1, 10**4), seconds=1.0))
    except (Undefined, Unsupported):
        return
    check(answer, objective, environment)
    for _ in range(5):
        policy = data.draw(policies(environment))
        if answer.over != "all policies" and any(p not in (0, 1) for row in policy.rows for p in row):
            continue
        try:
            worth = enclosure(rank("RRL", objective, environment, policy))
        except (Undefined, Unsupported):
            continue
        assert worth.low <= answer.value[0].high


REGULARISERS = [
    negentropy(3),
    kl((Fraction(1, 2), Fraction(0), Fraction(1, 2))),
    kl((Fraction(1, 6), Fraction(1, 2), Fraction(1, 3))),
    tsallis(3, constant(Fraction(2))),
    tsallis(3, constant(Fraction(3, 2))),
    tsallis(3, constant(Fraction(1, 2))),
    add((multiply((variable(Weight(0)), Expression("log", (variable(Weight(0)),)))), variable(Weight(1)))),
    add((Expression("^", (variable(Weight(0)), constant(Fraction(2)))), variable(Weight(1)))),
]


@pytest.mark.parametrize("of", REGULARISERS)
@given(data=st.data())
@settings(max_examples=5, deadline=None)
def test_conjugates(of: Expression, data: st.DataObject) -> None:
    """⟨p, q⟩ − F(p) never passes the bound, and the maximiser found comes close to it."""
    cost = separable(of, 3)
    assert cost is not None
    numbers = st.fractions(min_value=-5, max_value=5, max_denominator=20)
    q = [data.draw(numbers) for _ in range(3)]
    values = greedy(Rounded.of(cost), np.array([[float(x) for x in q]]))
    row = rational_row(cost, values[0])
    assert sum(row.values()) == 1
    mean = sum((p * q[a] for a, p in row.items()), start=Fraction(0))
    here = mean - cost.at(row)
    high = conjugate(cost, [Enclosure(x, x) for x in q], row, here)
    assert here.low <= high <= here.low + Fraction(1, 10**6)
    for _ in range(4):
        parts = [data.draw(st.integers(0, 9)) if a in cost.allowed else 0 for a in range(3)]
        parts[0] += not sum(parts)
        other = [Fraction(part, sum(parts)) for part in parts]
        exactly = enclosure(evaluate(of, lambda key: Real.of(other[key.action])))  # noqa: B023
        assert (sum(p * x for p, x in zip(other, q, strict=True)) - exactly).low <= high


def test_a_larger_model() -> None:
    """A random walk on a ring, with more states than are solved by factors; each state's value lies above uniform's."""
    size = 400
    states = ", ".join(f"s{i}" for i in range(size))
    lines = " ".join(
        f"s{i} --a--> s{(i + 1) % size}  s{i} --b--> {{ s{(i * 7 + 3) % size}: 1/2, s{(i * i + 5) % size}: 1/2 }}"
        if (i * 7 + 3) % size != (i * i + 5) % size else f"s{i} --_--> s{(i + 1) % size}"
        for i in range(size)
    )
    world = f"environment ring {{ states {states}  actions a, b  start s0 {lines} }}\n"
    answer, objective, environment = solved(
        world, "discount 9/10 reward { s7 --_--> _: 1, s100 --a--> _: 3 } strength 1/10 regulariser negentropy"
    )
    assert answer.is_precise
    half = Fraction(1, 2)
    assert enclosure(rank("RRL", objective, environment, Policy(((half, half),) * size))).low <= answer.value[0].high
    assert answer.achieved[0].low == answer.value[0].low


def test_policies_of_three_actions() -> None:
    world = """environment three { states x, y  actions a, b, c  start x
      x --a--> y  x --b--> { x: 1/2, y: 1/2 }  x --c--> x  y --_--> { x: 1/5, y: 4/5 } }\n"""
    answer, objective, environment = solved(
        world, "discount 9/10 reward { x --_--> y: 1, y --b--> _: 2, x --c--> _: 3 } strength 1 regulariser tsallis(2)"
    )
    check(answer, objective, environment)
    chance = random.Random(1)
    for _ in range(60):
        assert enclosure(rank("RRL", objective, environment, rows(chance, environment))).low <= answer.value[0].high
