"""What the outer solvers are made of: forms, supports, shapes of functions, cases, comparisons, linear programs."""

import random
import time
from fractions import Fraction
from typing import Any

import pytest
import z3
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from specl.api.load import load
from specl.model.enclosure import Enclosure, enclosure
from specl.model.errors import Undefined, Unsupported
from specl.model.expression import Expression, decide, evaluate, number, variable
from specl.solvers import formalisms as solvers
from specl.solvers.outer.attainable import mean
from specl.solvers.outer.exact_attainable import ExactAttainable
from specl.solvers.outer.float_attainable import FloatAttainable
from specl.solvers.outer.forms import coordinates
from specl.solvers.outer.hull import hull
from specl.solvers.outer.linear_program import Infeasible, Unbounded, solve_exactly
from specl.solvers.outer.quantities import of_returns
from specl.solvers.outer.shape import cases, curvature, is_largest_at_corners, is_piecewise_linear, settled
from specl.solvers.outer.straight import straightened
from specl.solvers.policies import as_policy
from specl.solvers.task import Task
from tests.solvers.occupancy_program import rational, returns, table, vertices
from tests.solvers.written import paid, world
from tests.strategies import expressions

SIDE = Enclosure(Fraction(-1), Fraction(2))
BOX = [SIDE, SIDE]
quick = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
POINTS = st.tuples(*[st.fractions(-1, 2, max_denominator=24)] * 2)


def drawn(seed: int, names: str = "xy") -> Any:
    document = load(world(seed) + f"objective o : OMORL {{ discount 3/4 {paid(seed, names)} value {names[0]} }}")
    return document.environments["world"], document.objectives["o"].objective


def at(function: Expression, point: tuple[Fraction, ...]) -> Enclosure:
    """The value; examples where there is none are passed over."""
    try:
        return enclosure(evaluate(function, lambda i: number(point[i]), number))
    except (Undefined, Unsupported):
        assume(False)
        raise


def functions() -> st.SearchStrategy[Expression]:
    return expressions([0, 1], polynomial=False, max_leaves=6).map(lambda f: settled(f, BOX))


@quick
@given(f=functions(), u=POINTS, v=POINTS, share=st.fractions(0, 1, max_denominator=7))
def test_curvature_is_told_truly(f: Expression, u: Any, v: Any, share: Fraction) -> None:
    """Between two points a concave function lies above the chord, a convex one below, a quasiconvex below the ends."""
    shape = curvature(f, BOX)
    between = tuple(share * x + (1 - share) * y for x, y in zip(u, v, strict=True))
    if shape is None and not is_largest_at_corners(f, BOX) and not is_piecewise_linear(f, 2):
        return
    left, middle, right = at(f, u), at(f, between), at(f, v)
    chord = left * share + right * (1 - share)
    if shape in (0, -1):
        assert middle.high >= chord.low
    if shape in (0, 1):
        assert middle.low <= chord.high
    if is_largest_at_corners(f, BOX):
        assert middle.low <= max(left.high, right.high)


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("r*log(3*r)", 1),
        ("-r*log(r)", -1),
        ("r*log(r/q)", 1),
        ("2/(r + 9)", 1),
        ("-2/(r + 9)", -1),
        ("2/(r - 9)", -1),
        ("sqrt(7)/(abs(min(r - 9, q - 9)) + 1)", None),
        ("r^2 + q^2 + r*q", 1),
        ("(r + q)^2 + r*q", None),
        ("r*q", None),
        ("r^3", None),
        ("(r + 1)^3", 1),
        ("sqrt(r + q) - abs(r)", -1),
        ("exp(r^2)", 1),
        ("log(min(r, q) + 3)", -1),
    ],
)
def test_curvature_of(text: str, shape: int | None) -> None:
    environment = "environment one { states s  actions a  start s  s --_--> s }\n"
    written = f"objective o : OMORL {{ discount 0 reward q {{ }} reward r {{ }} value {text} }}"
    objective: Any = load(environment + written).objectives["o"].objective
    names = {"r": 0, "q": 1}

    def over(node: Expression) -> Expression:
        if node.op == "variable":
            key: Any = node.key
            return variable(names[key.reward])
        return Expression(node.op, tuple(map(over, node.args)), node.key)

    function = over(objective.value)
    assert curvature(function, BOX) == shape
    assert shape is not None or not is_piecewise_linear(function, 2)


@quick
@given(f=functions(), point=POINTS)
def test_cases_have_the_values_of_the_function(f: Expression, point: Any) -> None:
    """f is the largest of the objectives whose requirements are met."""
    listed = cases(f, None)
    assume(listed is not None and len(listed) < 20)
    value = at(f, point)
    assert listed is not None
    met = [
        at(case.objective, point)
        for case in listed
        if all(at(one.of, point).low > 0 or (at(one.of, point).low == 0 and not one.is_strict)
               for one in case.requirements)
    ]  # fmt: skip
    assume(met)
    assert max(one.high for one in met) >= value.low
    assert max(one.low for one in met) <= value.high


