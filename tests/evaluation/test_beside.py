"""Policies with memory: those that do not use it are worth what they are without, those that do what theory says."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from specl import formalisms
from specl.evaluation.beside import beside, rank_beside
from specl.evaluation.context import Evaluation
from specl.evaluation.ranks import compare_ranks
from specl.formalisms import codes, rank
from specl.formalisms.fpr import FPR
from specl.formalisms.lar import LAR
from specl.formalisms.ltl import LTL
from specl.formalisms.mr import MR
from specl.language.load import load_document
from specl.language.source import Source
from specl.model.environment import Environment
from specl.model.errors import Undefined, Unsupported
from specl.model.expression import variable
from specl.model.formula import Formula, atom
from specl.model.quantities import Choice
from specl.model.real import Real
from tests.objectives import objectives
from tests.strategies import environments, policies

EVALUATION = Evaluation(rank)


@dataclass(frozen=True)
class Watch:
    """A memory."""

    states: tuple[str, ...]
    start: int
    next: tuple[tuple[int, ...], ...]


@st.composite
def memories(draw: st.DrawFn, environment: Environment) -> Watch:
    size = draw(st.integers(1, 3))
    rows = tuple(tuple(draw(st.integers(0, size - 1)) for _ in environment.steps) for _ in range(size))
    return Watch(tuple(f"u{i}" for i in range(size)), draw(st.integers(0, size - 1)), rows)


@pytest.mark.parametrize("code", [code for code in codes() if code not in ("FPR", "PO")])
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_memory_that_is_not_used_changes_nothing(code: str, data: st.DataObject) -> None:
    environment = data.draw(environments())
    objective: Any = data.draw(objectives(code, environment, programs=False))
    policy, memory = data.draw(policies(environment)), data.draw(memories(environment))
    weights = {place: dict(enumerate(policy.rows[place[0]])) for place in beside(environment, memory).places}
    try:
        before = rank(code, objective, environment, policy)
    except Undefined:
        assume(False)
    after = rank_beside(code, objective, environment, memory, weights, EVALUATION)
    assert compare_ranks(before, after) in (0, None)


ROOMS = load_document(
    Source("environment rooms { states x, y  actions stay, go  start x  x --go--> y  y --go--> x  _ --stay--> self }"),
    formalisms,
).environments["rooms"]
STAY, GO = 0, 1
ALTERNATE = Watch(("first", "second"), 0, ((1,) * 4, (0,) * 4))
"""It tells even times from odd ones."""

BOTH = {(s, u): {(STAY, GO)[u]: Fraction(1)} for s in (0, 1) for u in (0, 1)}
"""Stay, go, stay, go, …: x x y y x x …"""


def test_what_alternates_is_worth_what_its_steps_say() -> None:
    reward = {(0, STAY, 0): Real.of(1), (0, GO, 1): Real.of(10), (1, STAY, 1): Real.of(100), (1, GO, 0): Real.of(1000)}
    found = rank_beside("MR", MR(reward, Fraction(1, 2)), ROOMS, ALTERNATE, BOTH, EVALUATION)
    assert found == Real.of((1 + 5 + 25 + 125) / (1 - Fraction(1, 16)))
    average = rank_beside("LAR", LAR(reward), ROOMS, ALTERNATE, BOTH, EVALUATION)
    assert average == Real.of(Fraction(1111, 4))


def test_formulas_see_the_steps() -> None:
    stay, go = atom("stay"), atom("go")
    turns = Formula("G", (Formula("<->", (stay, Formula("X", (go,)))),))
    assert rank_beside("LTL", LTL(turns), ROOMS, ALTERNATE, BOTH, EVALUATION) == Real.of(1)
    always = Formula("G", (Formula("|", (atom("y"), go)),))
    assert rank_beside("LTL", LTL(always), ROOMS, ALTERNATE, BOTH, EVALUATION) == Real.of(0)


def test_entries_of_a_policy_are_those_of_a_stationary_one() -> None:
    with pytest.raises(Unsupported, match="has a memory"):
        rank_beside("FPR", FPR(variable(Choice(0, 0))), ROOMS, ALTERNATE, BOTH, EVALUATION)
