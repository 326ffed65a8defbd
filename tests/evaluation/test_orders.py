"""Orders to ranks: lexicographic, constrained, and rankings of named policies."""

from fractions import Fraction
from typing import Any

import pytest

from specl.evaluation.orders import ranked, tier
from specl.evaluation.ranks import compare_ranks
from specl.model.enclosure import Enclosure
from specl.model.environment import Environment
from specl.model.errors import Undefined, Unsupported
from specl.model.expression import Expression, constant, variable
from specl.model.order import Constrained, Lexicographic, Ranking
from specl.model.policy import Policy
from specl.model.rational_function import symbolic_policy
from specl.model.real import Real

X, Y = variable("x"), variable("y")


def at(**values: Any) -> Any:
    known = {name: value if isinstance(value, Enclosure) else Real.of(value) for name, value in values.items()}
    return known.__getitem__


def above(expression: Expression, bound: int) -> Expression:
    return Expression(">=", (expression, constant(Fraction(bound))))


def test_lexicographic_keys_in_turn() -> None:
    assert ranked(Lexicographic((Y, X)), at(x=1, y=2)) == (Real.of(2), Real.of(1))


@pytest.mark.parametrize(("x", "met"), [(3, 1), (2, 1), (1, 0)])
def test_a_constraint_is_met_or_not(x: int, met: int) -> None:
    assert ranked(Constrained(Y, (above(X, 2),)), at(x=x, y=7)) == (Real.of(met), Real.of(7))


def test_every_constraint_counts() -> None:
    order = Constrained(Y, (above(X, 2), above(Y, 8)))
    assert ranked(order, at(x=3, y=7)) == (Real.of(0), Real.of(7))
    assert ranked(Constrained(Y, ()), at(x=3, y=7)) == (Real.of(1), Real.of(7))


def test_a_constraint_that_enclosures_leave_open_is_open() -> None:
    order = Constrained(Y, (above(X, 2),))
    open_one = ranked(order, at(x=Enclosure(Fraction(1), Fraction(3)), y=7))
    assert open_one == (Enclosure(Fraction(0), Fraction(1)), Real.of(7))
    assert compare_ranks(open_one, ranked(order, at(x=3, y=0))) is None
    refuted = Constrained(Y, (above(X, 2), above(Y, 8)))
    assert ranked(refuted, at(x=Enclosure(Fraction(1), Fraction(3)), y=7))[0] == Real.of(0)


def test_a_key_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(Undefined):
        ranked(Lexicographic((Expression("log", (X,)),)), at(x=-1))


def test_a_ranking_of_policies_is_one_of_policies_only() -> None:
    with pytest.raises(Unsupported):
        ranked(Ranking(()), at())
    world = Environment("w", ("s",), ("a", "b"), ((0, Fraction(1)),), ((((0, Fraction(1)),),) * 2,), {})
    ranking = Ranking(((("p", Policy(((Fraction(1), Fraction(0)),))),),))
    assert tier(ranking, Policy(((Fraction(1), Fraction(0)),))) == Real.of(1)
    with pytest.raises(Unsupported):
        tier(ranking, symbolic_policy(world, [[0, 1]]))
