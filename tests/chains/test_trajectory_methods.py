"""The parts of enclosures: interval arithmetic in doubles, derivatives, laws on a grid, approximation, rewriting."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from specl.chains import bounds
from specl.chains.chain import Chain, induced
from specl.chains.grid import build
from specl.chains.interval_array import IntervalArray, intervals
from specl.chains.jets import Jet
from specl.chains.law import Walk, discounted_return, ranges
from specl.chains.linear_forms import combine, split
from specl.chains.recurrence import absorption
from specl.chains.trajectory import expect
from specl.model.enclosure import Enclosure
from specl.model.errors import Undefined
from specl.model.expression import Expression, evaluate, variables
from specl.model.real import ZERO, Real
from tests.strategies import environments, expressions, policies, rewards

finite = st.floats(min_value=-50, max_value=50, allow_subnormal=False)


@given(st.lists(finite, min_size=1, max_size=5), st.sampled_from(["exp", "log", "sqrt", "inverse", "cube"]))
@settings(max_examples=80, deadline=None)
def test_functions_of_points_are_enclosed_narrowly(points: list[float], name: str) -> None:
    if name in ("log", "sqrt", "inverse"):
        points = [abs(x) + 1e-3 for x in points]
    x = np.array(points)
    array = IntervalArray(x, x)
    cases: dict[str, tuple[IntervalArray, Any]] = {
        "exp": (array.exp(), lambda q: q.exp()),
        "log": (array.log(), lambda q: q.log()),
        "sqrt": (array.root(), lambda q: q.power(Fraction(1, 2))),
        "inverse": (array.inverse(), lambda q: 1 / q),
        "cube": (array.integer_power(3), lambda q: q.power(3)),
    }
    found, exact = cases[name]
    for value, low, high in zip(points, found.low, found.high, strict=True):
        expected = exact(Real.of(Fraction(value)))
        assert Enclosure(Fraction(low), Fraction(high)).contains(expected)
        assert high - low <= 1e-13 * max(abs(low), abs(high)) + 1e-13


@given(
    st.tuples(finite, finite).map(sorted), st.tuples(finite, finite).map(sorted),
    st.fractions(0, 1), st.fractions(0, 1), st.sampled_from("+-*/"),
)
@settings(max_examples=150, deadline=None)
def test_arithmetic_has_the_inclusion_property(
    a: list[float], b: list[float], s: Fraction, t: Fraction, op: str
) -> None:
    x, y = (Fraction(p[0]) + w * (Fraction(p[1]) - Fraction(p[0])) for p, w in ((a, s), (b, t)))
    assume(op != "/" or not b[0] <= 0 <= b[1])
    left, right = (IntervalArray(np.array([p[0]]), np.array([p[1]])) for p in (a, b))
    found, expected = {
        "+": lambda: (left + right, x + y),
        "-": lambda: (left - right, x - y),
        "*": lambda: (left * right, x * y),
        "/": lambda: (left / right, x / y),
    }[op]()
    assert found.low[0] <= expected
    assert expected <= found.high[0]


eighths = st.integers(-40, 40).map(lambda n: n / 8)
parts = st.integers(0, 8).map(lambda n: Fraction(n, 8))


@given(expressions(["x", "y"], polynomial=False), st.tuples(eighths, eighths), parts, parts)
@settings(max_examples=80, deadline=None)
def test_jets_enclose_values_and_slopes(
    f: Expression, corner: tuple[float, float], s: Fraction, t: Fraction
) -> None:
    """f(b) − f(a) is in gradient·(b − a) for any a, b in the box, wherever the gradient is bounded."""
    side = Fraction(1, 4)
    boxes = [IntervalArray(np.array([c]), np.array([c + 0.25])) for c in corner]
    jet = evaluate(f, {"x": Jet.of_variable(2, 0, boxes[0]), "y": Jet.of_variable(2, 1, boxes[1])}.__getitem__,
                   lambda value: Jet.of_constant(2, value))
    a = {"x": Real.of(Fraction(corner[0])), "y": Real.of(Fraction(corner[1]))}
    b = {"x": a["x"] + s * side, "y": a["y"] + t * side}
    try:
        values = [evaluate(f, point.__getitem__).enclose() for point in (a, b)]
    except Undefined:
        assume(False)
    low, high = float(jet.value.low.reshape(-1)[0]), float(jet.value.high.reshape(-1)[0])
    for value in values:
        assert low <= value.high
        assert value.low <= high
    slope = intervals(0)
    for part, step in zip(jet.gradient, (s * side, t * side), strict=True):
        if part is not None:
            slope = slope + part * step
    assert float(slope.low.reshape(-1)[0]) <= values[1].high - values[0].low
    assert values[1].low - values[0].high <= float(slope.high.reshape(-1)[0])


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Chain, dict[str, Any]]:
    environment = draw(environments())
    chain = induced(environment, draw(policies(environment)))
    discount = draw(st.sampled_from([Fraction(1, 3), Fraction(1, 2), Fraction(9, 10)]))
    paid = {}
    for key in ("g", "h"):
        reward = draw(rewards(environment))
        paid[key] = (discount, tuple(tuple(reward.get(move.step, ZERO) for move in row) for row in chain.moves))
    return chain, paid


def search_for(chain: Chain, f: Expression, returns: dict[str, Any]) -> bounds.Search:
    ends = absorption(chain)
    records = tuple(discounted_return(*returns[key]) for key in ("g", "h"))
    classes = range(len(ends.classes))
    problem = bounds.Problem(
        chain, f, ("g", "h"), records, tuple({} for _ in classes), tuple(classes), ends.states, ends.start
    )
    walk = Walk.of(chain, records, ends.states)
    onward = [ranges(chain, one) for one in records]
    nothing = Enclosure(Fraction(0), Fraction(0))
    begun = walk.begin()
    search = bounds.Search(problem, walk, onward, Fraction(1, 1000), begun, nothing)
    bounds._expanded(search, 0, 0.0)  # settles certain paths; leaves the others
    return search


@pytest.mark.parametrize("method", [bounds._gridded, bounds._smooth])
@given(st.data())
@settings(max_examples=15, deadline=None)
def test_each_method_contains_exact_moments(method: Any, data: st.DataObject) -> None:
    chain, returns = data.draw(worlds())
    f = data.draw(expressions(["g", "h"], max_leaves=3))
    search = search_for(chain, f, returns)
    assume(all(any(column[i].width > 0 for i, _ in chain.start) for column in search.onward))
    exact = expect(chain, f, returns, {})
    found = method(search)
    if found is not None:
        assert found.contains(exact)


@given(worlds())
@settings(max_examples=15, deadline=None)
def test_grid_laws_have_the_exact_means(world: tuple[Chain, dict[str, Any]]) -> None:
    chain, returns = world
    record = discounted_return(*returns["g"])
    grid = build(chain, [record], [ranges(chain, record)], [[Fraction(1)] for _ in chain.states], 500, 1.0)
    for i, (law,) in enumerate(grid.cells):
        assert law is not None
        assert law.mass.sum() == pytest.approx(1, abs=1e-9)
        begun = Chain(chain.states, ((i, Fraction(1)),), chain.moves)
        mean = expect(begun, Expression("variable", key="g"), returns, {}).rational
        assert (law.points[0] * law.mass).sum() + law.excess[0].sum() == pytest.approx(float(mean), abs=1e-9)
        assert (law.excess[0] >= 0).all()
        assert (law.excess[0] <= law.mass * grid.spread[0] * (1 + 1e-9)).all()


@given(expressions(["g", "h", "limit"], polynomial=False, max_leaves=6), st.data())
@settings(max_examples=100, deadline=None)
def test_rewriting_keeps_the_function(f: Expression, data: st.DataObject) -> None:
    """On a chain of one certain path the returns are their rewards / (1 − γ)."""
    values = {key: Real.of(data.draw(st.fractions(-3, 3, max_denominator=4))) for key in ("g", "h", "limit")}
    half = Fraction(1, 2)
    returns = {key: (half, ((values[key] * half,),)) for key in ("g", "h")}
    simpler, combined = combine(f, returns)
    assert variables(simpler) <= combined.keys() | {"limit"}
    onto = {key: paid[0][0] / (1 - discount) for key, (discount, paid) in combined.items()} | {"limit": values["limit"]}
    try:
        expected = evaluate(f, values.__getitem__)
    except Undefined:
        assume(False)
    assert evaluate(simpler, onto.__getitem__).compare("=", expected) is not False
    total = sum((evaluate(part, onto.__getitem__) for part in split(simpler, frozenset(combined))), start=ZERO)
    assert total.compare("=", expected) is not False