@quick
@given(data=st.data())
def test_straight_comparisons_are_equivalent(data: st.DataObject) -> None:
    left, right = (data.draw(expressions([0], polynomial=True, max_leaves=5)) for _ in range(2))
    condition = Expression(data.draw(st.sampled_from(["<", "<=", "=", ">=", ">"])), (left, right))
    straight = straightened(condition, [SIDE])
    for x in data.draw(st.lists(st.fractions(-1, 2, max_denominator=12), min_size=4, max_size=4)):
        assert _truth(condition, x) in (None, _truth(straight, x))


def _truth(condition: Expression, x: Fraction) -> bool | None:
    try:
        found: bool | None = decide(condition, lambda _: number(x), number)
    except Undefined:
        return None
    return found


@pytest.mark.parametrize("seed", range(4))
def test_supports_are_those_of_the_vertices(seed: int) -> None:
    environment, objective = drawn(seed)
    amounts = of_returns(environment, objective.rewards)
    found = coordinates(environment, objective.discount, [objective.value], amounts)
    tables = [table(environment, reward) for reward in objective.rewards.values()]
    engine = ExactAttainable(environment, objective.discount, tables, found.reached)
    near = FloatAttainable(environment, objective.discount, tables, 1e-7)
    corners = vertices(environment, objective.discount, tables)
    rng = random.Random(seed)
    for _ in range(6):
        weights = tuple(Fraction(rng.randint(-9, 9), 4) for _ in tables)
        best = max(sum((w * x for w, x in zip(weights, corner, strict=True)), Fraction(0)) for corner in corners)
        seen, about = engine.support(weights), near.support(weights)
        assert seen.high == best
        assert seen.point.values in corners
        assert best <= about.high <= best + Fraction(1, 10**4)
        near_best = sum((w * x for w, x in zip(weights, about.point.values, strict=True)), Fraction(0))
        assert best - Fraction(1, 10**4) <= near_best + about.point.error * sum(map(abs, weights))
    shape = hull(engine)
    assert shape is not None
    points = shape.points[:3]
    shares = [Fraction(1, 2), Fraction(1, 3), Fraction(1, 6)]
    policy, point = engine.mixture(points, shares)
    rows = as_policy(environment, policy).rows
    own = returns(environment, objective.discount, tables, [dict(enumerate(row)) for row in rows])
    assert point.values == mean(points, shares) == own


@pytest.mark.parametrize("seed", range(30))
def test_exact_linear_programs_are_those_of_z3(seed: int) -> None:
    rng = random.Random(seed)
    rows, columns = rng.randint(1, 4), rng.randint(2, 7)
    matrix = [[Fraction(rng.randint(-3, 4)) for _ in range(columns)] for _ in range(rows)]
    matrix.append([Fraction(1)] * columns)
    right = [Fraction(rng.randint(-2, 5)) for _ in range(rows)] + [Fraction(rng.randint(1, 6))]
    cost = [Fraction(rng.randint(-5, 5), 3) for _ in range(columns)]
    x = z3.Reals(" ".join(f"x{j}" for j in range(columns)))
    oracle = z3.Optimize()
    oracle.add(*(each >= 0 for each in x))
    for line, b in zip(matrix, right, strict=True):
        oracle.add(z3.Sum([rational(c) * each for c, each in zip(line, x, strict=True)]) == rational(b))
    goal = oracle.maximize(z3.Sum([rational(c) * each for c, each in zip(cost, x, strict=True)]))
    try:
        found = solve_exactly(matrix, right, cost)
    except Infeasible:
        assert oracle.check() == z3.unsat
        return
    assert oracle.check() == z3.sat
    assert found.value == Fraction(oracle.upper(goal).as_string())
    assert all(value >= 0 for value in found.values)
    for j, c in enumerate(cost):
        assert sum((y * line[j] for y, line in zip(found.multipliers, matrix, strict=True)), Fraction(0)) >= c
    assert sum((y * b for y, b in zip(found.multipliers, right, strict=True)), Fraction(0)) == found.value


def test_unbounded_linear_programs() -> None:
    with pytest.raises(Unbounded):
        solve_exactly([[Fraction(1), Fraction(-1)]], [Fraction(0)], [Fraction(1), Fraction(0)])


@pytest.mark.slow
@pytest.mark.parametrize("value", [
    "x*y*z*exp(-x*y/400) - (x - z)^4", "abs(x*y - z)^(1/3) - abs(x - y*z)", "log(1 + x^2) + log(1 + y^2*z^2) - x*y*z",
])  # fmt: skip
def test_searches_stop_in_time_with_bounds_that_hold(value: str) -> None:
    document = load(world(2) + f"objective o : OMORL {{ discount 9/10 {paid(2, 'xyz')} value {value} }}")
    environment, objective = document.environments["world"], document.objectives["o"].objective
    begun = time.monotonic()
    short = solvers.solve("OMORL", objective, environment, Task(Fraction(1, 10**12), seconds=0.3))
    assert time.monotonic() - begun < 1.3
    long = solvers.solve("OMORL", objective, environment, Task(Fraction(1, 10**3), seconds=3))
    assert short.value[0].low <= long.value[0].high
    assert long.value[0].low <= short.value[0].high
    assert short.is_precise or short.note
