"""Where an objective's formula divides by 0 and the like, and the objective has a rank all the same: there too the two
must agree before they are called the same."""

from fractions import Fraction

import pytest

from specl.expressivity.compare import Limits, Side, compare
from specl.formalisms.fpr import FPR
from specl.formalisms.inmr import INMR
from specl.model.environment import Environment
from specl.model.expression import Expression, add, constant, multiply, negate, variable
from specl.model.quantities import Choice, RewardReturn
from specl.model.real import Real
from tests.expressivity.small import minus, mr, rooms, texts

HIDDEN = Fraction(101, 997)
"""An entry that no search happens upon."""
LIMITS = Limits(policies=60)
ENTRY, OTHER = variable(Choice(0, 0)), variable(Choice(1, 0))
ONE, MINUS_ONE, HUNDRED = (constant(Fraction(n)) for n in (1, -1, 100))


def away(entry: Expression, centre: Fraction = HIDDEN) -> Expression:
    return minus(entry, constant(centre))


def over(dividend: Expression, divisor: Expression) -> Expression:
    return Expression("/", (dividend, divisor))


def verdict(environment: Environment, left: Expression, right: Expression) -> str:
    first, second = Side("left", "FPR", FPR(left)), Side("right", "FPR", FPR(right))
    return compare(environment, first, second, limits=LIMITS).verdict


@pytest.mark.parametrize("reciprocal", [over(ONE, away(ENTRY)), Expression("^", (away(ENTRY), MINUS_ONE))])
def test_zero_times_its_reciprocal_is_zero_and_not_one(reciprocal: Expression) -> None:
    assert verdict(texts(2), multiply([away(ENTRY), reciprocal]), ONE) == "different"


def test_a_pole_under_a_zero_factor_in_two_entries() -> None:
    """(f + g) · (1/g) and f · (1/g) + 1 are 0 and 1 where f = g = 0, and equal elsewhere."""
    f, pole = away(ENTRY), over(ONE, away(OTHER, Fraction(103, 997)))
    left, right = multiply([add([f, away(OTHER, Fraction(103, 997))]), pole]), add([multiply([f, pole]), ONE])
    assert verdict(rooms(), left, right) != "same"


def guarded(condition: Expression, value: Expression) -> list[Expression]:
    return [Expression("if", (condition, value, other)) for other in (HUNDRED, negate(HUNDRED))]


def test_a_case_distinction_keeps_policies_from_a_pole() -> None:
    there = Expression("not", (Expression("=", (ENTRY, constant(HIDDEN))),))
    square = Expression("^", (away(ENTRY), constant(Fraction(2))))
    assert verdict(texts(2), *guarded(there, over(ONE, square))) != "same"


@pytest.mark.parametrize("function", ["log", "sqrt"])
def test_a_case_distinction_keeps_policies_inside_a_domain(function: str) -> None:
    product = multiply([away(ENTRY), away(ENTRY, HIDDEN + Fraction(1, 10**9))])
    inside = Expression(">", (product, constant(Fraction(0))))
    assert verdict(texts(2), *guarded(inside, Expression(function, (product,)))) != "same"


def test_reciprocals_are_still_compared() -> None:
    """1/f and 3/f + 2 are affinely related whether f has zeros or not; where it has none, x/(x + 1) = 1 − 1/(x + 1)."""
    once = over(ONE, away(ENTRY))
    more = add([over(constant(Fraction(3)), away(ENTRY)), constant(Fraction(2))])
    assert verdict(texts(2), once, more) == "same"
    assert verdict(texts(2), over(ENTRY, add([ENTRY, ONE])), negate(over(ONE, add([ENTRY, ONE])))) == "same"


def test_numbers_too_large_for_floating_point_do_not_stop_the_search() -> None:
    large = Expression("exp", (multiply([constant(Fraction(10**4)), ENTRY]),))
    assert verdict(texts(2), large, Expression("abs", (away(ENTRY),))) == "different"
    assert verdict(texts(2), add([large, ENTRY]), large) in ("same", "unknown")


def test_numbers_too_large_for_enclosures_are_factors_like_others() -> None:
    tower = Real.of(30).exp().exp()
    assert verdict(texts(2), multiply([constant(tower), ENTRY]), ENTRY) == "same"
    assert verdict(texts(2), multiply([constant(-tower), ENTRY]), ENTRY) == "different"
    first, second = (0, 0, 1), (0, 1, 1)
    one = mr("one", {first: tower, second: 1})
    assert compare(texts(2), one, mr("twice", {first: tower * 2, second: 2}), limits=LIMITS).verdict == "same"
    assert compare(texts(2), one, mr("back", {second: tower}), limits=LIMITS).verdict == "different"


def test_one_policy_alone_is_ranked_alike_by_all() -> None:
    steps = ((((0, Fraction(1, 2)), (1, Fraction(1, 2))),), (((0, Fraction(1, 3)), (1, Fraction(2, 3))),))
    environment = Environment("fate", ("a", "b"), ("go",), ((0, Fraction(1)),), steps, {})
    gain = variable(RewardReturn("r"))
    left, right = (
        Side(name, "INMR", INMR({"r": {(0, 0, 0): Real.of(1)}}, Expression("exp", (argument,)), Fraction(1, 2)))
        for name, argument in (("left", gain), ("right", negate(gain)))
    )
    assert compare(environment, left, right, limits=LIMITS).verdict == "same"
