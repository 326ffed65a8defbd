"""Rational functions of a policy's entries: what they say at a policy is what plain numbers say there."""

import operator
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from specl.chains.chain import induced
from specl.chains.occupancy import step_occupancy
from specl.model.environment import Environment
from specl.model.errors import Undefined, Unsupported
from specl.model.expression import Expression, constant, evaluate, variable
from specl.model.policy import Policy
from specl.model.quantities import Choice
from specl.model.rational_function import RationalFunction, constant_function, symbolic_policy
from specl.model.real import Real
from tests.strategies import environments, policies

HALF = Fraction(1, 2)
ROOT_TWO = Real.of(2).power(HALF)


def two_rows() -> tuple[Environment, Policy]:
    """Two states that follow each other, three actions, all open in the first and two in the second."""
    steps = tuple(tuple(((1 - s, Fraction(1)),) for _ in range(3)) for s in range(2))
    environment = Environment("two", ("x", "y"), ("a", "b", "c"), ((0, Fraction(1)),), steps, {})
    return environment, symbolic_policy(environment, [(0, 1, 2), (0, 2)])


def members() -> st.SearchStrategy[Policy]:
    """Policies of the support of `two_rows`."""

    def row(parts: list[int]) -> list[Fraction]:
        return [Fraction(part, sum(parts)) for part in parts]

    def build(first: list[int], second: list[int]) -> Policy:
        x, y = row(first), row(second)
        return Policy((tuple(x), (y[0], Fraction(0), y[1])))

    parts = st.integers(1, 6)
    return st.builds(build, st.lists(parts, min_size=3, max_size=3), st.lists(parts, min_size=2, max_size=2))


OPEN = [Choice(0, 0), Choice(0, 1), Choice(0, 2), Choice(1, 0), Choice(1, 2)]


