"""Weights against linearity: they cancel, cover all discounts, and exist exactly where no linear functional does."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise

import pytest
import z3
from flint import fmpq_poly
from hypothesis import given, settings
from hypothesis import strategies as st

from specl.obstructions.claims.failure import NoCertificate
from specl.obstructions.exact.multipliers import Features, Ordering, Weights, constant_weights, weights
from specl.obstructions.exact.ratio import ZERO, Ratio, constant, polynomial
from specl.obstructions.exact.simplex import vertex

NUMBERS = st.integers(-2, 2)


@st.composite
def ordered_vectors(draw: st.DrawFn) -> tuple[list[list[str]], dict[str, list[int]]]:
    """Groups of names, best first, and integer vectors for them."""
    sizes = draw(st.lists(st.integers(1, 3), min_size=2, max_size=3))
    names = iter("abcdefghi")
    ordering = [[next(names) for _ in range(size)] for size in sizes]
    width = draw(st.integers(1, 4))
    vector = st.lists(NUMBERS, min_size=width, max_size=width)
    return ordering, {name: draw(vector) for group in ordering for name in group}


def is_orderable(ordering: Ordering, vectors: Mapping[str, Sequence[int]]) -> bool:
    """Whether a linear functional orders the vectors so, by Z3."""
    solver = z3.Solver()
    functional = z3.RealVector("v", len(next(iter(vectors.values()))))

    def value(name: str) -> z3.ArithRef:
        return z3.Sum([x * v for x, v in zip(vectors[name], functional, strict=True)])

    for group in ordering:
        solver.add([value(a) == value(b) for a, b in pairwise(group)])
    solver.add([value(a[0]) > value(b[0]) for a, b in pairwise(ordering)])
    return bool(solver.check() == z3.sat)


def check_weights(ordering: Ordering, features: Features, found: Weights, at: Fraction) -> None:
    group = {name: i for i, members in enumerate(ordering) for name in members}
    width = len(next(iter(features.values())))
    pairs = [(better, worse, weight.at(at).rational or Fraction(0)) for better, worse, weight in found.pairs]
    strict = [weight for better, worse, weight in pairs if group[better] < group[worse]]
    assert all(group[better] <= group[worse] for better, worse, _ in pairs)
    assert min(strict) >= 0
    assert sum(strict) > 0
    for k in range(width):
        total = sum((weight * (features[b][k] - features[w][k]).at(at) for b, w, weight in pairs), ZERO)
        assert total == 0


@settings(max_examples=150, deadline=None)
@given(ordered_vectors())
def test_weights_exist_exactly_where_no_functional_does(case: tuple[list[list[str]], dict[str, list[int]]]) -> None:
    ordering, vectors = case
    features = {name: [constant(x) for x in vector] for name, vector in vectors.items()}
    found = constant_weights(ordering, features)
    assert (found is None) == is_orderable(ordering, vectors)
    if found is not None:
        check_weights(ordering, features, found, Fraction(1, 2))
        numbers = [weight.rational for *_, weight in found.pairs]
        assert all(number is not None and number.denominator == 1 for number in numbers)


@st.composite
def nonnegative_systems(draw: st.DrawFn) -> tuple[list[list[Fraction]], list[Fraction]]:
    width = draw(st.integers(1, 4))
    row = st.lists(NUMBERS.map(Fraction), min_size=width, max_size=width)
    matrix = draw(st.lists(row, min_size=1, max_size=4))
    return matrix, draw(st.lists(NUMBERS.map(Fraction), min_size=len(matrix), max_size=len(matrix)))


@settings(max_examples=150, deadline=None)
@given(nonnegative_systems())
def test_vertices_solve_the_system(system: tuple[list[list[Fraction]], list[Fraction]]) -> None:
    matrix, right = system
    found = vertex(matrix, right)
    solver = z3.Solver()
    unknown = z3.RealVector("x", len(matrix[0]))
    solver.add([x >= 0 for x in unknown])
    for row, b in zip(matrix, right, strict=True):
        solver.add(z3.Sum([int(a) * x for a, x in zip(row, unknown, strict=True)]) == int(b))
    assert (found is not None) == (solver.check() == z3.sat)
    if found is not None:
        assert min(found.values) >= 0
        for row, b in zip(matrix, right, strict=True):
            assert sum(a * x for a, x in zip(row, found.values, strict=True)) == b
        assert {j for j, x in enumerate(found.values) if x} <= set(found.basis)


def poly(*coefficients: int) -> Ratio:
    return polynomial(fmpq_poly(list(coefficients)))


SAMPLES = [Fraction(k, 40) for k in range(40)]


def test_pieces_where_no_weights_are_good_for_every_discount() -> None:
    # differences of neighbours: γ − 1/2, 1, 1/4 − γ², so the first or the last takes part, on its side
    ordering = [["a"], ["b"], ["c"], ["d"]]
    steps = [poly(-1, 2) / 2, poly(1), poly(1, 0, -4) / 4]
    values = [ZERO]
    for step in reversed(steps):
        values.insert(0, values[0] + step)
    features = {name: [value] for name, value in zip("abcd", values, strict=True)}
    assert constant_weights(ordering, features) is None
    found = weights(ordering, features)
    for x in SAMPLES:
        on = [each for each in found if each.on.low <= x <= each.on.high]
        assert on
        for each in on:
            if x not in (each.on.low, each.on.high):
                check_weights(ordering, features, each, x)
    assert found[0].on.low == 0
    assert found[-1].on.high == 1
    assert all(a.on.high == b.on.low and (a.on.closed_high or b.on.closed_low) for a, b in pairwise(found))


def test_weights_with_a_square_root_where_they_change_sign() -> None:
    # a > b > c with differences γ² − 1/2 and 1/3 − γ: one discount is enough for a functional to exist
    features = {"a": [poly(-3, 0, 6) / 6 + poly(1, -3) / 3], "b": [poly(1, -3) / 3], "c": [ZERO]}
    with pytest.raises(NoCertificate, match=r"with the discount .* does order") as caught:
        weights([["a"], ["b"], ["c"]], features)
    assert caught.value.decided


def test_ties_take_part_with_either_sign() -> None:
    features = {"a": [poly(4, 3) / 6], "b": [poly(-1, 3) / 3], "c": [ZERO]}  # a − b = 1 − γ/2, b − c = γ − 1/3
    ordering = [["a", "b"], ["c"]]
    [found] = weights(ordering, features)
    for x in SAMPLES:
        check_weights(ordering, features, found, x)
