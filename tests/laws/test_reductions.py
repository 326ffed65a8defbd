"""Every reduction is a closed loop: the objective that it returns orders all policies as its source does."""

import itertools
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from specl.evaluation.ranks import compare_ranks
from specl.formalisms import codes, rank
from specl.model.environment import Environment
from specl.model.policy import Policy
from specl.reductions import arrows, path, reduction, translate
from tests.objectives import PROGRAMS, objectives, recovering
from tests.strategies import environments, policies

SLOW_TO_DRAW = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)


def _policies(data: st.DataObject, environment: Environment) -> list[Policy]:
    return [data.draw(policies(environment)) for _ in range(3)]


def _as_tuple(found: Any) -> tuple[Any, ...]:
    return found if isinstance(found, tuple) else (found,)


def _same_order(
    environment: Environment, some: list[Policy], before: tuple[str, Any], after: tuple[str, Any], values: bool
) -> None:
    old = [rank(*before, environment, policy) for policy in some]
    new = [rank(*after, environment, policy) for policy in some]
    if values:
        assert [_as_tuple(one) for one in old] == [_as_tuple(one) for one in new]
    for (a, b), (c, d) in zip(itertools.combinations(old, 2), itertools.combinations(new, 2), strict=True):
        expected = compare_ranks(a, b)
        assume(expected is not None)
        event("apart" if expected else "tied")
        assert compare_ranks(c, d) == expected


@pytest.mark.parametrize(("source", "target"), arrows())
@settings(max_examples=25, deadline=None, suppress_health_check=SLOW_TO_DRAW)
@given(data=st.data())
def test_arrow_keeps_the_order_of_all_policies(source: str, target: str, data: st.DataObject) -> None:
    environment = data.draw(environments())
    objective = data.draw(objectives(source, environment, programs=False))
    arrow = reduction(source, target)
    compiled = arrow.reduce(objective, environment)
    some = _policies(data, environment)
    _same_order(environment, some, (source, objective), (target, compiled), arrow.preserves == "value")


@pytest.mark.parametrize(("source", "target"), [arrow for arrow in arrows() if arrow[0] in PROGRAMS])
@settings(max_examples=6, deadline=None, suppress_health_check=SLOW_TO_DRAW)
@given(data=st.data())
def test_arrow_keeps_the_order_of_what_is_recovered(source: str, target: str, data: st.DataObject) -> None:
    environment = data.draw(environments())
    objective = data.draw(recovering(source, environment))
    arrow = reduction(source, target)
    compiled = arrow.reduce(objective, environment)
    some = _policies(data, environment)
    _same_order(environment, some, (source, objective), (target, compiled), arrow.preserves == "value")


PAIRS = [
    (source, target)
    for source, target in itertools.permutations(codes(), 2)
    if any(start == source for start, _ in arrows()) and any(end == target for _, end in arrows())
]


@settings(max_examples=40, deadline=None, suppress_health_check=SLOW_TO_DRAW)
@given(data=st.data())
def test_chain_keeps_the_order(data: st.DataObject) -> None:
    source, target = data.draw(st.sampled_from(PAIRS))
    try:
        chain = path(source, target)
    except LookupError:
        assume(False)
    environment = data.draw(environments())
    objective = data.draw(objectives(source, environment))
    travelled, compiled = translate(source, objective, environment, target)
    assert travelled == chain
    _same_order(environment, _policies(data, environment), (source, objective), (target, compiled), False)


EQUAL = [("FTR", "INMR"), ("INMR", "IMORL"), ("FTLR", "OMORL"), ("OMORL", "FOMR"), ("TLO", "GOMORL"), ("GOMORL", "OMO")]


@pytest.mark.parametrize(("here", "there"), EQUAL)
@settings(max_examples=8, deadline=None, suppress_health_check=SLOW_TO_DRAW)
@given(data=st.data())
def test_there_and_back(here: str, there: str, data: st.DataObject) -> None:
    environment = data.draw(environments())
    objective = data.draw(objectives(here, environment, programs=False))
    _, away = translate(here, objective, environment, there)
    _, back = translate(there, away, environment, here)
    _same_order(environment, _policies(data, environment), (here, objective), (here, back), True)
