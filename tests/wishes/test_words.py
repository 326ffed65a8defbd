"""Conflicts in words: the equation is that of the weights, the chains are the comparisons, and nothing is long."""

import re
from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specl.obstructions.exact.ratio import Ratio, X, constant
from specl.wishes.linear.order import order
from specl.wishes.linear.outcome import Conflict
from specl.wishes.wish import Pair
from specl.wishes.words import Weight, comparison_chains, conflict_words, show_chain

Weighted = Sequence[tuple[str, str, Weight]]
ANY = "any Markov reward"


def test_same_choice() -> None:
    # one state visited after the other: how often each action is taken in each
    vectors = {"ll": (1, 0, 1, 0), "rr": (0, 1, 0, 1), "lr": (1, 0, 0, 1), "rl": (0, 1, 1, 0)}
    exact = {name: tuple(map(Fraction, vector)) for name, vector in vectors.items()}
    conflict = order([("rr", "lr")], [("ll", "rr"), ("lr", "rl")], exact)
    assert isinstance(conflict, Conflict)
    words = conflict_words(conflict.strict, conflict.ties, ANY)
    assert words == "any Markov reward gives ll + rr = lr + rl, but you want ll ~ rr > lr ~ rl"


def test_equal_policies() -> None:
    words = conflict_words([("a", "b", Fraction(3, 7))], [], ANY)
    assert words == "a and b have the same value under any Markov reward, but you want a > b"


def test_coefficients_in_the_discount() -> None:
    words = conflict_words([("a", "b", 2 * X), ("b", "c", 1 + X)], [], ANY)
    assert words == "any Markov reward gives 2·γ·a + (1 - γ)·b = (1 + γ)·c, but you want a > b > c"


def test_a_circle() -> None:
    pairs = [("a", "b", Fraction(1)), ("b", "a", Fraction(1))]
    assert conflict_words(pairs, [], ANY) == "you want a > b > a, which goes in a circle"


def test_long_conflicts_are_cut() -> None:
    even = [(f"p{i}", f"q{i}", Fraction(1)) for i in range(30)]
    words = conflict_words(even, [], ANY)
    assert "p0 + p1 + p2 + p3 + p4 + (25 more) = q0" in words
    assert "and 25 more" in words
    assert "p10" not in words
    assert len(words) < 250
    odd = [(f"p{i}", f"p{i + 1}", Fraction(1, 7 * i + 1)) for i in range(30)]
    words = conflict_words(odd, [], ANY)
    assert "the value of a mixture of p1" in words
    assert "p0 > p1 > p2 > p3 > (26 more) > p30" in words
    assert len(words) < 250


NAMES = [f"p{i}" for i in range(5)]
PAIRS = st.lists(st.sampled_from(list(combinations(NAMES, 2))), min_size=1, max_size=6, unique=True)


def weights(numbers: st.SearchStrategy[Weight]) -> st.SearchStrategy[tuple[Weighted, Weighted]]:
    """Strict pairs, from a name to a later one, and ties, with weights."""
    return PAIRS.flatmap(
        lambda pairs: st.tuples(
            st.lists(numbers, min_size=len(pairs), max_size=len(pairs)), st.integers(1, len(pairs))
        ).map(
            lambda drawn: (
                [(*pair, weight) for pair, weight in zip(pairs[: drawn[1]], drawn[0], strict=False)],
                [(*pair, weight) for pair, weight in zip(pairs[drawn[1] :], drawn[0][drawn[1] :], strict=True)],
            )
        )
    )


def polynomials() -> st.SearchStrategy[Weight]:
    return st.builds(
        lambda a, b, c: constant(a) + constant(b) * X + constant(c) * X * X,
        *[st.integers(-2, 2)] * 3,
    )


def said(words: str, at: Fraction) -> dict[str, Fraction]:
    """The coefficients of the equation, its right side subtracted, at a discount."""
    match = re.fullmatch(r"any Markov reward gives (.*) = (.*), but you want .*", words)
    assert match
    found: dict[str, Fraction] = {}
    for sign, side in zip((1, -1), match.groups(), strict=True):
        for term in re.split(r" \+ (?![^(]*\))", side):
            factor, _, name = term.rpartition("·")
            python = re.sub(r"(\d)γ", r"\1*γ", factor or "1").replace("·", "*").replace("^", "**").replace("γ", "at")
            found[name] = sign * Fraction(eval(python, {"at": at}))
    return found


def meant(pairs: Weighted, at: Fraction) -> dict[str, Fraction]:
    found = dict.fromkeys(NAMES, Fraction(0))
    for better, worse, weight in pairs:
        value = weight.at(at).rational if isinstance(weight, Ratio) else weight
        assert value is not None
        found[better] += value
        found[worse] -= value
    return found


@given(weights(st.builds(Fraction, st.integers(1, 4), st.integers(1, 4)) | polynomials()))
@settings(max_examples=200, deadline=None)
def test_the_equation_is_right(drawn: tuple[Weighted, Weighted]) -> None:
    strict, ties = drawn
    words = conflict_words(strict, ties, ANY)
    if "gives" not in words or "mixture" in words:
        return
    for at in (Fraction(1, 3), Fraction(3, 5), Fraction(7, 9)):
        expected, found = meant([*strict, *ties], at), said(words, at)
        one = next((name for name in NAMES if expected[name]), None)
        if one is None:
            continue  # all coefficients have a common zero there
        ratio = found[one] / expected[one]
        assert all(found.get(name, Fraction(0)) == ratio * expected[name] for name in NAMES)


@given(weights(st.just(Fraction(1))))
@settings(max_examples=200, deadline=None)
def test_the_chains_say_what_is_wanted(drawn: tuple[Weighted, Weighted]) -> None:
    strict, ties = ([pair[:2] for pair in side] for side in drawn)
    chains = comparison_chains(strict, ties)
    above: list[Pair] = []
    level: list[Pair] = []
    for chain in chains:
        level += [pair for group in chain for pair in pairwise(group)]
        above += [(better[0], worse[0]) for better, worse in pairwise(chain)]
    assert closure(above, level) == closure(strict, ties)


def closure(strict: Sequence[Pair], ties: Sequence[Pair]) -> set[tuple[str, str, bool]]:
    """Everything that follows: (one, other, whether strictly better)."""
    found = {(name, name, False) for pair in (*strict, *ties) for name in pair}
    found |= {(*pair, True) for pair in strict} | {(*pair, False) for pair in ties} | {(b, a, False) for a, b in ties}
    while True:
        more = {(a, d, x or y) for a, b, x in found for c, d, y in found if b == c} - found
        if not more:
            return found
        found |= more


@pytest.mark.parametrize(
    ("chain", "text"),
    [
        ([["a", "b"], ["c"]], "a ~ b > c"),
        ([["a"]], "a"),
        ([[f"p{i}"] for i in range(9)], "p0 > p1 > p2 > p3 > (4 more) > p8"),
        ([[f"p{i}" for i in range(9)]], "p0 ~ p1 ~ p2 ~ p3 ~ p4 ~ (4 more)"),
    ],
)
def test_show_chain(chain: list[list[str]], text: str) -> None:
    assert show_chain(chain) == text
