"""Affine relations between functions given face by face."""

from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from specl.expressivity.affine import constant_value, relate, simplest
from specl.expressivity.faces import Domain, continuous, domain, names_policies, supports
from specl.formalisms.fpr import FPR
from specl.formalisms.ftlr import FTLR
from specl.formalisms.po import PO
from specl.formalisms.rrl import RRL
from specl.model.expression import Expression, constant, multiply, negate, variable
from specl.model.formula import TRUE
from specl.model.order import Ranking
from specl.model.quantities import Average, Choice, Expectation, Indicator, Recovered, Return, Variance, Weight
from specl.model.rational_function import symbolic_policy
from specl.model.real import Real
from tests.expressivity.small import HALF, divergence, escape, rooms

ROOT_TWO = Real.of(2).power(HALF)
NUMBERS = st.sampled_from([Real.of(Fraction(2, 3)), Real.of(5), ROOT_TWO, Real.of(6).log(), Real.of(3).log()])


def faces() -> list[Any]:
    """A function of the entries of two rows on every support, discontinuous where a row becomes deterministic."""
    found = []
    environment = rooms()
    for support in supports(environment, Domain(True, frozenset())):
        policy = symbolic_policy(environment, support)
        x, y = (Real.of(p) if isinstance(p, Fraction) else p for p in (policy.rows[0][0], policy.rows[1][1]))
        jump = sum(len(chosen) for chosen in support)
        found.append(Real.of(jump) + x * y / (1 + x) + (x.log() if x != 0 else 0))
    return found


@settings(max_examples=30, deadline=None)
@given(NUMBERS, NUMBERS)
def test_the_relation_is_found(factor: Real, offset: Real) -> None:
    right = faces()
    relation = relate((factor * g + offset, g) for g in right)
    assert relation is not None
    assert (relation.factor - factor).is_zero()
    assert (relation.offset - offset).is_zero()


def test_one_relation_for_all_faces() -> None:
    right = faces()
    assert relate((2 * g + (1 if i else 0), g) for i, g in enumerate(right)) is None
    assert relate((g * g, g) for g in right) is None
    reverse = relate((-g, g) for g in right)
    assert reverse is not None
    assert reverse.factor == -1


def test_constants() -> None:
    right = faces()
    five = [Real.of(5)] * len(right)
    assert constant_value(five) == 5
    assert constant_value([g * 0 + ROOT_TWO for g in right]) == ROOT_TWO
    assert constant_value([Real.of(1), Real.of(2)]) is None
    assert constant_value(right) is None
    assert relate(zip(right, five, strict=True)) is None
    flat = relate(zip(five, right, strict=True))
    assert flat is not None
    assert flat.factor == 0
    both = relate(zip(five, [Real.of(3)] * len(right), strict=True))
    assert both is not None
    assert both.factor == 1
    assert both.offset == 2


def test_simplest_form() -> None:
    six, two, three = (Real.of(n).log() for n in (6, 2, 3))
    hidden = (two + three) / (two * 2 + three * 2)
    assert simplest(hidden).rational == HALF
    assert simplest(six).rational is None


def test_what_counts_as_continuous() -> None:
    p = variable(Choice(0, 0))
    smooth = [
        p,
        multiply([p, p]),
        Expression("sqrt", (p,)),
        Expression("min", (p, negate(p))),
        divergence(0, [HALF, HALF]),
    ]
    jumping = [
        Expression("log", (p,)),
        Expression("/", (constant(Fraction(1)), p)),
        Expression("if", (Expression(">", (p, constant(HALF))), p, constant(HALF))),
        multiply([p, Expression("log", (variable(Choice(0, 1)),))]),
    ]
    assert all(continuous("FPR", FPR(value)) for value in smooth)
    assert not any(continuous("FPR", FPR(value)) for value in jumping)
    assert not continuous("FPR", FPR(variable(Recovered("o", "FPR", FPR(p)))))
    paid = variable(Return("r", HALF))
    lotteries = {
        Expectation(multiply([paid, paid])): True,
        Variance(paid): True,
        Expectation(variable(Average("r"))): False,
        Expectation(variable(Indicator(TRUE))): False,
    }
    for quantity, expected in lotteries.items():
        assert continuous("FTLR", FTLR({}, {}, variable(quantity))) is expected
    w = variable(Weight(0))
    assert continuous("RRL", RRL({}, Real.of(1), multiply([w, Expression("log", (w,))]), HALF))
    assert not continuous("LTL", None)


def test_where_choices_count() -> None:
    environment = escape()
    p = variable(Choice(1, 0))
    assert domain("FPR", FPR(p), environment) == Domain(False, frozenset({1}))
    assert domain("RRL", RRL({}, Real.of(1), p, Fraction(0)), environment) == Domain(False, frozenset({0}))
    assert domain("RRL", RRL({}, Real.of(1), p, HALF), environment) == Domain(True, frozenset())
    ranking = PO(Ranking(()))
    assert domain("PO", ranking, environment) == Domain(False, frozenset({0, 1}))
    assert domain("PO", PO(Recovered("o", "FPR", FPR(p))), environment) == Domain(False, frozenset({1}))
    assert names_policies(PO(Recovered("o", "PO", ranking)))
    assert not names_policies(FPR(p))
