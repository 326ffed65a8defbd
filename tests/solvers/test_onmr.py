"""Optima of functions of one expected return: closed forms, and suprema that are not attained."""

from fractions import Fraction
from math import exp, sqrt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from specl.formalisms.onmr import ONMR
from specl.model.errors import Undefined, Unsupported
from specl.model.quantities import RewardReturn
from specl.solvers import formalisms as solvers
from specl.solvers.task import Task
from tests.solvers.beating import check, exact, solved
from tests.strategies import discounts, environments, expressions, policies, rewards

COIN = """
environment coin {{
  states first, last
  actions yes, no
  start first
  _ --_--> last
}}
objective o : ONMR {{ discount {discount}  reward r {{ first --yes--> _: 1 }}  value {value} }}
"""
"""The expected return is the probability of `yes` at the start: everything in [0, 1]."""


def coin(value: str, discount: str = "1/2") -> str:
    return COIN.format(value=value, discount=discount)


@pytest.mark.parametrize(
    ("value", "optimum"),
    [
        ("r", "1"),
        ("-r", "0"),
        ("-(r - 1/3)^2", "0"),
        ("(r - 1/3)^2", "4/9"),
        ("-abs(r - 2/7) + r/2", "1/7"),
        ("min(2*r, 3 - 7*r)", "2/3"),
        ("max(1/2 - r, r - 3/4)", "1/2"),
        ("r*(1 - r)", "1/4"),
        ("r^3 - r", "0"),
        ("r/(1 + r^2)", "1/2"),
        ("4*r/(1 + 4*r^2)", "1"),
        ("if r < 1/2 then r else 1 - 2*r", "1/2"),  # as a limit
        ("if r <= 1/2 then r else 1 - 2*r", "1/2"),
        ("if r = 2/3 then 5 else r", "5"),
        ("if (if r < 1/4 then 1 else 0) = (if r > 1/5 then 1 else 0) then 7 else r", "7"),
        ("min(max(r, 1/2), 5/6) - abs(r - 3/4)", "3/4"),
        ("if r >= 1/2 and r <= 1/2 then 3 else 0", "3"),
        ("3", "3"),
    ],
)
@pytest.mark.parametrize("discount", ["1/2", "0"])
def test_closed_forms(value: str, optimum: str, discount: str) -> None:
    found = solved(coin(value, discount), Task(is_exact=True))
    assert found.value[0].low == found.value[0].high == Fraction(optimum)
    assert found.over == "all policies"
    assert found.is_precise


@pytest.mark.parametrize(
    ("value", "optimum"),
    [
        ("r - r^3", 2 / (3 * sqrt(3))),
        ("r*exp(-r)", exp(-1)),
        ("exp(log(1 + r) - log(1 + r))", 1.0),
        ("r*exp(-2*r)", exp(-1) / 2),
        ("sqrt(r)*(1 - r)", 2 / (3 * sqrt(3))),
        ("-(r*log(3*r) + (1 - r)*log(3*(1 - r)/2))", 0.0),
        ("log(1 + r) - r^2", None),
        ("exp(r) - 2*r^2", None),
        ("r^(1/3) - r", 2 / (3 * sqrt(3))),
        ("abs(exp(r) - 2)", 1.0),
        ("if exp(r) > 2 then 2 - r else r", 2 - 0.6931471805599453),
    ],
)
def test_irrational(value: str, optimum: float | None) -> None:
    found = solved(coin(value))
    (bounds,) = found.value
    assert bounds.width <= Fraction(1, 10**6)
    assert found.achieved[0].low >= bounds.low - Fraction(1, 10**6)
    assert found.is_precise
    if optimum is not None:
        assert float(bounds.low) - 1e-12 <= optimum <= float(bounds.high) + 1e-12


@pytest.mark.parametrize(
    ("value", "supremum"),
    [
        ("if r < 1 then r else 0", "1"),
        ("if r > 0 then 1 - r else 0", "1"),
        ("if r < 1/2 then r else 1/4 - r", "1/2"),
        ("if r = 1/3 then -1 else -abs(r - 1/3)", "0"),
    ],
)
def test_not_attained(value: str, supremum: str) -> None:
    found = solved(coin(value), Task(is_exact=True))
    (bounds,), (achieved,) = found.value, found.achieved
    assert bounds.low == bounds.high == Fraction(supremum)
    assert 0 < bounds.low - achieved.low <= Fraction(1, 10**6)
    assert "not attained" in found.note


def test_unbounded() -> None:
    with pytest.raises(Unsupported, match="bounded"):
        solved(coin("1/(r - 1/3)^2"))


def test_poles_that_go_down() -> None:
    """−1/(r − 1/3)² and log r are not defined everywhere; where they are not, no policy is best."""
    assert exact(coin("-1/(r - 1/3)^2")) == Fraction(-9, 4)
    assert exact(coin("log(r)")) == 0
    found = solved(coin("log(r) + log(1 - r)"))
    assert found.is_precise
    assert abs(float(found.achieved[0].low) - 2 * -0.6931471805599453) < 1e-6


def test_constant_reward() -> None:
    text = coin("(r - 5)^2").replace("first --yes--> _: 1", "_ --_--> _: 1")
    assert exact(text) == 9


def test_irrational_rewards() -> None:
    """Returns in log 2·[0, 1], and in [0, log 2 + …]: with irrational multiples, and with irrational ratios."""
    text = coin("-(r - log(2)/2)^2").replace("yes--> _: 1", "yes--> _: log(2)")
    found = solved(text)
    assert found.achieved[0].low == found.achieved[0].high == 0
    mixed = coin("-(r - 1)^2").replace("yes--> _: 1 }", "yes--> _: log(2), first --no--> _: 2 }")
    assert abs(float(solved(mixed).value[0].low)) < 1e-6


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_nothing_is_better(data: st.DataObject) -> None:
    environment = data.draw(environments(max_states=3))
    value = data.draw(expressions([RewardReturn("r")], polynomial=False, max_leaves=6))
    objective = ONMR({"r": data.draw(rewards(environment))}, value, data.draw(discounts()))
    others = [data.draw(policies(environment)) for _ in range(5)]
    try:
        found = solvers.solve("ONMR", objective, environment, Task(seconds=3))
    except (Undefined, Unsupported):
        return
    check("ONMR", objective, environment, found, others)
    assert found.is_precise
