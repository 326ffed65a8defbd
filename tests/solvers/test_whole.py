"""The best stationary policy: exact among deterministic ones, bounded among stochastic ones."""

import itertools
import random
import time
from fractions import Fraction
from typing import Any

import pytest

import specl
from specl.formalisms import rank
from specl.model.enclosure import enclosure
from specl.model.environment import Environment
from specl.model.policy import Policy
from specl.model.rational_function import RationalFunction, symbolic_policy
from specl.model.real import Real
from specl.solvers.formalisms import solve
from specl.solvers.solved import Solved
from specl.solvers.task import Task
from specl.solvers.whole.bernstein import form_of
from specl.solvers.whole.cells import Row, whole
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
    assert all(bounds.low == bounds.high == 1 for bounds in answer.value)


@pytest.mark.parametrize(
    ("order", "best"),
    [
        ("lexicographic(pi(x, left)*pi(y, left), -pi(y, left))", (1, -1)),
        ("lexicographic(min(pi(x, left), 1/2), pi(x, right) + pi(y, left))", (Fraction(1, 2), Fraction(3, 2))),
        ("pi(x, left) subject to pi(x, left) <= 1/2", (1, Fraction(1, 2))),
        ("pi(x, left)*pi(y, left) subject to pi(x, left) + pi(y, left) <= 3/2", (1, Fraction(9, 16))),
        ("pi(x, left) subject to pi(x, left) > 1", (0, 1)),
    ],
)
def test_what_matters_less_is_bounded_where_the_rest_is_best(order: str, best: tuple[Fraction, Fraction]) -> None:
    answer, *_ = solved(WORLD, f"PO {{ order {order} }}", precision=Fraction(1, 1000), seconds=3.0)
    assert answer.over == "stationary policies"
    for bounds, number in zip(answer.value, best, strict=True):
        assert bounds.low <= number <= bounds.high
    assert answer.value[0].width < Fraction(1, 1000)
    assert answer.value[1].width < Fraction(1, 50)


CLASSES = """
environment classes {
  states  x, y, z
  actions stay, go
  start   x
  x --stay--> x
  x --go-->   { y: 1/2, z: 1/2 }
  y --stay--> y
  y --go-->   x
  z --stay--> z
  z --go-->   x
}
"""


@pytest.mark.parametrize("value", [
    "E(average(r))", "E(average(r))^2 - P(X go)", "P(F G z) + E(average(r))/2", "-abs(E(average(r)) - 1/2)",
])  # fmt: skip
def test_where_recurrent_classes_change(value: str) -> None:
    """Near policies that always stay, averages and probabilities take all values between those of two classes."""
    answer, environment, found = solved(
        CLASSES, f"FTLR {{ reward r {{ y --_--> _: 1, z --_--> _: -1 }} value {value} }}", precision=Fraction(1, 100)
    )
    assert answer.over == "stationary policies"
    assert answer.is_precise
    few = [Fraction(k, 6) for k in (0, 1, 3, 5, 6)] + [Fraction(1, 1000)]
    for p, q, r in itertools.product(few, repeat=3):
        policy = Policy(((p, 1 - p), (q, 1 - q), (r, 1 - r)))
        worth = rank(found.code, found.objective, environment, policy).rational
        assert worth is not None
        assert worth <= answer.value[0].high


@pytest.mark.parametrize("seconds", [0.0, 0.5])
def test_a_search_stops_in_time_with_bounds_that_hold(seconds: float) -> None:
    """A ridge: all policies with p·q·r = 1/7 are worth 0, the best."""
    entries = "*".join(f"pi({s}, go)" for s in "xyz")
    begun = time.monotonic()
    answer, *_ = solved(
        CLASSES, f"FPR {{ value -abs({entries} - 1/7) }}", precision=Fraction(1, 10**9), seconds=seconds
    )
    assert time.monotonic() - begun < seconds + 1
    assert answer.note
    assert answer.value[0].low <= 0
    assert answer.over != "stationary policies" or answer.value[0].high >= 0


def test_named_policies() -> None:
    world = LINE + "policy p { s: b, t: a }\npolicy q { _: a }\n"
    answer, environment, _ = solved(world, "PO { order { p > q } }")
    assert policy_of(answer, environment).rows[0] == (0, 1)


def test_a_named_policy_may_be_stochastic() -> None:
    world = LINE + "policy p { _: { a: 1/3, b: 2/3 } }\npolicy q { _: a }\npolicy r { _: b }\n"
    answer, environment, _ = solved(world, "PO { order { p > q ~ r } }")
    assert policy_of(answer, environment).rows[0] == (Fraction(1, 3), Fraction(2, 3))
    assert answer.value[0].low == answer.value[0].high == 2
    assert answer.over == "stationary policies"


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


@pytest.mark.parametrize("objective", [
    "FTLR { reward r { x --left--> _: 1, y --right--> y: 3 }  value E(average(r))^2 + E(return(r, 1/2)) }",
    "FTLR { reward r { y --right--> _: 1 }  value min(E(average(r)), P(X left)) }",
    "FPR { value if pi(x, left) > 1/3 then pi(y, left)^2 else 2*pi(y, right)*sqrt(pi(x, left)) }",
    "FPR { value pi(x, left)*log(pi(x, left)) + abs(pi(x, left) - pi(y, left))^3 - log(2)*pi(y, right) }",
    "FPR { value exp(pi(x, left))/(1 + pi(y, left)) - max(pi(x, left), pi(y, left), 1/3) }",
])  # fmt: skip
def test_ranges_hold_what_policies_of_the_cell_are_worth(objective: str) -> None:
    document = specl.load(WORLD + "objective o : " + objective)
    found = document.objectives["o"]
    environment = document.environment_of(found)
    function = rank(found.code, found.objective, environment, symbolic_policy(environment, ((0, 1), (0, 1))))
    assert isinstance(function, RationalFunction)
    rows = (Row(0, (0, 1)), Row(1, (0, 1)))
    chance = random.Random(objective)
    for _ in range(6):
        cell, form = whole(rows), form_of(function, rows)
        for _ in range(12):
            bounds = form.range(cell)
            for _ in range(3):
                shares = [Fraction(chance.randint(1, 7), 8) for _ in rows]
                weights = tuple(
                    tuple(p * u + (1 - p) * v for u, v in zip(*corners, strict=True))
                    for p, corners in zip(shares, cell.corners, strict=True)
                )
                near = enclosure(rank(found.code, found.objective, environment, Policy(weights)))
                assert bounds is not None
                assert bounds.low <= near.high
                assert near.low <= bounds.high
            r, (i, j) = chance.randrange(2), chance.choice([(0, 1), (1, 0)])
            cell, form = cell.half(r, i, j), form.half(rows, r, i, j)


def test_through_the_formalisms() -> None:
    document = specl.load(WORLD + "objective o : TLO { order lexicographic(P(F y)) }")
    found = document.objectives["o"]
    answer = solve(found.code, found.objective, document.environment_of(found), Task())
    assert answer.value[0].low == answer.value[0].high == 1
