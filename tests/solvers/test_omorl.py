"""The best function of expected returns: against exact programs, enumeration of vertices, projections and grids."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import combinations
from math import isclose, log
from typing import Any

import pytest
import z3

from specl.api.load import load
from specl.model.environment import Environment
from specl.model.errors import Undefined, Unsupported
from specl.solvers.task import Task
from tests.solvers.beating import exact, solved
from tests.solvers.occupancy_program import Measures, Table, highs, measures, nearest, returns, table, vertices
from tests.solvers.written import paid, world

Point = tuple[Fraction, ...]
SEEDS = range(4)
HALF = Fraction(1, 2)


def text(seed: int, value: str, discount: str = "1/2", names: str = "xy") -> str:
    return world(seed) + f"objective o : OMORL {{ discount {discount} {paid(seed, names)} value {value} }}"


def model(written: str) -> tuple[Environment, Fraction, list[Table]]:
    document = load(written)
    (named,) = document.objectives.values()
    environment = document.environments[named.environment]
    return environment, named.objective.discount, [table(environment, r) for r in named.objective.rewards.values()]


def corners(written: str) -> list[Point]:
    return vertices(*model(written))


Case = tuple[Any, Sequence[Any]]
"""What is maximised and where."""


def _cases(kind: str, x: Any, y: Any) -> list[Case]:
    t, u = z3.Reals("t u")
    listed: dict[str, list[Case]] = {
        "min": [(t + y / 3, [t <= x, t <= 2 * y - 1])],
        "concave": [(t - u, [t <= x, t <= y, t <= 2 - x, u >= y - 1, u >= 1 - y])],
        "max": [(x, []), (y, []), (1 - x - y, [])],
        "abs": [(x - 2 * y, []), (2 * y - x, [])],
        "if": [(y, [x >= 1]), (y - 1, [x <= 1])],
        "band": [(x + y, [x >= y, x <= 2 * y]), (t, [t == 0])],
    }
    return listed[kind]


LINEAR = {
    "min": "min(x, 2*y - 1) + y/3",
    "concave": "min(x, y, 2 - x) - abs(y - 1)",
    "max": "max(x, y, 1 - x - y)",
    "abs": "abs(x - 2*y)",
    "if": "if x >= 1 then y else y - 1",
    "band": "if x >= y and x <= 2*y then max(x + y, 0) else 0",
}


@pytest.mark.parametrize("kind", LINEAR)
@pytest.mark.parametrize("seed", SEEDS)
def test_piecewise_linear_optima_are_those_of_linear_programs(kind: str, seed: int) -> None:
    written = text(seed, LINEAR[kind])
    environment, discount, tables = model(written)
    of: Measures = measures(environment, discount)
    x, y = (of.total(each) for each in tables)
    best = max(value for goal, where in _cases(kind, x, y) if (value := of.largest(goal, *where)) is not None)
    found = solved(written, Task(is_exact=True))
    assert found.value[0].low == found.value[0].high == best


CONVEX: dict[str, Callable[[Any, Any], Any]] = {
    "x^2 + y^2": lambda x, y: x * x + y * y,
    "(x - y)^2 + x": lambda x, y: (x - y) ** 2 + x,
    "abs(x - y) + abs(x + y - 1)": lambda x, y: abs(x - y) + abs(x + y - 1),
    "(x + 7)/(y + 9)": lambda x, y: (x + 7) / (y + 9),
    "1/(x + 7) + 1/(y + 9)": lambda x, y: 1 / (x + 7) + 1 / (y + 9),
}


@pytest.mark.parametrize("value", CONVEX)
@pytest.mark.parametrize("seed", SEEDS)
def test_convex_functions_are_largest_at_deterministic_policies(value: str, seed: int) -> None:
    written = text(seed, value)
    found = solved(written, Task(is_exact=True))
    assert found.value[0].low == found.value[0].high == max(CONVEX[value](*point) for point in corners(written))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("discount", ["0", "1/2", "9/10"])
def test_the_least_distance_is_that_of_the_hull(seed: int, discount: str) -> None:
    written = text(seed, "-((x - 20)^2 + (y + 15)^2)", discount)
    best = -nearest(corners(written), (Fraction(20), Fraction(-15)))
    (bounds,) = solved(written).value
    assert bounds.low <= best <= bounds.high
    assert bounds.width <= Fraction(1, 10**6)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_some_policy_attains_has_distance_0(seed: int) -> None:
    written = text(seed, "x")
    environment, discount, tables = model(written)
    x, y = returns(environment, discount, tables, [{0: Fraction(1, 3), 1: Fraction(2, 3)}] * 3)
    (bounds,) = solved(text(seed, f"-((x - ({x}))^2 + (y - ({y}))^2)")).value
    assert bounds.low <= 0 <= bounds.high


BENT: dict[str, Callable[[float, float], float]] = {
    "x*y": lambda x, y: x * y,
    "x*(1 - y) + y^3": lambda x, y: x * (1 - y) + y**3,
    "min(x, 1 - y)*max(x, y)": lambda x, y: min(x, 1 - y) * max(x, y),
    "if x*y >= 1/2 then -(x - y)^2 else x*y - 1": lambda x, y: -((x - y) ** 2) if x * y >= 0.5 else x * y - 1,
    "exp(-x^2)*(y + 1)": lambda x, y: 2.718281828459045 ** -(x * x) * (y + 1),
    "abs(x - 1/2)^(1/2) - y^2": lambda x, y: abs(x - 0.5) ** 0.5 - y * y,
}


def grid(points: Sequence[Point], steps: int) -> list[tuple[float, float]]:
    """The hull of points, closely: what is between any three of them."""
    near = [(float(x), float(y)) for x, y in points]
    shares = [(i / steps, j / steps) for i in range(steps + 1) for j in range(steps + 1 - i)]
    return [
        tuple(p * u + q * v + (1 - p - q) * w for u, v, w in zip(*three, strict=True))  # type: ignore[misc]
        for three in combinations(near, 3)
        for p, q in shares
    ]


@pytest.mark.parametrize("value", BENT)
def test_other_functions_are_never_larger_on_a_grid(value: str) -> None:
    for seed in (0, 1):
        written = text(seed, value)
        found = solved(written, Task(Fraction(1, 10**4), seconds=10))
        points = corners(written)
        best = max(BENT[value](*point) for point in grid(points, 24))
        assert best <= float(found.value[0].high) + 1e-9
        assert best >= float(found.value[0].low) - 0.05
        assert found.is_precise


@pytest.mark.parametrize("value", ["x*y", "(x - y)^2", "min(x, y) - x^2", "if x > y then y else x - 1"])
def test_no_stationary_policy_of_a_grid_is_better(value: str) -> None:
    functions: dict[str, Callable[[Fraction, Fraction], Fraction]] = {
        "x*y": lambda x, y: x * y,
        "(x - y)^2": lambda x, y: (x - y) ** 2,
        "min(x, y) - x^2": lambda x, y: min(x, y) - x * x,
        "if x > y then y else x - 1": lambda x, y: y if x > y else x - 1,
    }
    written = world(7, states=2) + f"objective o : OMORL {{ discount 3/4 {paid(7, 'xy', 2)} value {value} }}"
    (bounds,) = solved(written).value
    environment, discount, tables = model(written)
    parts = [Fraction(k, 16) for k in range(17)]
    for p in parts:
        for q in parts:
            at = returns(environment, discount, tables, [{0: p, 1: 1 - p}, {0: q, 1: 1 - q}])
            assert functions[value](at[0], at[1]) <= bounds.high


def test_a_fair_division_of_one_state() -> None:
    """log p + log(1 − p), p/(1 − γ) and (1 − p)/(1 − γ) being the returns."""
    one = "environment one { states s  actions a, b  start s  s --_--> s }\n"
    fair = "objective o : OMORL { discount 3/4 reward x { s --a--> s: 1 } reward y { s --b--> s: 1 } value VALUE }"
    found = solved(one + fair.replace("VALUE", "log(x) + log(y)"))
    assert isclose(float(found.value[0].low), 2 * log(2), abs_tol=1e-6)
    assert found.value[0].width <= Fraction(1, 10**6)
    assert exact(one + fair.replace("VALUE", "-(x - y)^2")) == 0
    assert exact(one + fair.replace("VALUE", "x - 2*y")) == 4
    assert exact(one + fair.replace("VALUE", "3")) == 3


def test_three_returns() -> None:
    written = text(3, "min(x, y, z)", "9/10", "xyz")
    environment, discount, tables = model(written)
    of = measures(environment, discount)
    t = z3.Real("t")
    best = of.largest(t, *(t <= of.total(each) for each in tables))
    assert exact(written) == best


@pytest.mark.parametrize("value", ["1/(u - v)", "1/(u^2 + v^2 - 1/10000)", "log(1/(u - v)^2)"])
def test_functions_without_a_bound(value: str) -> None:
    """u and v are 0 at a policy that takes both actions everywhere."""
    environment, discount, tables = model(text(0, "x"))
    x, y = returns(environment, discount, tables, [{0: HALF, 1: HALF}] * 3)
    with pytest.raises((Undefined, Unsupported), match="bound"):
        solved(text(0, value.replace("u", f"(x - ({x}))").replace("v", f"(y - ({y}))")), Task(seconds=5))


def test_a_function_that_is_defined_nowhere() -> None:
    with pytest.raises((Undefined, Unsupported)):
        solved(text(0, "log(-1 - x^2 - y^2)"), Task(seconds=5))


def test_a_quotient_by_what_varies_is_not_linear() -> None:
    """|min(−1/2, r)| is −r for all policies here, and √(7/2)/(1/2 − r) is convex in r."""
    first = "environment one { states s  actions a, b  start s  s --_--> s }\n"
    value = "sqrt(7/2)/(abs(min(-1/2, x)) + 1/2)"
    found = solved(
        first + f"objective o : OMORL {{ discount 0 reward x {{ s --a--> s: -2, s --b--> s: -1/2 }} value {value} }}"
    )
    assert isclose(float(found.value[0].high), 3.5**0.5, abs_tol=1e-6)


@pytest.mark.slow
def test_larger_models_are_solved_in_floating_point_and_bounded() -> None:
    size = 90
    parts = world(1, size, 3, 3) + "objective o : OMORL { discount 9/10 " + paid(1, "xy", size, 3) + " value VALUE }"
    environment, discount, tables = model(parts.replace("VALUE", "x"))
    for value, weights in (("exp(x/10)", (1, 0)), ("x + 2*y", (1, 2)), ("(2*x - y)^3", (2, -1))):
        (bounds,) = solved(parts.replace("VALUE", value), Task(seconds=20)).value
        weighted = tuple(
            tuple(weights[0] * u + weights[1] * v for u, v in zip(*rows, strict=True))
            for rows in zip(*tables, strict=True)
        )
        best = highs(environment, discount, weighted)
        best = {"exp(x/10)": 2.718281828459045 ** (best / 10), "x + 2*y": best, "(2*x - y)^3": best**3}[value]
        assert float(bounds.low) - 1e-5 <= best <= float(bounds.high) + 1e-5
        assert bounds.width <= Fraction(1, 10**5)
