"""How bounds on a value are written."""

from fractions import Fraction

import pytest

from specl.api.solved_text import value_text
from specl.solvers.solved import Bounds


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        ("1/3", "1/3", "1/3 exactly"),
        ("0.61538461", "0.61538462", "0.6153846… (known to 1e-8)"),
        ("0", "2e-300", "0.000000 (known to 2e-300)"),
        ("-1e-300", "1e-300", "0.000000 (known to 2e-300)"),
        ("-0.25", "0.25", "[-0.250000, 0.250000] (known to 5e-1)"),
    ],
)
def test_digits_that_are_certain(low: str, high: str, text: str) -> None:
    assert value_text([Bounds(Fraction(low), Fraction(high))]) == text
