"""The discounts for which a wish can be granted: known sets, and random ones against exact decisions at samples."""

from fractions import Fraction
from itertools import pairwise
from random import Random

import pytest
from flint import fmpz_poly

from specl.wishes.discounts.algebraic import Algebraic, Point, between, compare, enclosure, roots
from specl.wishes.discounts.segment import ALL, Segment, common, point, without
from specl.wishes.discounts.stretches import Stretch, discounts, progress
from specl.wishes.linear.features import choice_features, step_features
from specl.wishes.linear.order import order
from specl.wishes.linear.outcome import Functional
from specl.wishes.wish import Wish
from tests.wishes.discount_worlds import Detour, detour, random_wish, wish_of

HALF = Fraction(1, 2)


def after(length: int, threshold: str) -> Wish:
    part = Detour(detour(length))
    return wish_of([part], [part.positive, part.beyond(threshold)])


def before(length: int, threshold: str) -> Wish:
    part = Detour(detour(length))
    return wish_of([part], [part.positive, part.beyond(threshold)[::-1]])


def between_two(length: int, low: str, high: str) -> Wish:
    part = Detour(detour(length))
    return wish_of([part], [part.positive, part.beyond(low), part.beyond(high)[::-1]])


def outside(length: int, low: str, high: str) -> Wish:  # D may have either sign
    part = Detour(detour(length))
    return wish_of([part], [part.beyond(low), part.beyond(high)])


def only_at(length: int, threshold: str) -> Wish:
    part = Detour(detour(length))
    return wish_of([part], [part.positive], [part.beyond(threshold)])


def all_but(length: int, threshold: str) -> Wish:  # D may have either sign
    part = Detour(detour(length))
    return wish_of([part], [part.beyond(threshold)])


def both_ways(length: int, threshold: str) -> Wish:
    """In one copy γ^length is to be beyond the threshold, in the other one not."""
    world = detour(length, 2)
    one, other = Detour(world, 0, 2), Detour(world, 1, 2)
    strict = [one.positive, one.beyond(threshold), other.positive, other.beyond(threshold)[::-1]]
    return wish_of([one, other], strict)


ROOT = "0.707… the root of 2·x^2 - 1 in [45/64, 91/128]"

KNOWN: list[tuple[Wish, list[str]]] = [
    (after(1, "1/2"), ["[0, 1/2] no", "(1/2, 1) yes"]),
    (before(1, "1/2"), ["[0, 1/2) yes", "[1/2, 1) no"]),
    (before(1, "1"), ["[0, 1) yes"]),
    (before(1, "0"), ["[0, 1) no"]),
    (after(1, "0"), ["{0} no", "(0, 1) yes"]),
    (between_two(1, "1/3", "1/2"), ["[0, 1/3] no", "(1/3, 1/2) yes", "[1/2, 1) no"]),
    (outside(1, "1/3", "1/2"), ["[0, 1/3) yes", "[1/3, 1/2] no", "(1/2, 1) yes"]),
    (only_at(1, "1/2"), ["[0, 1/2) no", "{1/2} yes", "(1/2, 1) no"]),
    (only_at(3, "1/8"), ["[0, 1/2) no", "{1/2} yes", "(1/2, 1) no"]),
    (only_at(1, "0"), ["{0} yes", "(0, 1) no"]),
    (all_but(1, "1/2"), ["[0, 1/2) yes", "{1/2} no", "(1/2, 1) yes"]),
    (both_ways(1, "1/2"), ["[0, 1) no"]),
    (both_ways(2, "1/2"), ["[0, 1) no"]),
    (after(2, "1/2"), [f"[0, 0.707…] no, with {ROOT}", f"(0.707…, 1) yes, with {ROOT}"]),
    (before(2, "1/2"), [f"[0, 0.707…) yes, with {ROOT}", f"[0.707…, 1) no, with {ROOT}"]),
    (
        only_at(2, "1/2"),
        [f"[0, 0.707…) no, with {ROOT}", f"{{0.707…}} yes, with {ROOT}", f"(0.707…, 1) no, with {ROOT}"],
    ),
    (
        all_but(2, "1/2"),
        [f"[0, 0.707…) yes, with {ROOT}", f"{{0.707…}} no, with {ROOT}", f"(0.707…, 1) yes, with {ROOT}"],
    ),
]


@pytest.mark.parametrize(("wish", "expected"), KNOWN, ids=lambda value: " ".join(value) if type(value) is list else "")
def test_known_sets_of_discounts(wish: Wish, expected: list[str]) -> None:
    assert [str(stretch) for stretch in discounts(wish, "MR")] == expected


def test_a_wish_without_strict_comparisons_is_always_granted() -> None:
    part = Detour(detour(1))
    assert [str(stretch) for stretch in discounts(wish_of([part], []), "MR")] == ["[0, 1) yes"]


