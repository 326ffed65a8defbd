"""What holds of every solver: no policy beats its bounds, and its own policy is worth what it says."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from specl.api.confirmed import confirm, is_among
from specl.evaluation.beside import beside, rank_beside
from specl.evaluation.context import Evaluation, Rank
from specl.evaluation.ranks import compare_ranks, compare_values
from specl.formalisms import codes, rank
from specl.model.environment import Environment
from specl.model.errors import Undefined, Unsupported
from specl.model.policy import deterministic_policies
from specl.model.real import Real
from specl.solvers.formalisms import solve, solvers
from specl.solvers.solved import Bounds, Memory, Solved
from specl.solvers.task import Task
from tests.objectives import objectives
from tests.strategies import environments, policies

OF_STATIONARY = frozenset(("FPR", "PO"))
"""Formalisms under which a policy with memory is worth nothing, being none of those that they rank."""

LOOKED_AT = "policies that were looked at"
"""Where the time was up before all deterministic ones were."""

PRECISION = Fraction(1, 10**4)
SECONDS = 0.5
"""For a search that has no end of its own."""

SEARCHED = frozenset(("FOMR", "FTLR", "FTR", "GOMORL", "IMORL", "INMR", "OMO", "OMORL", "TLO"))
"""Formalisms whose optima are searched for, which takes up to a minute for many random models."""

UNCONFIRMED = ("recover(other) ranks stationary policies", "more than 40 states")
"""Why a policy with memory may not be evaluated again."""


def every_solver(mark: pytest.MarkDecorator) -> pytest.MarkDecorator:
    """All codes, with this mark on those that search."""
    return pytest.mark.parametrize(
        "code", [pytest.param(code, marks=mark) if code in SEARCHED else code for code in solvers()]
    )


few = settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
more = settings(few, max_examples=60)


def solved(code: str, objective: Any, environment: Environment, is_exact: bool = False) -> Solved:
    """The solution; examples that the solver cannot do are passed over."""
    try:
        return solve(code, objective, environment, Task(PRECISION, is_exact, seconds=SECONDS))
    except (Undefined, Unsupported) as error:
        event(f"{type(error).__name__}: {error}"[:80])
        assume(False)
        raise


def several(worth: Rank) -> tuple[Any, ...]:
    return worth if isinstance(worth, tuple) else (worth,)


def beats(worth: Rank, best: Sequence[Bounds]) -> bool:
    """Whether a policy is surely better than the best one is said to be."""
    for number, bounds in zip(several(worth), best, strict=True):
        if compare_values(number, Real.of(bounds.high)) != 0 or bounds.width:
            return compare_values(number, Real.of(bounds.high)) == 1
    return False


def deterministic_ranks(code: str, objective: Any, environment: Environment) -> Iterator[Rank]:
    for policy in deterministic_policies(environment):
        try:
            yield rank(code, objective, environment, policy)
        except Undefined:
            continue


def check_bounds(code: str, data: st.DataObject, programs: bool = False) -> None:
    environment = data.draw(environments())
    objective: Any = data.draw(objectives(code, environment, programs=programs))
    found = solved(code, objective, environment)
    event(f"over {found.over}, {'precise' if found.is_precise else 'wide'}")
    confirmed = confirm(code, objective, environment, found, PRECISION)
    assert confirmed.faults == ()
    assert confirmed.worth is not None or any(reason in confirmed.why_not for reason in UNCONFIRMED)
    assert found.is_precise or found.note
    assert not found.is_precise or all(bounds.width <= PRECISION for bounds in found.value)
    for worth in deterministic_ranks(code, objective, environment):
        assert found.over == LOOKED_AT or not beats(worth, confirmed.solved.value)
        assert found.over == LOOKED_AT or not beats(worth, found.stationary or found.value)
    check_random(code, objective, environment, found, data)


def check_random(code: str, objective: Any, environment: Environment, found: Solved, data: st.DataObject) -> None:
    """Policies that the optimum is said to be over are no better.

    All is drawn before the solution is looked at, which depends on the time that its searches had.
    """
    drawn = [data.draw(policies(environment)) for _ in range(3)]
    memory = data.draw(memories(environment))
    places = beside(environment, memory).places
    weights = {place: dict(enumerate(data.draw(policies(environment)).rows[place[0]])) for place in places}
    if found.over in ("all policies", "stationary policies"):
        for policy in drawn:
            try:
                worth = rank(code, objective, environment, policy)
            except Undefined:
                continue
            assert not beats(worth, found.value)
            assert not beats(worth, found.stationary or found.value)
    if found.over == "all policies" and code not in OF_STATIONARY:
        try:
            worth = rank_beside(code, objective, environment, memory, weights, Evaluation(rank))
        except (Undefined, Unsupported):  # recover(…) ranks stationary policies only
            return
        assert not beats(worth, found.value)


@st.composite
def memories(draw: st.DrawFn, environment: Environment) -> Memory:
    size = draw(st.integers(1, 2))
    rows = tuple(tuple(draw(st.integers(0, size - 1)) for _ in environment.steps) for _ in range(size))
    return Memory("machine", tuple(f"u{i}" for i in range(size)), 0, rows)


def check_best_deterministic(code: str, data: st.DataObject) -> None:
    """Where the optimum is over these, it is the largest value; elsewhere it is no smaller."""
    environment = data.draw(environments())
    objective: Any = data.draw(objectives(code, environment, programs=False))
    found = solved(code, objective, environment, is_exact=True)
    best: Rank = None
    for worth in deterministic_ranks(code, objective, environment):
        assert found.over == LOOKED_AT or not beats(worth, found.value)
        if best is None or compare_ranks(worth, best) == 1:
            best = worth
    assume(best is not None)
    if found.over == "deterministic stationary policies":
        for number, bounds in zip(several(best), found.value, strict=True):
            assert compare_values(number, Real.of(bounds.low)) != -1


def check_exact(code: str, data: st.DataObject) -> None:
    environment = data.draw(environments())
    objective: Any = data.draw(objectives(code, environment, programs=False))
    found = solved(code, objective, environment, is_exact=True)
    confirmed = confirm(code, objective, environment, found, PRECISION)
    assert confirmed.faults == ()
    is_one = not any(bounds.width for bounds in found.value)
    event("one number" if is_one else "bounds")
    assert is_one or found.note
    if code in ("MR", "LAR", "LTL", "RM"):
        assert is_one
    if is_one and is_among(found) and found.is_precise:
        worth = several(confirmed.worth)
        assert all(number == Real.of(bounds.low) for number, bounds in zip(worth, found.value, strict=True))


@every_solver(pytest.mark.slow)
@few
@given(data=st.data())
def test_no_policy_beats_the_bounds(code: str, data: st.DataObject) -> None:
    check_bounds(code, data)


@every_solver(pytest.mark.slow)
@few
@given(data=st.data())
def test_the_best_deterministic_policy_is_found(code: str, data: st.DataObject) -> None:
    check_best_deterministic(code, data)


@every_solver(pytest.mark.slow)
@few
@given(data=st.data())
def test_an_exact_optimum_is_one_number_and_attained(code: str, data: st.DataObject) -> None:
    check_exact(code, data)


@pytest.mark.slow
@every_solver(pytest.mark.long)
@more
@given(data=st.data())
def test_all_of_this_on_many(code: str, data: st.DataObject) -> None:
    check_bounds(code, data, programs=True)
    check_best_deterministic(code, data)
    check_exact(code, data)


def test_every_formalism_has_a_solver() -> None:
    assert set(solvers()) == set(codes())
