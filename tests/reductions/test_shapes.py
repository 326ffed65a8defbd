"""What compiled objectives look like: expressions where there is one, legal names, no needless wrapping."""

import re
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specl.formalisms.fomr import FOMR
from specl.formalisms.ftlr import FTLR
from specl.formalisms.ftr import FTR
from specl.formalisms.gomorl import GOMORL
from specl.formalisms.inmr import INMR
from specl.formalisms.ltl import LTL
from specl.formalisms.omorl import OMORL
from specl.formalisms.rrl import RRL
from specl.formalisms.tlo import TLO
from specl.model.environment import Environment
from specl.model.expression import Expression, add, constant, multiply, negate, variable, variables
from specl.model.formula import atom
from specl.model.order import Lexicographic
from specl.model.quantities import Expectation, Indicator, Occupancy, Recovered, Return, RewardReturn, Variance, Weight
from specl.model.real import ONE, ZERO, Real
from specl.reductions import reduction, translate
from specl.reductions.occupancies import expected_return, step_indicators
from specl.reductions.trajectories import digits
from tests.strategies import environments

HALF, THIRD = Fraction(1, 2), Fraction(1, 3)


def world(*, states: tuple[str, ...] = ("a", "b"), start: int = 0) -> Environment:
    """a: stay, or step to b; b: stay, or step back."""
    one = Fraction(1)
    moves = (((0, one),), ((1, one),)), (((1, one),), ((0, one),))
    return Environment("world", states, ("stay", "step"), ((start, one),), moves, {})


def expected(name: str, discount: Fraction) -> Expression:
    return variable(Expectation(variable(Return(name, discount))))


FAST, CALM = {(0, 1, 1): ONE}, {(0, 0, 0): ONE, (1, 0, 1): ONE}


def compile_arrow(source: str, target: str, objective: Any, environment: Environment | None = None) -> Any:
    return reduction(source, target).reduce(objective, environment or world())


def test_functions_of_expected_returns_stay_expressions() -> None:
    value = Expression("min", (expected("fast", HALF), expected("calm", HALF)))
    compiled = compile_arrow("FTLR", "OMORL", FTLR({"fast": FAST, "calm": CALM, "idle": {}}, {}, value))
    fast, calm = variable(RewardReturn("fast")), variable(RewardReturn("calm"))
    assert compiled == OMORL({"fast": FAST, "calm": CALM}, Expression("min", (fast, calm)), HALF)


def test_expectation_is_linear() -> None:
    inner = add((multiply((constant(THIRD), variable(Return("fast", HALF)))), negate(variable(Return("calm", HALF)))))
    compiled = compile_arrow("FTLR", "OMORL", FTLR({"fast": FAST, "calm": CALM}, {}, variable(Expectation(inner))))
    assert variables(compiled.value) == {RewardReturn("fast"), RewardReturn("calm")}
    order = Lexicographic((variable(Expectation(inner)), expected("calm", HALF)))
    compiled = compile_arrow("TLO", "GOMORL", TLO({"fast": FAST, "calm": CALM}, {}, order))
    assert isinstance(compiled.order, Lexicographic)
    assert compiled.order.keys[1] == variable(RewardReturn("calm"))


@pytest.mark.parametrize(
    "value",
    [
        add((expected("fast", HALF), expected("calm", THIRD))),  # two discounts
        variable(Expectation(multiply((variable(Return("fast", HALF)), variable(Return("fast", HALF)))))),
        variable(Variance(variable(Return("fast", HALF)))),
        variable(Expectation(variable(Indicator(atom("a"))))),
    ],
)
def test_other_functions_of_the_lottery_are_programs(value: Expression) -> None:
    objective = FTLR({"fast": FAST, "calm": CALM}, {}, value)
    compiled = compile_arrow("FTLR", "OMORL", objective)
    assert isinstance(compiled.value.key, Recovered)
    assert (compiled.value.key.code, compiled.value.key.objective) == ("FTLR", objective)
    assert compiled.discount > 0
    assert list(compiled.rewards.values()) == [{step: ONE} for step in world().steps]


def test_functions_of_one_return_stay_expressions() -> None:
    value = Expression("max", (variable(Return("fast", THIRD)), constant(HALF)))
    compiled = compile_arrow("FTR", "INMR", FTR({"fast": FAST, "calm": CALM}, {}, value))
    assert compiled == INMR({"fast": FAST}, Expression("max", (variable(RewardReturn("fast")), constant(HALF))), THIRD)


