"""Numbers as they are shown: what stands there is true of the number."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specl.model.enclosure import Enclosure
from specl.model.real import Real
from specl.render.number import exact, show

fractions = st.fractions(max_denominator=10**15)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Real.of(0), "0"),
        (Real.of(Fraction(-7, 2)), "-7/2"),
        (Real.of(Fraction(123457, 999983)), "0.123459…"),
        (Real.of(Fraction(-123457, 999983)), "-0.123459…"),
        (Real.of(Fraction(1, 2**20)), "1/1048576"),
        (Real.of(Fraction(123456789, 2 * 10**9)), "0.061728…"),
        (Real.of(Fraction(1, 3 * 10**12)), "0.000000000000333333…"),
        (Real.of(Fraction(12345678901, 10**5)), "123456.78901"),
        (Real.of(10**15 + 1), "1000000000000001"),
        (Real.of(Fraction(10**400)), "1e400"),
        (Real.of(Fraction(2, 3) * 10**400), "6.66666…e399"),
        (Real.of(Fraction(-2, 3) / 10**400), "-6.66666…e-401"),
        (Real.of(3).log() / 2, "log(3)/2"),
        (Real.of(10**10).exp() / 3, "exp(10000000000)/3"),
        (Real.of(2).log() * 10**400, "6.93147…e399"),
        (Enclosure(Fraction(1, 3), Fraction(2, 3)), "[0.333333, 0.666667]"),
        (Enclosure(Fraction(-2, 3), Fraction(-1, 3)), "[-0.666667, -0.333333]"),
        (Enclosure(Fraction(1, 2), Fraction(1, 2)), "1/2"),
        ((Real.of(2), Real.of(Fraction(1, 3))), "(2, 1/3)"),
    ],
)
def test_shown(value: object, shown: str) -> None:
    assert show(value) == shown


@given(fractions)
def test_digits_that_are_cut_off_are_digits_of_the_number(value: Fraction) -> None:
    text = show(Real.of(value))
    if "…" not in text:
        assert Fraction(text) == value
        return
    mantissa, _, exponent = text.partition("…")
    scale = Fraction(10) ** int(exponent.removeprefix("e") or 0)
    digits = Fraction(mantissa) * scale
    unit = scale / 10 ** len(mantissa.partition(".")[2])
    assert 0 < abs(value) - abs(digits) < unit
    assert (value < 0) == text.startswith("-")


@given(fractions)
def test_json_of_a_rational_is_exact(value: Fraction) -> None:
    written = exact(Real.of(value))
    assert isinstance(written, str)
    assert Fraction(written) == value


@given(fractions, st.fractions(min_value=Fraction(1, 10**12), max_value=10))
def test_json_of_an_enclosure_holds_it_and_hardly_more(low: Fraction, width: Fraction) -> None:
    written = exact(Enclosure(low, low + width))
    assert isinstance(written, dict)
    below, above = Fraction(written["low"]), Fraction(written["high"])
    assert below <= low
    assert low + width <= above
    assert above - below <= width * Fraction(6, 5)


def test_json_of_an_irrational_number_is_written_and_enclosed() -> None:
    written = exact(Real.of(2).power(Fraction(1, 2)))
    assert isinstance(written, dict)
    assert written["exact"] == "sqrt(2)"
    low, high = Fraction(written["low"]), Fraction(written["high"])
    assert low**2 < 2 < high**2
    assert high - low < Fraction(1, 10**18)


def test_json_of_a_number_too_large_to_be_enclosed_is_how_it_is_written() -> None:
    assert exact(Real.of(10**10).exp() / 3) == {"exact": "exp(10000000000)/3"}


def test_json_of_a_rational_holds_all_its_digits() -> None:
    assert exact(Real.of(Fraction(10) ** 5000)) == "1" + "0" * 5000


def test_json_of_a_rank_of_several_keys_is_a_list() -> None:
    assert exact((Real.of(2), (Real.of(Fraction(1, 3)),))) == ["2", ["1/3"]]
