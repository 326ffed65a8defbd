"""Refinement asks for more until a rank is narrow enough, and gives up where more does not help."""

from fractions import Fraction

from specl.evaluation.context import Rank
from specl.evaluation.refinement import ROUNDS, refined, width
from specl.model.enclosure import Enclosure
from specl.model.real import Real

ASKED = Fraction(1, 1000)


def around(centre: Fraction, radius: Fraction) -> Enclosure:
    return Enclosure(centre - radius, centre + radius)


def test_an_exact_rank_is_computed_once() -> None:
    calls: list[Fraction] = []

    def compute(inner: Fraction) -> Rank:
        calls.append(inner)
        return Real.of(3), Real.of(4)

    assert refined(compute, ASKED) == (Real.of(3), Real.of(4))
    assert calls == [ASKED]


def test_what_arithmetic_widens_is_refined_inside() -> None:
    def compute(inner: Fraction) -> Rank:
        return around(Fraction(1, 3), inner / 2) * 5000, Real.of(1)

    found = refined(compute, ASKED)
    assert width(found) <= ASKED
    assert found[0].contains(Fraction(5000, 3))
    assert found[1] == Real.of(1)


def test_it_gives_up_where_nothing_gets_narrower() -> None:
    calls: list[Fraction] = []

    def compute(inner: Fraction) -> Rank:
        calls.append(inner)
        return Enclosure(Fraction(0), Fraction(1))

    assert refined(compute, ASKED) == Enclosure(Fraction(0), Fraction(1))
    assert len(calls) == 2 <= ROUNDS


def test_the_result_is_the_intersection_of_all_rounds() -> None:
    rounds = iter([Enclosure(Fraction(0), Fraction(4)), Enclosure(Fraction(3), Fraction(6)), Real.of(4)])
    assert refined(lambda inner: next(rounds), ASKED) == Real.of(4)
