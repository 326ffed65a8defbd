"""The parts from which objectives are put together: numbers, orders of points, functions, cases."""

import itertools
from collections.abc import Sequence
from fractions import Fraction

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from specl.model.expression import Expression, evaluate, variable
from specl.model.real import Real
from specl.wishes.outer.goal import Goal
from specl.wishes.outer.linear import as_terms, linear
from specl.wishes.outer.quantities import Quantity, as_it_is, combined, separating
from specl.wishes.outer.shapes import first_keys, functions, polynomial, runs, steps
from specl.wishes.outer.simplest import in_half_open, simplest
from specl.wishes.outer.tree import tree

NUMBERS = st.fractions(-4, 4, max_denominator=6)
X = ((variable("x"), Fraction(1)),)


@st.composite
def goals(draw: st.DrawFn, most: int = 5) -> Goal:
    """Parts of a random total preorder, with a strict comparison."""
    heights = draw(st.lists(st.integers(0, 2), min_size=2, max_size=most))
    pairs = list(itertools.combinations(range(len(heights)), 2))
    chosen = [(i, j) for i, j in pairs if draw(st.booleans())]
    strict = tuple((i, j) if heights[i] > heights[j] else (j, i) for i, j in chosen if heights[i] != heights[j])
    assume(strict)
    return Goal(len(heights), strict, tuple((i, j) for i, j in chosen if heights[i] == heights[j]))


def worth(function: Expression, values: Sequence[Fraction]) -> list[Fraction]:
    """The function of x at these values."""
    found = [evaluate(function, lambda _, at=value: Real.of(at)).rational for value in values]  # type: ignore[misc]
    return [value for value in found if value is not None]


@given(st.none() | NUMBERS, st.none() | NUMBERS)
def test_nothing_simpler_lies_between(low: Fraction | None, high: Fraction | None) -> None:
    assume(low is None or high is None or low < high)
    found = simplest(low, high)
    assert low is None or low < found
    assert high is None or found < high
    for denominator in range(1, found.denominator + 1):
        for numerator in range(-40, 41):
            other = Fraction(numerator, denominator)
            if (low is None or low < other) and (high is None or other < high):
                assert (other.denominator, abs(other)) >= (found.denominator, abs(found))


def test_numbers_that_agree_in_hundreds_of_digits() -> None:
    low = Fraction(10**400 // 3, 10**400)
    high = low + Fraction(1, 10**399)
    assert low < simplest(low, high) <= in_half_open(low, high) <= high
    assert simplest(low, high) == Fraction(1, 3)


@settings(max_examples=60)
@given(goals(), st.data())
def test_heights_exist_iff_some_order_fits(goal: Goal, data: st.DataObject) -> None:
    values = [data.draw(st.sampled_from([Fraction(0), Fraction(1), Fraction(2)])) for _ in range(goal.size)]
    found = goal.heights(values)
    alike = [(i, j) for i, j in itertools.combinations(range(goal.size), 2) if values[i] == values[j]]
    tied = Goal(goal.size, goal.strict, (*goal.ties, *alike))
    fitting = [
        order
        for order in itertools.product(range(goal.size), repeat=goal.size)
        if tied.granted([Fraction(height) for height in order])
    ]
    assert (found is not None) == bool(fitting)
    if found is not None:
        assert found in fitting
        assert set(found) == set(range(max(found) + 1))


@settings(max_examples=120)
@given(goals(), st.data())
def test_every_function_grants_the_goal(goal: Goal, data: st.DataObject) -> None:
    values = [data.draw(NUMBERS) for _ in range(goal.size)]
    for function in functions(goal, X, values):
        assert goal.granted(worth(function, values))
    curve = polynomial(goal, variable("x"), values)
    if curve is not None:
        assert goal.granted(worth(curve, values))
    heights = goal.heights(values)
    if heights is not None:
        assert goal.granted(worth(steps(variable("x"), runs(values, heights)), values))
    for key, found in first_keys(goal, X, values):
        assert len({x - y for x, y in zip(worth(key, values), found, strict=True)}) == 1
        assert goal.allowed(found)
        assert len(goal.left(found).strict) < len(goal.strict)


@settings(max_examples=100)
@given(goals(), st.data())
def test_a_distance_or_a_cut_is_found_if_there_is_one(goal: Goal, data: st.DataObject) -> None:
    values = [Fraction(data.draw(st.integers(-4, 4))) for _ in range(goal.size)]
    grid = [Fraction(k, 8) for k in range(-80, 81)]
    bends = {
        "abs": [[abs(x - c) for x in values] for c in grid],
        "min": [[min(x, c) for x in values] for c in grid],
        "max": [[max(x, c) for x in values] for c in grid],
    }
    found = list(functions(goal, X, values))
    bare = goal.granted(values) or goal.granted([-value for value in values])
    for op, tried in bends.items():
        rising, falling = any(map(goal.granted, tried)), any(map(goal.reversed.granted, tried))
        if op == "abs" or not bare:
            assert (rising, falling) == (
                any(function.op == op for function in found),
                any(function.op == "neg" and function.args[0].op == op for function in found),
            )


@settings(max_examples=100)
@given(goals(), st.data())
def test_quantities_that_tell_points_apart_suffice(goal: Goal, data: st.DataObject) -> None:
    base = [
        Quantity(
            ((variable(name), Fraction(1)),), tuple(Fraction(data.draw(st.integers(0, 1))) for _ in range(goal.size))
        )
        for name in "xyz"
    ]
    together = list(zip(*(quantity.values for quantity in base), strict=True))
    joint = [Fraction(sum(2**k * int(value) for k, value in enumerate(values))) for values in together]
    found = separating(goal, base)
    assert (found is None) == (goal.heights(joint) is None)
    if found is not None:
        assert goal.heights(found.values) is not None
        parts = [(quantity, dict(found.terms).get(quantity.terms[0][0])) for quantity in base]
        assert found.values == combined([(quantity, c) for quantity, c in parts if c]).values
    heights = goal.heights(joint)
    if heights is not None:
        branching = tree(base, heights, as_it_is, 3)
        assert branching is not None
        at = [dict(zip("xyz", map(Real.of, values), strict=True)) for values in together]
        assert [evaluate(branching[0], point.__getitem__) for point in at] == list(heights)


def test_two_hundred_steps_are_nested_eight_deep() -> None:
    values = [Fraction(i * i, 7) for i in range(200)]
    heights = [(i * 37) % 200 for i in range(200)]
    function = steps(variable("x"), runs(values, heights))
    assert worth(function, values) == heights
    assert _depth(function) <= 9


def _depth(node: Expression) -> int:
    return (node.op == "if") + max(map(_depth, node.args), default=0)


TERMS = st.dictionaries(st.sampled_from("abc"), st.integers(-2, 2).filter(bool).map(Fraction))


@given(TERMS, NUMBERS)
def test_linear_expressions_are_what_they_are_made_of(terms: dict[str, Fraction], offset: Fraction) -> None:
    given_terms = tuple((variable(name), c) for name, c in terms.items())
    found, constant = as_terms(linear(given_terms, offset))
    assert (dict(found), constant) == (dict(given_terms), offset)