def test_what_is_recovered_is_not_wrapped_again() -> None:
    environment = world()
    ltl = LTL(atom("a"))
    _, ftr = translate("LTL", ltl, environment, "FTR")
    chain, imorl = translate("FTR", ftr, environment, "IMORL")
    assert chain == ("FTR", "INMR", "IMORL")
    assert imorl.value.key.objective is ftr
    assert compile_arrow("IMORL", "FTR", imorl) is ftr
    tlo = TLO({}, {}, Lexicographic((variable(Expectation(variable(Indicator(atom("a"))))),)))
    gomorl = compile_arrow("TLO", "GOMORL", tlo)
    omo = compile_arrow("GOMORL", "OMO", gomorl)
    assert (omo.order.objective, omo.discount) == (tlo, gomorl.discount)
    assert compile_arrow("OMO", "TLO", omo) is tlo


def test_unavoidable_states_are_not_guarded() -> None:
    square = Expression("^", (variable(Weight(0)), constant(Fraction(2))))
    compiled = compile_arrow("RRL", "FOMR", RRL({}, ONE, square, HALF))
    guards = [node.args[0] for node in _nodes(compiled.value) if node.op == "if"]
    assert [variables(guard) for guard in guards] == [{Occupancy(1)}]
    assert variables(compiled.value) == {Occupancy(0), Occupancy(0, 0), Occupancy(1), Occupancy(1, 0)}


def test_without_a_future_only_the_start_counts() -> None:
    square = Expression("^", (variable(Weight(0)), constant(Fraction(2))))
    compiled = compile_arrow("RRL", "FOMR", RRL({}, ONE, square, Fraction(0)))
    assert variables(compiled.value) == {Occupancy(0), Occupancy(0, 0)}
    assert all(node.op != "if" for node in _nodes(compiled.value))


def _nodes(expression: Expression) -> list[Expression]:
    return [expression, *(node for part in expression.args for node in _nodes(part))]


def test_expected_return_is_written_shortly() -> None:
    environment = world()
    everywhere = dict.fromkeys(environment.steps, Real.of(2))
    assert variables(expected_return(everywhere, environment)) == {Occupancy(0), Occupancy(1)}
    assert variables(expected_return(FAST, environment)) == {Occupancy(0, 1)}
    assert expected_return({}, environment) == constant(Fraction(0))
    assert expected_return({(0, 1, 1): ZERO}, environment) == constant(Fraction(0))


def test_steps_of_probability_zero_are_never_counted() -> None:
    value = add((variable(Occupancy(0, 0, 1)), variable(Occupancy(0, 1))))
    compiled = compile_arrow("FOMR", "FTLR", FOMR(value, HALF))
    assert compiled.rewards == {"visits_a_step": {(0, 1, 1): ONE}}
    assert compiled.value == add((constant(Fraction(0)), expected("visits_a_step", HALF)))


def test_names_that_read_alike_are_kept_apart() -> None:
    one = Fraction(1)
    states = ("a", "a_a")
    moves = (((0, one / 2), (1, one / 2)),), (((0, one / 2), (1, one / 2)),)
    environment = Environment("world", states, ("a",), ((0, one),), moves, {})
    names = list(step_indicators(environment))
    assert len(set(names)) == 4
    assert names[0] == "visits_a_a_a"


@settings(max_examples=30, deadline=None)
@given(environment=environments())
def test_indicators_have_legal_names_and_partition_the_steps(environment: Environment) -> None:
    found = step_indicators(environment)
    assert all(re.fullmatch(r"[A-Za-z][A-Za-z0-9_']*", name) for name in found)
    assert [step for reward in found.values() for step in reward] == list(environment.steps)


@settings(max_examples=30, deadline=None)
@given(data=st.data(), environment=environments())
def test_digits_tell_trajectories_apart(data: st.DataObject, environment: Environment) -> None:
    reward, discount = digits(environment)
    numbers = [q for step in environment.steps if (q := reward[step].rational) is not None]
    spread = max(numbers) - min(numbers)
    gap = min((abs(a - b) for i, a in enumerate(numbers) for b in numbers[:i]), default=Fraction(1))
    assert gap > discount * spread / (1 - discount)
    steps = st.lists(st.sampled_from(environment.steps), min_size=4, max_size=4)
    one, other = data.draw(steps), data.draw(steps)
    returns = [
        sum(discount**t * numbers[environment.steps.index(x)] for t, x in enumerate(word)) for word in (one, other)
    ]
    assert (returns[0] == returns[1]) == (one == other)


def test_orders_are_carried_key_by_key() -> None:
    order = Lexicographic((variable(RewardReturn("fast")), variable(RewardReturn("calm"))))
    compiled = compile_arrow("GOMORL", "OMO", GOMORL({"fast": FAST, "calm": CALM}, order, HALF))
    assert [variables(key) for key in compiled.order.keys] == [{Occupancy(0, 1)}, {Occupancy(0, 0), Occupancy(1, 0)}]
