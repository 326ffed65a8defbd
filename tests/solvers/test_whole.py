"""The best stationary policy: exact among deterministic ones, bounded among stochastic ones."""

import itertools
import random
from fractions import Fraction
from typing import Any

import pytest

import specl
from specl.formalisms import rank
from specl.model.environment import Environment
from specl.model.policy import Policy
from specl.model.real import Real
from specl.solvers.formalisms import solve
from specl.solvers.solved import Solved
from specl.solvers.task import Task
from specl.solvers.whole.stationary import best_stationary

WORLD = """
environment fork {
  states  x, y
  actions left, right
  start   x
  x --left-->  x
  x --right--> { x: 1/3, y: 2/3 }
  y --left-->  x
  y --right--> y
}
"""
LINE = "environment line { states s, t  actions a, b  start s  s --_--> t  t --_--> t }\n"


def solved(world: str, objective: str, code: str = "", **task: Any) -> tuple[Solved, Environment, Any]:
    document = specl.load(world + "objective o : " + objective)
    found = document.objectives["o"]
    environment = document.environment_of(found)
    run = Task(**{"seconds": 20.0, **task})
    answer = best_stationary(code or found.code, found.objective, environment, run)
    return answer, environment, found


def policy_of(answer: Solved, environment: Environment) -> Policy:
    assert answer.policy is not None
    width = range(len(environment.actions))
    rows = (tuple(answer.policy[s].get(a, Fraction(0)) for a in width) for s in range(len(environment.states)))
    return Policy(tuple(rows))


KNOWN = [
    ("FPR { value pi(x, left) * (1 - pi(y, left)) }", Fraction(1)),
    ("FPR { value -(pi(x, left) - 1/3)^2 }", Fraction(0)),
    ("FPR { value pi(x, left) * pi(x, right) + pi(y, left) }", Fraction(5, 4)),
    ("FPR { value -abs(pi(x, left) - 1/7) }", Fraction(0)),
    ("FPR { value if pi(x, left) = 1 then 2 else 1 }", Fraction(2)),
    ("FPR { value min(pi(x, left), pi(x, right)) }", Fraction(1, 2)),
    ("FTLR { value P(X left) * (1 - P(X left)) }", Fraction(1, 4)),
    ("FTLR { value -Var([left]) }", Fraction(0)),
    ("FTLR { reward r { x --left--> _: 1 }  value E(return(r, 1/2)) }", Fraction(2)),
    ("FTLR { reward r { x --right--> y: 3 }  value E(return(r, 0))^2 }", Fraction(4)),
]


@pytest.mark.parametrize(("objective", "best"), KNOWN)
def test_known_optima(objective: str, best: Fraction) -> None:
    answer, environment, found = solved(WORLD, objective, precision=Fraction(1, 1000))
    assert answer.over == "stationary policies"
    assert answer.value[0].low <= best <= answer.value[0].high
    assert answer.is_precise
    worth = rank(found.code, found.objective, environment, policy_of(answer, environment))
    assert answer.achieved[0].low <= (worth.rational or Fraction(0)) <= answer.achieved[0].high
    assert answer.value[0].low == answer.achieved[0].low


def test_entropy_of_three() -> None:
    """log 3 at the uniform distribution; its logarithms have no bound where an entry may be 0."""
    world = "environment one { states s  actions a, b, c  start s  s --_--> s }\n"
    terms = " ".join(f"- pi(s,{a})*log(pi(s,{a}))" for a in "abc")
    answer, *_ = solved(world, f"FPR {{ value 0 {terms} }}", seconds=2.0)
    top = Real.of(3).log().enclose()
    assert answer.value[0].low <= top.high
    assert answer.over == "deterministic stationary policies" or answer.value[0].high >= top.low


def test_orders_of_several_keys() -> None:
    answer, *_ = solved(WORLD, "PO { order lexicographic(pi(x, left), pi(y, right)) }")
    assert [bounds.low for bounds in answer.value] == [1, 1]
    assert "what matters less" in answer.note


def test_named_policies() -> None:
    world = LINE + "policy p { s: b, t: a }\npolicy q { _: a }\n"
    answer, environment, _ = solved(world, "PO { order { p > q } }")
    assert policy_of(answer, environment).rows[0] == (0, 1)


def test_a_policy_without_a_choice() -> None:
    world = "environment one { states s  actions a  start s  s --_--> s }\n"
    answer, *_ = solved(world, "FPR { value pi(s, a) }")
    assert answer.value[0].low == answer.value[0].high == 1
    assert "there are none" in answer.note


def test_too_many_entries_are_told() -> None:
    states = ", ".join(f"s{i}" for i in range(14))
    lines = " ".join(f"s{i} --_--> s{(i + 1) % 14}" for i in range(14))
    world = f"environment big {{ states {states}  actions a, b  start s0 {lines} }}\n"
    value = " + ".join(f"pi(s{i}, a)" for i in range(14))
    answer, *_ = solved(world, f"FPR {{ value {value} }}")
    assert answer.over == "deterministic stationary policies"
    assert answer.value[0].high == 14
    assert "14 free entries" in answer.note


@pytest.mark.parametrize("seed", range(4))
def test_no_policy_beats_the_bound(seed: int) -> None:
    """Products of quadratic forms in the entries, against a grid of policies."""
    chance = random.Random(seed)
    numbers = [Fraction(chance.randint(-4, 4), chance.randint(1, 3)) for _ in range(5)]
    terms = ("p", "q", "p*q", "p^2", "q^2*p")
    value = " + ".join(f"({c})*{t}" for c, t in zip(numbers, terms, strict=True))
    written = value.replace("p", "pi(x, left)").replace("q", "pi(y, left)")
    answer, environment, found = solved(WORLD, f"FPR {{ value {written} }}")
    assert answer.value[0].width < Fraction(1, 100)
    grid = [Fraction(i, 12) for i in range(13)]
    for p, q in itertools.product(grid, grid):
        worth = rank(found.code, found.objective, environment, Policy(((p, 1 - p), (q, 1 - q)))).rational
        assert worth is not None
        assert worth <= answer.value[0].high


def test_through_the_formalisms() -> None:
    document = specl.load(WORLD + "objective o : TLO { order lexicographic(P(F y)) }")
    found = document.objectives["o"]
    answer = solve(found.code, found.objective, document.environment_of(found), Task())
    assert answer.value[0].low == answer.value[0].high == 1
