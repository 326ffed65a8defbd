"""Numbers in texts are rounded once, to the nearest double, or left to exact arithmetic."""

import string
import tempfile
from fractions import Fraction
from pathlib import Path

import numpy as np
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from specl.interchange.reading.faults import text_of
from specl.interchange.reading.loops import number, quotient
from specl.interchange.reading.numbers import exactly

DECIMALS = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.floats(0, 1).map(repr),
    st.decimals(allow_nan=False, allow_infinity=False).map(str),
    st.from_regex(
        r"[+-]?(\d{1,25}\.?\d{0,25}|\.\d{1,25})([eE][+-]?\d{1,3})?", fullmatch=True, alphabet=string.printable
    ),
)


@given(DECIMALS)
@example("9007199254740993")
@example("0.1000000000000000055511151231257827")
@example("1e22")
@example("1e23")
@settings(max_examples=400, deadline=None)
def test_decimals(word: str) -> None:
    value, end, is_read = number(np.frombuffer(f"{word} 7".encode(), dtype=np.uint8), 0)
    assert end == len(word)
    assert not is_read or value == float(word)


@given(st.floats(0.01, 0.99), st.integers(18, 18), st.integers(-1, 1))
@example(9876.54321, 13, 0)
@settings(max_examples=400, deadline=None)
def test_quotients_near_the_middle_between_two_doubles(below: float, scale: int, step: int) -> None:
    middle = (Fraction(below) + Fraction(float(np.nextafter(below, np.inf)))) / 2
    above = round(middle * 10**scale) + step
    assume(2**53 < above < 10**18)
    value = quotient(above, float(10**scale))
    assert np.isnan(value) or value == above / 10**scale


@given(st.text("0123456789.eE+-/ nax", max_size=12))
@settings(max_examples=300, deadline=None)
def test_words_that_are_no_numbers_are_not_read(word: str) -> None:
    value, _, is_read = number(np.frombuffer(f"{word}\n".encode(), dtype=np.uint8), 0)
    if is_read:
        assert value == float(word.split(" ")[0])


@given(st.integers(-(10**30), 10**30), st.integers(1, 10**30))
@settings(max_examples=50, deadline=None)
def test_fractions(above: int, below: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "m").write_text(f"{above}/{below}")
        assert exactly(text_of(Path(folder, "m")), [0], {}, "a number") == [above / below]