def test_stretches_as_json() -> None:
    number = {"polynomial": ["-1", "0", "2"], "low": "45/64", "high": "91/128"}
    closed = {"closed_low": True, "closed_high": True}
    assert [stretch.json() for stretch in discounts(only_at(2, "1/2"), "MR")] == [
        {"low": "0", "high": number, **closed, "closed_high": False, "verdict": "no", "sample": "1/2"},
        {"low": number, "high": number, **closed, "verdict": "yes", "sample": None},
        {"low": number, "high": "1", "closed_low": False, "closed_high": False, "verdict": "no", "sample": "3/4"},
    ]


# --- random wishes ---


def is_granted(wish: Wish, code: str, discount: Fraction) -> bool:
    """Decided at the discount itself, by other features and without polynomials."""
    _, vectors = step_features(wish, discount) if code == "MR" else choice_features(wish, discount)
    return isinstance(order(wish.covers, wish.ties, vectors), Functional)


def told(stretches: tuple[Stretch, ...], discount: Fraction) -> bool | None:
    [found] = [each.is_granted for each in stretches if common(each.segment, point(discount)) is not None]
    return found


def near_and_inside(stretches: tuple[Stretch, ...]) -> list[Fraction]:
    """Rational discounts at the ends of stretches, next to them, and within."""
    found = [Fraction(0), HALF, Fraction(99, 100)]
    for each in stretches:
        inside = each.segment.inside
        found += [] if inside is None else [inside]
        for end in (each.segment.low, each.segment.high):
            low, high = enclosure(end, 40)
            tiny = Fraction(1, 1 << 41)
            found += [low, high, low - tiny, high + tiny]
    return [discount for discount in dict.fromkeys(found) if 0 <= discount < 1]


def agree(random: Random, count: int, code: str) -> list[str]:
    shapes = []
    for _ in range(count):
        wish = random_wish(random)
        stretches = discounts(wish, code)
        assert all(one.is_granted is not other.is_granted for one, other in pairwise(stretches))
        samples = [*near_and_inside(stretches), *(Fraction(random.randrange(97), 97) for _ in range(3))]
        for discount in samples:
            assert told(stretches, discount) == is_granted(wish, code, discount), (wish, discount)
        shapes.append("".join("ny"[bool(each.is_granted)] for each in stretches))
    return shapes


@pytest.mark.parametrize("code", ["MR", "RRL"])
def test_discounts_agree_with_decisions_at_samples(code: str) -> None:
    shapes = agree(Random(1), 20, code)
    assert {"y", "n", "ny"} <= set(shapes)


@pytest.mark.long
@pytest.mark.parametrize("code", ["MR", "RRL"])
def test_discounts_of_many_wishes_agree_with_decisions_at_samples(code: str) -> None:
    shapes = agree(Random(2), 400, code)
    assert {"y", "n", "ny", "yny"} <= set(shapes)


def test_what_is_known_grows_until_nothing_is_left() -> None:
    states = list(progress(outside(2, "1/3", "1/2"), "MR"))
    assert any(stretch.is_granted is None for stretch in states[0])
    assert all(stretch.is_granted is not None for stretch in states[-1])
    assert discounts(outside(2, "1/3", "1/2"), "MR", deadline=0.0) == states[0]


# --- algebraic numbers and segments ---


def test_algebraic_numbers_compare_with_each_other_and_with_rationals() -> None:
    sorted_roots: list[Point] = [
        *roots_of([1, -3, 0, 1]),  # 0.3473
        *roots_of([-1, 1, 1]),  # 0.6180
        *roots_of([-1000001, 1000000, 1000000]),  # a little more
        *roots_of([-1, 0, 2]),  # 0.7071
    ]
    assert len(sorted_roots) == 4
    ends: list[Point] = [Fraction(0), *sorted_roots, Fraction(1)]
    mixed = [x for low, high in pairwise(ends) for x in (low, between(low, high))]
    assert all(compare(one, other) == -1 and compare(other, one) == 1 for one, other in pairwise(mixed))


def test_the_simplest_rational_between() -> None:
    assert between(Fraction(0), Fraction(1)) == HALF
    assert between(Fraction(3, 10), Fraction(4, 10)) == Fraction(1, 3)
    assert between(HALF, Fraction(51, 100)) == Fraction(26, 51)


def test_roots_close_to_each_other_are_isolated() -> None:
    one, other = roots_of([499999999999, 0, -2000000000000, 0, 2000000000000])  # 1/√2 ∓ 5·10^−7
    assert isinstance(one, Algebraic)
    assert isinstance(other, Algebraic)
    assert one.high <= other.low
    assert compare(one, other) == -1
    [half] = roots_of([-1, 0, 2])
    assert compare(one, half) == -1 == compare(half, other)


def test_taking_a_segment_out() -> None:
    [root] = roots_of([-1, 0, 2])
    zero, one = Fraction(0), Fraction(1)
    left, right = Segment(zero, root, True, False), Segment(root, one, False, False)
    assert without([ALL], point(root)) == [left, right]
    assert without([ALL], ALL) == []
    assert without([ALL], Segment(zero, root, False, False)) == [point(zero), Segment(root, one, True, False)]
    assert without([left, right], Segment(zero, HALF)) == [Segment(HALF, root, False, False), right]


def roots_of(coefficients: list[int]) -> tuple[Point, ...]:
    return roots(fmpz_poly(coefficients))
