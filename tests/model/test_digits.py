"""Numbers as text: what is written is read back, and what is cut off agrees with the number."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specl.model.digits import brief, exponent, parsed, scientific, written
from specl.model.enclosure import Enclosure
from specl.model.real import Real

HUGE = 7 * 10**100_000 + 1
sizes = st.builds(
    lambda whole, e: Fraction(whole) * Fraction(10) ** e, st.integers().filter(bool), st.integers(-600, 600)
)


@given(st.fractions())
def test_written_as_python_writes(value: Fraction) -> None:
    assert written(value) == str(value)


@pytest.mark.parametrize("sign", [1, -1])
def test_more_digits_than_python_writes(sign: int) -> None:
    value = sign * HUGE
    assert parsed(written(value).removeprefix("-")) == abs(value)
    assert written(Fraction(sign, abs(value))).lstrip("-") == f"1/{written(abs(value))}"
    for shown in (Real.of(value), Real.of(2).log() * value, Enclosure(Fraction(value), Fraction(value))):
        assert written(value) in str(shown)


@pytest.mark.parametrize(
    ("text", "value"), [("007", 7), ("0.10", Fraction(1, 10)), ("1.5E+2", 150), ("2e-3", Fraction(1, 500))]
)
def test_literals(text: str, value: Fraction) -> None:
    assert parsed(text) == value


@given(sizes)
def test_the_exponent_is_that_of_the_first_digit(value: Fraction) -> None:
    e = exponent(value)
    assert Fraction(10) ** e <= abs(value) < Fraction(10) ** (e + 1)


@given(sizes, st.integers(1, 9))
def test_digits_that_are_shown_are_digits_of_the_number(value: Fraction, digits: int) -> None:
    text = scientific(value, digits)
    shown = parsed(text.removeprefix("-").replace("…", ""))
    assert text.startswith("-") == (value < 0)
    if "…" in text:
        assert 0 < abs(value) - shown < Fraction(10) ** (exponent(value) + 1 - digits)
    else:
        assert shown == abs(value)


def test_in_messages_numbers_are_short() -> None:
    assert brief(Fraction(-1, 3)) == "-1/3"
    assert brief(1 - 10**400) == "-9.99999…e399"
    assert brief(Real.of(Fraction(1, 2)).power(Fraction(1, 2))) == "sqrt(2)/2"
    assert len(brief(Real.of(2).log() * HUGE)) < 100