def expressions() -> st.SearchStrategy[Expression]:
    """Arithmetic over entries, minima and conditions included."""
    numbers = st.sampled_from([0, 1, 2, -1, HALF, ROOT_TWO, Real.of(3).log()])
    leaves = st.sampled_from(OPEN).map(variable) | numbers.map(constant)

    def grow(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
        def node(op: str) -> st.SearchStrategy[Expression]:
            return st.tuples(inner, inner).map(lambda args: Expression(op, args))

        condition = st.sampled_from(["<", "<=", "=", ">=", ">"]).flatmap(node)
        branch = st.tuples(condition, inner, inner).map(lambda args: Expression("if", args))
        unary = st.tuples(st.sampled_from(["neg", "abs"]), inner).map(lambda pair: Expression(pair[0], (pair[1],)))
        return st.sampled_from(["+", "*", "/", "min", "max"]).flatmap(node) | unary | branch

    return st.recursive(leaves, grow, max_leaves=6)


@settings(max_examples=150, deadline=None)
@given(expressions(), members())
def test_an_expression_in_the_entries_has_its_value_at_every_policy(expression: Expression, policy: Policy) -> None:
    _, symbolic = two_rows()
    try:
        function = evaluate(expression, lambda key: symbolic.rows[key.state][key.action])
        expected = evaluate(expression, lambda key: Real.of(policy.rows[key.state][key.action]))
    except (Undefined, Unsupported):
        assume(False)
    got = function.at(policy) if isinstance(function, RationalFunction) else function
    assert (got - expected).is_zero()


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_occupancies_of_all_policies_at_once(data: st.DataObject) -> None:
    environment = data.draw(environments())
    policy = data.draw(policies(environment))
    support = [tuple(a for a, weight in enumerate(row) if weight > 0) for row in policy.rows]
    discount = data.draw(st.sampled_from([Fraction(0), HALF, Fraction(9, 10)]))
    symbolic = step_occupancy(induced(environment, symbolic_policy(environment, support)), discount)
    numeric = step_occupancy(induced(environment, policy), discount)
    assert symbolic.keys() == numeric.keys()
    for step, value in symbolic.items():
        found = value.at(policy) if isinstance(value, RationalFunction) else value
        assert found == numeric[step]


def test_rows_sum_to_one_and_zeros_are_exact() -> None:
    _, policy = two_rows()
    assert sum(policy.rows[0], Fraction(0)) == 1
    assert policy.rows[1][1] == 0
    assert isinstance(policy.rows[1][1], Fraction)
    environment, _ = two_rows()
    assert symbolic_policy(environment, [(1,), (2,)]).rows[0] == (Fraction(0), Fraction(1), Fraction(0))


@pytest.mark.parametrize("other", [3, Fraction(2, 3), ROOT_TWO])
@pytest.mark.parametrize("operation", [operator.add, operator.sub, operator.mul, operator.truediv])
def test_mixes_with_numbers_on_either_side(operation: object, other: int | Fraction | Real) -> None:
    assert callable(operation)
    _, symbolic = two_rows()
    policy = Policy(((HALF, Fraction(1, 4), Fraction(1, 4)), (HALF, Fraction(0), HALF)))
    entry = symbolic.rows[0][1]
    assert (operation(entry, other).at(policy) - operation(Real.of(Fraction(1, 4)), other)).is_zero()
    assert (operation(other, entry).at(policy) - operation(Real.of(other), Fraction(1, 4))).is_zero()


def test_logarithms_of_products_of_entries() -> None:
    _, symbolic = two_rows()
    x, y, z = symbolic.rows[0]
    assert ((3 * x * x / z).log() - (2 * x.log() - z.log() + Real.of(3).log())).is_zero()
    assert not ((x * y).log() - x.log()).is_zero()
    assert (x.log() * 2 - (x * x).log()).is_zero()
    with pytest.raises(Undefined):
        (-x).log()
    # of a sum: a variable of its own, the same one for the same sum
    assert ((2 * x + 2 * y).log() - (x + y).log() - Real.of(2).log()).is_zero()


def test_the_face_decides_what_it_can() -> None:
    _, symbolic = two_rows()
    x, y, z = symbolic.rows[0]
    assert x.compare(">", 0) is True
    assert (1 - x - y).compare("<=", 0) is False
    assert (-x * z / y).sign() == -1
    assert (x - y).sign() is None
    assert (-x).absolute() == x
    assert x.minimum(0) == 0
    condition = x.compare("<", y)
    with pytest.raises(Unsupported):
        bool(condition)
    assert condition.choose(x, y) != x.minimum(y)  # equal as numbers; that is not known here
    assert (3 * x).minimum(3 * y) == 3 * y.minimum(x)


def test_signs_by_coefficients() -> None:
    _, symbolic = two_rows()
    (x, y, z), (u, _, v) = symbolic.rows
    assert (1 - Fraction(9, 10) * x * u).sign() == 1
    assert (-(x * u) - y * v / (1 + z)).sign() == -1
    assert (x * u - HALF).sign() is None
    assert (x * x - x + Fraction(3, 10)).sign() is None  # positive, but not by its coefficients


@settings(max_examples=100, deadline=None)
@given(expressions(), members())
def test_a_sign_that_is_told_is_the_sign_at_every_policy(expression: Expression, policy: Policy) -> None:
    _, symbolic = two_rows()
    try:
        function = evaluate(expression, lambda key: symbolic.rows[key.state][key.action])
    except (Undefined, Unsupported):
        assume(False)
    if isinstance(function, RationalFunction) and function.sign() is not None:
        assert function.at(policy).sign() == function.sign()


def test_constants_are_seen_through() -> None:
    _, symbolic = two_rows()
    x = symbolic.rows[0][0]
    assert ((x * ROOT_TWO) * ROOT_TWO - 2 * x).is_zero()
    assert (2 * ROOT_TWO * x / (x * ROOT_TWO)).rational == 2
    assert (x - x).rational == 0
    assert x.rational is None
    assert x.constant is None
    with pytest.raises(Undefined):
        1 / (x - x)
    with pytest.raises(Undefined):
        1 / ((x * ROOT_TWO) * ROOT_TWO - 2 * x)
    assert hash(2 * x / x) == hash(Real.of(2))


def test_powers() -> None:
    _, symbolic = two_rows()
    x = symbolic.rows[0][0]
    assert x.power(-2) * x * x == 1
    assert x.power(0) == 1
    policy = Policy(((Fraction(1, 4), Fraction(1, 4), HALF), (HALF, Fraction(0), HALF)))
    root = x.power(HALF)
    assert isinstance(root, RationalFunction)
    assert root.at(policy) == HALF
    assert constant_function(x.symbols, 4).power(HALF) == 2
    with pytest.raises(Unsupported):
        x.power(x)


def test_derivative() -> None:
    _, symbolic = two_rows()
    x, y, _ = symbolic.rows[0]
    assert (x * x * y / (1 + x)).derivative(Choice(0, 0)) == (2 * x * y * (1 + x) - x * x * y) / (1 + x).power(2)


def test_faces_do_not_mix() -> None:
    (_, one), (_, other) = two_rows(), two_rows()
    with pytest.raises(ValueError, match="different faces"):
        one.rows[0][0] + other.rows[0][0]
    assert one.rows[0][0] != other.rows[0][0]
