"""Linear systems: solutions solve, singular systems are told, over ℚ and over another field."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specl.chains.linear import Singular, solve

SMALL = st.builds(Fraction, st.integers(-4, 4), st.integers(1, 3))


@dataclass(frozen=True)
class Root:
    """a + b√2: a field that is not the rationals."""

    a: Fraction
    b: Fraction

    @staticmethod
    def of(value: Any) -> "Root":
        if isinstance(value, Root):
            return value
        return Root(Fraction(value), Fraction(0))

    def __add__(self, other: Any) -> "Root":
        right = Root.of(other)
        return Root(self.a + right.a, self.b + right.b)

    __radd__ = __add__

    def __neg__(self) -> "Root":
        return Root(-self.a, -self.b)

    def __sub__(self, other: Any) -> "Root":
        return self + -Root.of(other)

    def __rsub__(self, other: Any) -> "Root":
        return Root.of(other) - self

    def __mul__(self, other: Any) -> "Root":
        right = Root.of(other)
        return Root(self.a * right.a + 2 * self.b * right.b, self.a * right.b + self.b * right.a)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> "Root":
        right = Root.of(other)
        norm = right.a**2 - 2 * right.b**2
        return self * Root(right.a / norm, -right.b / norm)

    def __rtruediv__(self, other: Any) -> "Root":
        return Root.of(other) / self

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Root | Fraction | int):
            return NotImplemented
        converted = Root.of(other)
        return (self.a, self.b) == (converted.a, converted.b)

    def __hash__(self) -> int:
        return hash((self.a, self.b))


def determinant(matrix: Sequence[Sequence[Any]]) -> Any:
    """By Laplace's expansion."""
    if not matrix:
        return Fraction(1)
    terms = [
        (-1) ** j * entry * determinant([[*row[:j], *row[j + 1 :]] for row in matrix[1:]])
        for j, entry in enumerate(matrix[0])
    ]
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return total


def systems(numbers: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[list[list[Any]], list[list[Any]]]]:
    sparse = st.just(Fraction(0)) | numbers
    return st.integers(1, 4).flatmap(
        lambda size: st.tuples(
            st.lists(st.lists(sparse, min_size=size, max_size=size), min_size=size, max_size=size),
            st.lists(st.lists(sparse, min_size=size, max_size=size), min_size=1, max_size=3),
        )
    )


def check(matrix: list[list[Any]], right: list[list[Any]]) -> None:
    rows = [dict(enumerate(row)) for row in matrix]
    if determinant(matrix) == 0:
        with pytest.raises(Singular):
            solve(rows, right)
        return
    solutions = solve(rows, right)
    assert len(solutions) == len(right)
    for solution, b in zip(solutions, right, strict=True):
        assert len(solution) == len(b)
        for row, value in zip(matrix, b, strict=True):
            residual = -value
            for a, x in zip(row, solution, strict=True):
                residual = residual + a * x
            assert residual == 0


@settings(max_examples=150, deadline=None)
@given(systems(SMALL))
def test_rational_systems(system: tuple[list[list[Fraction]], list[list[Fraction]]]) -> None:
    check(*system)


@settings(max_examples=150, deadline=None)
@given(systems(SMALL | st.builds(Root, SMALL, SMALL)))
def test_systems_over_another_field(system: tuple[list[list[Any]], list[list[Any]]]) -> None:
    check(*system)


def test_rational_solutions_are_fractions() -> None:
    ((x, y),) = solve([{0: 2, 1: 1}, {1: 4}], [[1, 1]])
    assert isinstance(x, Fraction)
    assert (x, y) == (Fraction(3, 8), Fraction(1, 4))


def test_nothing_to_solve() -> None:
    assert solve([], [[], []]) == ((), ())
    assert solve([{0: Fraction(1)}], []) == ()


def test_a_long_chain_of_unknowns_needs_no_recursion() -> None:
    size = 3000
    rows = [{i: Fraction(1), i + 1: Fraction(-1)} for i in range(size - 1)] + [{size - 1: Fraction(1)}]
    (found,) = solve(rows, [[Fraction(1)] * size])
    assert found == tuple(Fraction(size - i) for i in range(size))


@pytest.mark.parametrize(("rows", "right"), [([{0: 1}], [[1, 2]]), ([{1: 1}], [[1]]), ([{0: 1}, {0: 1}], [[1]])])
def test_sizes_must_fit(rows: list[dict[int, int]], right: list[list[int]]) -> None:
    with pytest.raises(ValueError, match="equations"):
        solve(rows, right)
