"""Z3's proofs that two objectives order all policies alike: against known answers and with cvc5's second opinion."""

from fractions import Fraction
from typing import Any

import pytest
import z3

from specl.expressivity.faces import Domain, supports
from specl.formalisms import rank
from specl.model.enclosure import Enclosure
from specl.model.environment import Environment
from specl.model.expression import Expression, constant
from specl.model.rational_function import symbolic_policy
from specl.model.real import Real
from specl.synthesis.equality import Answer, order_alike
from specl.synthesis.face import Face
from tests.expressivity.small import HALF, RETURN, distance, escape, minus, mr, onmr, rooms, square, texts
from tests.synthesis.second_opinion import second_opinion

FAR = onmr("far", distance(Fraction(4, 3)))
SQUARE = onmr("square", square(minus(RETURN, constant(Fraction(4, 3)))))
SOON = {(0, 1, 1): 1}


def interior(environment: Environment, left: Any, right: Any) -> list[Face]:
    policy = symbolic_policy(environment, next(supports(environment, Domain(True, frozenset()))))
    ranks = [rank(side.code, side.objective, environment, policy) for side in (left, right)]
    return [Face(policy, ranks[0], ranks[1], closed=True)]


def test_known_answers() -> None:
    assert order_alike(interior(rooms(), FAR, SQUARE), 30).verdict == "proved"
    assert order_alike(interior(escape(), mr("a", SOON), mr("b", SOON, Fraction(1, 3))), 30).verdict == "proved"
    answer = order_alike(interior(rooms(), FAR, onmr("near", distance(Fraction(1)))), 30)
    assert answer.verdict == "refuted"


def test_a_proposal_is_a_pair_of_policies_that_differ() -> None:
    environment = texts(3)
    left, right = mr("a", {(0, 1, 1): 1, (0, 2, 1): 3}), mr("b", {(0, 1, 1): 2, (0, 2, 1): 3})
    answer = order_alike(interior(environment, left, right), 30)
    assert answer.proposal is not None
    for policy in answer.proposal:
        assert all(sum(row) == 1 and min(row) >= 0 for row in policy.rows)
    orders = []
    for side in (left, right):
        x, y = (rank(side.code, side.objective, environment, policy).rational for policy in answer.proposal)
        orders.append((x > y) - (x < y))
    assert orders[0] != orders[1]


def test_functions_that_z3_does_not_know() -> None:
    """exp is increasing and positive, log increasing: enough for some proofs; the rest stays open, or is proposed."""
    entry = symbolic_policy(texts(2), [(0, 1), (0,)])
    x = entry.rows[0][0]
    logs = [Face(entry, x.log(), x)]
    assert order_alike(logs, 30).verdict == "proved"
    exponentials = [Face(entry, x.exp() * 3, (x * x).power(Fraction(1, 7)))]
    assert order_alike(exponentials, 30).verdict == "proved"
    falling = [Face(entry, -x.power(Fraction(-1, 7)), x)]
    assert order_alike(falling, 30).verdict == "proved"
    assert order_alike([Face(entry, x.log() + x.exp(), x * 5)], 30).verdict == "proved"
    assert order_alike([Face(entry, -x.log(), x)], 30).verdict == "refuted"


def test_equal_enclosures_may_hold_different_numbers() -> None:
    box = Enclosure(Fraction(0), Fraction(1))
    points = [Face(symbolic_policy(texts(2), [(a,), (0,)]), box, Real.of(1)) for a in range(2)]
    assert order_alike(points, 30).verdict != "proved"
    assert order_alike(points[:1], 30).verdict == "proved"


def test_no_time_no_answer() -> None:
    assert order_alike(interior(rooms(), FAR, SQUARE), 0) == Answer(
        "open", 0, reason="out of time after 0 queries to Z3"
    )


def test_large_expressions_are_not_put_to_z3() -> None:
    policy = symbolic_policy(texts(3), [(0, 1, 2), (0,)])
    x, y, _ = policy.rows[0]
    large = (x + y.power(2) + 2).power(30)
    answer = order_alike([Face(policy, large, x)], 30)
    assert answer.verdict == "open"
    assert "too large" in answer.reason


def test_faces_are_compared_with_one_another() -> None:
    """1 on the interior and 0 on the border against a constant: each face alone shows no difference."""
    faces = []
    for support in supports(texts(2), Domain(False, frozenset({0}))):
        policy = symbolic_policy(texts(2), support)
        first = Real.of(1 if len(support[0]) == 2 else 0)
        faces.append((Face(policy, first, Real.of(0)), Face(policy, first, first * 2)))
    assert order_alike([face for face, _ in faces], 30).verdict == "refuted"
    assert order_alike([face for _, face in faces], 30).verdict == "proved"


@pytest.mark.parametrize(
    ("environment", "left", "right"),
    [
        (rooms(), FAR, SQUARE),
        (escape(), mr("a", SOON), mr("b", SOON, Fraction(1, 3))),
        (rooms(), onmr("a", Expression("min", (RETURN, constant(HALF)))), onmr("b", Expression("min", (
            constant(Fraction(1)), Expression("*", (constant(Fraction(2)), RETURN)))))),
    ],
)  # fmt: skip
def test_cvc5_agrees_that_there_is_no_solution(
    environment: Environment, left: Any, right: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    solvers: list[Any] = []
    make = z3.SolverFor

    def recorded(logic: str, **given: Any) -> Any:
        solvers.append(make(logic, **given))
        return solvers[-1]

    monkeypatch.setattr(z3, "SolverFor", recorded)
    assert order_alike(interior(environment, left, right), 30).verdict == "proved"
    assert len(solvers) >= 2
    for solver in solvers:
        assert second_opinion(solver.to_smt2(), 20_000) == "unsat"
