"""Expectations of functions of trajectories: splitting into parts, and enclosures that meet their precision."""

import math
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from specl.evaluation.functionals import Lottery, expectation
from specl.evaluation.lotteries import on_lottery
from specl.model.enclosure import Enclosure
from specl.model.errors import Undefined, Unsupported
from specl.model.expression import Expression, add, constant, evaluate, multiply, negate, variable
from specl.model.quantities import Average, Expectation, Indicator, Return, Variance
from specl.model.real import Real
from tests.formalisms.worlds import GO, LAZY, RING, A, number, pays, square
from tests.strategies import discounts, expressions, formulas, machines, rewards, worlds

PRECISION = Fraction(1, 10**6)
LOTTERY = Lottery(RING, LAZY, {"work": pays(RING, 1, action=GO), "laps": pays(RING, 1, source=A, action=GO)}, {})
WORK = variable(Return("work", Fraction(1, 2)))
"""Under LAZY: Σ 2^-t X_t of independent X_t that are 1 with probability 1/3."""


def moment_generating(t: float) -> float:
    """E[e^(tG)] = ∏ (1 + (e^(t/2^k) − 1)/3)."""
    return math.prod(1 + math.expm1(t / 2**k) / 3 for k in range(200))


@pytest.mark.parametrize("t", [1, -2])
def test_an_exponential_utility_agrees_with_its_product_formula(t: int) -> None:
    found = expectation(LOTTERY, Expression("exp", (multiply((number(t), WORK)),)), PRECISION)
    assert found.width <= PRECISION
    assert found.low - PRECISION <= Fraction(moment_generating(t)) <= found.high + PRECISION


def test_the_sum_of_enclosed_and_exact_parts_meets_the_precision() -> None:
    laps = variable(Return("laps", Fraction(1, 3)))
    parts = (Expression("exp", (WORK,)), multiply((number(3), Expression("exp", (laps,)))), square(WORK))
    together = expectation(LOTTERY, add(parts), PRECISION)
    apart = [expectation(LOTTERY, part, PRECISION) for part in parts]
    assert together.width <= PRECISION
    total = apart[0] + apart[1] + apart[2]
    assert isinstance(total, Enclosure)
    assert total.low <= together.high
    assert together.low <= total.high


def test_a_variance_of_something_enclosed_meets_the_precision() -> None:
    """Var(e^G) = E[e^(2G)] − E[e^G]², worked out from the product formula."""
    key = Variance(Expression("exp", (WORK,)))
    found = on_lottery(LOTTERY, lambda value_of: value_of(key) * 10, PRECISION)
    expected = 10 * (moment_generating(2) - moment_generating(1) ** 2)
    assert found.width <= PRECISION
    assert found.low - PRECISION <= Fraction(expected) <= found.high + PRECISION


def test_a_variance_is_not_negative_though_enclosed() -> None:
    noisy = Expression("exp", (multiply((number(Fraction(1, 1000)), WORK)),))
    found = on_lottery(LOTTERY, lambda value_of: value_of(Variance(noisy)), Fraction(1, 2))
    assert found.low >= 0


def test_constants_need_no_trajectory() -> None:
    assert expectation(LOTTERY, add((number(2), Expression("log", (number(3),)))), PRECISION) == Real.of(3).log() + 2
    nothing = add((multiply((WORK, number(0))), number(5)))
    assert expectation(LOTTERY, nothing, PRECISION) == Real.of(5)


def test_what_is_undefined_is_said_to_be() -> None:
    with pytest.raises(Undefined):
        expectation(LOTTERY, Expression("/", (WORK, number(0))), PRECISION)
    with pytest.raises((Undefined, Unsupported)):
        expectation(LOTTERY, Expression("log", (negate(WORK),)), PRECISION)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(worlds(), discounts(), st.data())
def test_expectation_is_linear(world: tuple[Any, Any], discount: Fraction, data: st.DataObject) -> None:
    environment, policy = world
    lottery = Lottery(
        environment, policy, {"gain": data.draw(rewards(environment))}, {"memory": data.draw(machines(environment))}
    )
    keys = [
        Indicator(data.draw(formulas(environment))),
        Average("memory"),
        Return("gain", discount),
        Return("memory", discount),
    ]
    x, y = data.draw(expressions(keys, max_leaves=3)), data.draw(expressions(keys, max_leaves=3))
    factor = data.draw(st.integers(-3, 3).map(Fraction))
    mean_x, mean_y = (expectation(lottery, part, PRECISION) for part in (x, y))
    mixed = add((multiply((x, constant(factor))), Expression("/", (negate(y), constant(Fraction(2))))))
    assert expectation(lottery, mixed, PRECISION) == mean_x * factor - mean_y / 2
    square_mean = expectation(lottery, square(add((x, y))), PRECISION)
    spread = square_mean - (mean_x + mean_y) * (mean_x + mean_y)
    assert spread.compare(">=", Real.of(0)) is True


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(worlds(max_states=4), st.data())
def test_indicators_are_truth_values(world: tuple[Any, Any], data: st.DataObject) -> None:
    """[φ]·[ψ] = [φ∧ψ], [φ]² = [φ], and max is ∨, on products of two automata."""
    environment, policy = world
    first, second = data.draw(formulas(environment)), data.draw(formulas(environment))
    lottery = Lottery(environment, policy, {}, {})
    x, y = variable(Indicator(first)), variable(Indicator(second))

    def mean(expression: Expression) -> Any:
        return expectation(lottery, expression, PRECISION)

    def joined(op: str) -> Any:
        return mean(variable(Indicator(type(first)(op, (first, second)))))

    assert mean(multiply((x, y))) == joined("&")
    assert mean(Expression("max", (x, y))) == joined("|")
    assert mean(square(x)) == mean(x)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(worlds(max_states=4), discounts(), st.data())
def test_a_formula_and_its_negation_share_out_every_return(
    world: tuple[Any, Any], discount: Fraction, data: st.DataObject
) -> None:
    """E[G²·[φ]] + E[G²·[¬φ]] = E[G²], by two different automata."""
    environment, policy = world
    formula = data.draw(formulas(environment))
    lottery = Lottery(environment, policy, {}, {"memory": data.draw(machines(environment))})
    squared = square(variable(Return("memory", discount)))

    def within(condition: Any) -> Any:
        return expectation(lottery, multiply((squared, variable(Indicator(condition)))), PRECISION)

    total = expectation(lottery, squared, PRECISION)
    assert within(formula) + within(type(formula)("!", (formula,))) == total


def test_keys_outside_are_evaluated_once_each() -> None:
    work = Expectation(WORK)
    asked: list[Any] = []

    def rank(value_of: Any) -> Any:
        asked.append(value_of(work))
        return evaluate(square(variable(work)), value_of)

    assert on_lottery(LOTTERY, rank, PRECISION) == Real.of(Fraction(4, 9))
    assert asked == [Real.of(Fraction(2, 3))]
