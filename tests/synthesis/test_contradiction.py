"""Starts, parameters and multipliers that are solved for at once: proposals that hold, and none where there is none."""

from fractions import Fraction

from specl.synthesis.contradiction import contradiction

ZERO, ONE = Fraction(0), Fraction(1)


def test_a_square_against_its_diagonals() -> None:
    """Features on the corners of a square; values are free, so one diagonal can be put above the other."""
    corners = {"ll": (0, 0), "lr": (0, 1), "rl": (1, 0), "rr": (1, 1)}
    features = {name: [[Fraction(x), Fraction(y)]] for name, (x, y) in corners.items()}
    values = {name: [[Fraction(int(name == other)) for other in corners]] for name in corners}
    found = contradiction([features], values)
    assert found is not None
    assert found.start == (ONE,)
    worth = dict(zip(corners, found.parameters, strict=True))
    assert found.policies == set(corners)
    pairs = [sorted((worth[a], worth[b])) for a, b in (("ll", "rr"), ("lr", "rl"))]
    low, high = sorted(pairs)
    assert all(x <= y for x, y in zip(low, high, strict=True))
    assert low != high


def test_what_is_linear_has_no_contradiction() -> None:
    """Values that are the features themselves."""
    features = {name: [[Fraction(x)]] for name, x in (("p", 0), ("q", 1), ("r", 2))}
    assert contradiction([features], features) is None


def test_the_start_is_an_unknown_too() -> None:
    """From the first state the features tell p and q apart, from the second they do not; the value always does."""
    features = {"p": [[ONE], [ZERO]], "q": [[ZERO], [ZERO]]}
    values = {"p": [[ONE], [ONE]], "q": [[ZERO], [ZERO]]}
    found = contradiction([features], values)
    assert found is not None
    assert found.start == (ZERO, ONE)
    assert found.parameters[0] != 0


def test_all_sets_of_features_count() -> None:
    same = {"p": [[ONE]], "q": [[ONE]]}
    apart = {"p": [[ONE]], "q": [[ZERO]]}
    assert contradiction([same], apart) is not None
    assert contradiction([same, apart], apart) is None
