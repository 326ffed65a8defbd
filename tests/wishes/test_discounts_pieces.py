"""Refutations in pieces: checked here by other means than they were found with, and by the kernel."""

import math
from collections.abc import Sequence
from itertools import pairwise
from random import Random

import pytest

from specl.kernel import check
from specl.obstructions.exact.interval import DISCOUNTS
from specl.obstructions.exact.ranks import step_masses
from specl.obstructions.exact.ratio import ZERO, Ratio, X, constant
from specl.wishes.certificates import Piece, by_masses
from specl.wishes.discounts.differences import differences
from specl.wishes.discounts.pieces import irreducible, pieces, refuted
from specl.wishes.discounts.stretches import discounts
from specl.wishes.discounts.sweep import sweep
from specl.wishes.linear.features import choice_features, step_features
from specl.wishes.linear.order import order
from specl.wishes.linear.outcome import Functional
from specl.wishes.wish import Wish
from tests.wishes.discount_worlds import Detour, detour, random_wish, wish_of


def covering(wish: Wish, code: str) -> tuple[Sequence[Piece], Sequence[Piece]] | None:
    """Pieces that refute the wish for all discounts, as found and irreducible; None where a discount grants it."""
    found = differences(wish, with_choices=code == "RRL")
    parts = list(sweep(found))
    if any(part.is_granted for part in parts):
        return None
    chain = refuted(found, parts)
    return pieces(chain), pieces(irreducible(found, chain, math.inf))


def assert_refuted(wish: Wish, code: str, covering: Sequence[Piece]) -> None:
    """The pieces cover [0,1), their weights have the right signs, they cancel; and the kernel is content."""
    intervals = list(dict.fromkeys(piece.on for piece in covering))
    assert str(intervals[0]).startswith("[0,")
    assert intervals[-1].high == 1
    for left, right in pairwise(intervals):
        assert left.high == right.low
        assert left.closed_high or right.closed_low
    groups = {name: i for i, group in enumerate(wish.classes) for name in group}
    above = {(groups[better], groups[worse]) for better, worse in wish.covers}
    for piece in covering:
        assert piece.strict
        assert all((groups[better], groups[worse]) in above for better, worse, _ in piece.strict)
        assert all(groups[one] == groups[other] for one, other, _ in piece.ties)
        assert_signs(piece)
        assert_cancels(wish, code, piece)
    for on in intervals:
        conditions = [piece.where for piece in covering if piece.on == on]
        if conditions != [None]:
            one, other = conditions
            assert one is not None
            assert other == -one
    verdict = check(*by_masses(wish, code, covering))
    assert verdict.status == "ACCEPT", verdict


def assert_signs(piece: Piece) -> None:
    total = sum((weight for *_, weight in piece.strict), ZERO)
    assert total.signs(piece.on) == {1}
    for *_, weight in piece.strict:
        if -1 in weight.signs(piece.on):
            assert piece.where is not None
            quotient = weight / piece.where
            assert not quotient.has_pole(piece.on)
            assert -1 not in quotient.signs(piece.on)


def assert_cancels(wish: Wish, code: str, piece: Piece) -> None:
    """By masses that are computed by elimination over ℚ(γ); at a point, by numbers."""
    at = X if piece.on.low < piece.on.high else constant(piece.on.low)
    on = DISCOUNTS if piece.on.low < piece.on.high else piece.on
    total: dict[object, Ratio] = {}
    for one, other, weight in (*piece.strict, *piece.ties):
        for name, sign in ((one, 1), (other, -1)):
            rows = tuple(tuple(map(constant, row)) for row in wish.policies[name].rows)
            masses = step_masses(wish.environment, rows, at, on)
            for key, mass in (*masses.steps.items(), *(masses.choices.items() if code == "RRL" else ())):
                total[key] = total.get(key, ZERO) + mass * weight * sign
    assert total
    assert all(value.is_zero() for value in total.values())


def assert_irreducible(wish: Wish, code: str, covering: Sequence[Piece]) -> None:
    """Whatever comparison is dropped, the others can be had with some discount."""
    strict = list(dict.fromkeys((one, other) for piece in covering for one, other, _ in piece.strict))
    ties = list(dict.fromkeys((one, other) for piece in covering for one, other, _ in piece.ties))
    for dropped in (*strict, *ties):
        above, level = (tuple(pair for pair in side if pair != dropped) for side in (strict, ties))
        granted = [each.segment for each in discounts(wish.restricted(above, level), code) if each.is_granted]
        assert granted
        if granted[0].inside is not None:
            _, vectors = (step_features if code == "MR" else choice_features)(wish, granted[0].inside)
            assert isinstance(order(above, level, vectors), Functional)


def both_ways(length: int, low: str, high: str) -> Wish:
    """γ^length is to be above `low` in one copy, below `high` in the other."""
    world = detour(length, 2)
    one, other = Detour(world, 0, 2), Detour(world, 1, 2)
    return wish_of([one, other], [one.positive, one.beyond(low), other.positive, other.beyond(high)[::-1]])


def shown(piece: Piece) -> str:
    if piece.where is None:
        return str(piece.on)
    return f"{piece.on} {'right' if piece.where.at(piece.on.high).signs(piece.on) == {1} else 'left'}"


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        (both_ways(1, "1/2", "1/2"), ["[0,1/2]", "(1/2,1)"]),
        (both_ways(1, "2/3", "1/3"), ["[0,1/2]", "(1/2,1)"]),
        (both_ways(2, "1/2", "1/2"), ["[0,45/64)", "[45/64,91/128] left", "[45/64,91/128] right", "(91/128,1)"]),
        (both_ways(2, "3/4", "1/2"), ["[0,3/4]", "(3/4,1)"]),
    ],
    ids=["meeting at a rational", "overlapping", "meeting at an irrational", "overlapping at irrationals"],
)
def test_known_pieces(wish: Wish, expected: list[str]) -> None:
    found = covering(wish, "MR")
    assert found is not None
    for each in found:
        assert [shown(piece) for piece in each] == expected
        assert_refuted(wish, "MR", each)
    assert_irreducible(wish, "MR", found[1])


def refute_random(random: Random, count: int, code: str) -> list[int]:
    """Of those of so many random wishes that no discount grants, the numbers of pieces at first."""
    sizes = []
    for _ in range(count):
        wish = random_wish(random) if code == "MR" else random_wish(random, ((2, 3, 8), (3, 2, 8)), pure=0.9)
        found = covering(wish, code)
        if found is not None:
            for each in found:
                assert_refuted(wish, code, each)
            assert_irreducible(wish, code, found[1])
            sizes.append(len(found[0]))
    return sizes


@pytest.mark.parametrize("code", ["MR", "RRL"])
def test_pieces_of_random_wishes(code: str) -> None:
    assert len(refute_random(Random(3), 20, code)) > 3


@pytest.mark.long
@pytest.mark.parametrize("code", ["MR", "RRL"])
def test_pieces_of_many_random_wishes(code: str) -> None:
    assert len(refute_random(Random(4), 250, code)) > 50
