"""What the strategies promise of what they draw."""

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from specl.model.environment import Environment
from specl.model.expression import Expression, evaluate, variables
from specl.model.formula import Formula, is_boolean
from specl.model.policy import Policy
from specl.model.real import Real
from tests.strategies import NUMBERS, environments, expressions, formulas, guards, worlds

KEYS = ("x", "y")


@settings(max_examples=60, deadline=None)
@given(worlds(max_states=4))
def test_environments_and_policies_are_well_formed(world: tuple[Environment, Policy]) -> None:
    environment, policy = world
    names = [*environment.states, *environment.actions, *environment.labels]
    assert len(set(names)) == len(names)
    laws = [environment.start, *(law for row in environment.transitions for law in row)]
    for law in laws:
        assert sum(weight for _, weight in law) == 1
        assert all(weight > 0 for _, weight in law)
        assert [s for s, _ in law] == sorted({s for s, _ in law})
    assert all(sum(row) == 1 and min(row) >= 0 for row in policy.rows)
    assert all(label <= set(environment.steps) for label in environment.labels.values())


@settings(max_examples=60, deadline=None)
@given(expressions(KEYS, polynomial=False), NUMBERS, NUMBERS)
def test_expressions_are_defined_everywhere(expression: Expression, x: Fraction, y: Fraction) -> None:
    assert variables(expression) <= set(KEYS)
    evaluate(expression, {"x": Real.of(x), "y": Real.of(y)}.__getitem__)


@settings(max_examples=40, deadline=None)
@given(expressions(KEYS), NUMBERS, NUMBERS)
def test_polynomials_are_rational_at_rationals(expression: Expression, x: Fraction, y: Fraction) -> None:
    value = evaluate(expression, {"x": Real.of(x), "y": Real.of(y)}.__getitem__)
    assert value.rational is not None


@settings(max_examples=40, deadline=None)
@given(environments().flatmap(lambda environment: st.tuples(guards(environment), formulas(environment))))
def test_guards_speak_of_one_step(drawn: tuple[Formula, Formula]) -> None:
    assert is_boolean(drawn[0])
