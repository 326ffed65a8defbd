"""Interval semantics: results contain every value that the operands allow, and conditions are three-valued."""

from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from specl.model.enclosure import Enclosure, enclosure
from specl.model.errors import Undefined, Unsupported
from specl.model.real import ONE, Real

numbers = st.fractions(min_value=-5, max_value=5, max_denominator=20)


@st.composite
def members(draw: st.DrawFn) -> tuple[Enclosure, Fraction]:
    """An enclosure and a number in it."""
    a, b, t = draw(numbers), draw(numbers), draw(st.fractions(min_value=0, max_value=1, max_denominator=10))
    low, high = min(a, b), max(a, b)
    return Enclosure(low, high), low + t * (high - low)


def point(x: Fraction) -> Real:
    return Real.of(x)


@given(members(), members(), st.sampled_from(["+", "-", "*", "/", "min", "max"]))
@settings(max_examples=200, deadline=None)
def test_inclusion(left: tuple[Enclosure, Fraction], right: tuple[Enclosure, Fraction], op: str) -> None:
    (a, x), (b, y) = left, right
    assume(op != "/" or not b.low <= 0 <= b.high)
    found, expected = {
        "+": lambda: (a + b, x + y),
        "-": lambda: (a - b, x - y),
        "*": lambda: (a * b, x * y),
        "/": lambda: (a / b, x / y),
        "min": lambda: (a.minimum(b), min(x, y)),
        "max": lambda: (a.maximum(b), max(x, y)),
    }[op]()
    assert found.contains(expected)


@given(members(), st.sampled_from([-3, -2, -1, 0, 1, 2, 3, 4, Fraction(1, 2), Fraction(-2, 3), Fraction(5, 2)]))
@settings(max_examples=200, deadline=None)
def test_powers(pair: tuple[Enclosure, Fraction], exponent: int | Fraction) -> None:
    a, x = pair
    try:
        found = a.power(exponent)
    except Undefined:
        assert a.low <= 0  # the only reason there can be
        return
    assert found.contains(point(x).power(exponent))


@given(members())
@settings(max_examples=100, deadline=None)
def test_elementary_functions(pair: tuple[Enclosure, Fraction]) -> None:
    a, x = pair
    assert a.exp().contains(point(x).exp())
    assert a.absolute().contains(abs(x))
    if a.low > 0:
        assert a.log().contains(point(x).log())


@given(members(), members(), st.sampled_from(["<", "<=", "=", ">=", ">"]))
@settings(max_examples=200, deadline=None)
def test_a_decided_condition_holds_for_every_member(
    left: tuple[Enclosure, Fraction], right: tuple[Enclosure, Fraction], op: str
) -> None:
    (a, x), (b, y) = left, right
    truth = a.compare(op, b)
    expected = point(x).compare(op, y)
    assert truth in (None, expected)


def test_integer_powers_are_tight() -> None:
    assert Enclosure(Fraction(-1), Fraction(2)).power(2) == Enclosure(Fraction(0), Fraction(4))
    assert Enclosure(Fraction(-1), Fraction(2)).power(3) == Enclosure(Fraction(-1), Fraction(8))


def test_mixing_with_exact_numbers() -> None:
    a = Enclosure(Fraction(1), Fraction(2))
    root = Real.of(2).power(Fraction(1, 2))
    assert (root + a).contains(root + 1)
    assert (root - a).contains(root - 2)
    assert (a * root).contains(root * Fraction(3, 2))
    assert (1 / a) == Enclosure(Fraction(1, 2), Fraction(1))
    assert root.minimum(a).contains(root)
    assert root.compare("<", a) is None
    assert ONE.compare("<=", a) is True
    assert a.compare(">", 0) is True
    with pytest.raises(Unsupported):
        enclosure(0.5)
    with pytest.raises(TypeError):
        a + 0.5


def test_undecided_choice_is_the_hull() -> None:
    a, b = Enclosure(Fraction(0), Fraction(1)), Enclosure(Fraction(3), Fraction(4))
    assert a.choose(None, b) == Enclosure(Fraction(0), Fraction(4))
    assert a.choose(True, b) == a
    assert a.choose(False, b) == b


@pytest.mark.parametrize(
    "operation",
    [
        lambda a: 1 / a,
        lambda a: a.log(),
        lambda a: a.power(Fraction(1, 2)),
        lambda a: a.power(-2),
    ],
)
def test_undefined_somewhere_is_undefined(operation: object) -> None:
    with pytest.raises(Undefined):
        operation(Enclosure(Fraction(-1), Fraction(1)))  # type: ignore[operator]


def test_long_ends_are_rounded_outward() -> None:
    x = Enclosure(Fraction(1, 3), Fraction(1, 3))
    exact = Fraction(1)
    product = Enclosure(Fraction(1), Fraction(1))
    for n in range(1, 1500):
        exact *= Fraction(n, n + 2)
        product = product * Fraction(n, n + 2)
    assert product.contains(exact)
    assert product.low.denominator.bit_length() < 1000
    assert (x * 3).rational == 1


def test_text_is_rounded_outward() -> None:
    third = Enclosure(Fraction(1, 3), Fraction(1, 3) + Fraction(1, 1000))
    assert str(third) == "[0.3333, 0.3344]"
    assert str(Enclosure(Fraction(-1, 3), Fraction(1, 3))) == "[-0.334, 0.334]"


@pytest.mark.parametrize("x", [Fraction(-1, 3), Fraction(2, 3), Fraction(-3, 2), Fraction(1), Fraction(101, 100)])
@pytest.mark.parametrize("n", [4096, 4097, 5000, 5001])
def test_large_natural_powers(x: Fraction, n: int) -> None:
    assert Enclosure(x, x).power(n).contains(x**n)
    assert Enclosure(x - Fraction(1, 10**6), x + Fraction(1, 10**6)).power(n).contains(x**n)


def test_powers_beyond_all_bounds() -> None:
    tiny = Enclosure(Fraction(-1, 3), Fraction(1, 2)).power(10**300)
    assert tiny.low == 0
    assert 0 < tiny.high < Fraction(1, 10**1000)
    with pytest.raises(Undefined):
        Enclosure(Fraction(1), Fraction(2)).power(10**300)
