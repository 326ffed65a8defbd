"""The best policy for a formula: its value is exact, it is attained, and no deterministic policy does better."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from specl import formalisms
from specl.automata.acceptance import accepts
from specl.automata.automaton import letters_of
from specl.automata.translate import automaton
from specl.chains.chain import Chain, Move, product
from specl.chains.recurrence import absorption
from specl.formalisms.ltl import LTL
from specl.model.environment import Environment
from specl.model.formula import TRUE, Formula, atom, atoms_of
from specl.model.policy import deterministic_policies
from specl.model.real import Real
from specl.solvers.formalisms.ltl import solve
from specl.solvers.solved import Solved
from specl.solvers.task import Task
from tests.strategies import environments, formulas


def worth(environment: Environment, formula: Formula, solved: Solved) -> Fraction:
    """P(ξ ⊨ φ) beside the policy and the memory of a solution, exactly."""
    policy: Mapping[Any, Mapping[int, Fraction]] = solved.policy or {}
    memory = solved.memory
    number = {step: i for i, step in enumerate(environment.steps)}
    places: list[tuple[int, int]] = []
    index: dict[tuple[int, int], int] = {}

    def find(place: tuple[int, int]) -> int:
        if place not in index:
            index[place] = len(places)
            places.append(place)
        return index[place]

    start = tuple((find((s, memory.start if memory else 0)), p) for s, p in environment.start)
    moves: list[tuple[Move, ...]] = []
    while len(moves) < len(places):
        s, u = places[len(moves)]
        row = []
        for a, weight in policy[(s, u) if memory else s].items():
            for t, p in environment.transitions[s][a]:
                after = memory.next[u][number[s, a, t]] if memory else 0
                row.append(Move(weight * p, (s, a, t), find((t, after))))
        moves.append(tuple(row))
    letters = letters_of(environment, atoms_of(formula))
    watcher = automaton(formula, letters.values())
    chain = product(
        Chain(tuple(places), start, tuple(moves)), watcher.start, lambda q, step: watcher.delta[q, letters[step]][0]
    )
    ends = absorption(chain)
    found = Fraction(0)
    for members, probability in zip(ends.classes, ends.start, strict=True):
        seen = frozenset[int]().union(
            *(
                watcher.delta[chain.states[i][-1], letters[move.step]][1]  # type: ignore[index]
                for i in members
                for move in chain.moves[i]
            )
        )
        if accepts(watcher.acceptance, seen):
            found += probability
    return found


def check(environment: Environment, formula: Formula) -> Fraction:
    """All that is promised; the value."""
    exact = solve(LTL(formula), environment, Task(is_exact=True))
    close = solve(LTL(formula), environment, Task())
    value = exact.value[0].low
    assert exact.value[0].high == exact.achieved[0].low == exact.achieved[0].high == value
    assert worth(environment, formula, exact) == value
    assert close.value[0].low <= value <= close.value[0].high
    assert close.is_precise
    assert close.value[0].width <= Task().precision
    assert close.achieved[0].low <= worth(environment, formula, close) <= close.achieved[0].high
    for policy in deterministic_policies(environment):
        rank = formalisms.rank("LTL", LTL(formula), environment, policy)
        assert isinstance(rank, Real)
        assert (Real.of(value) - rank).sign() in (0, 1)
    return value


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_values_are_attained_and_not_surpassed(data: st.DataObject) -> None:
    environment = data.draw(environments())
    check(environment, data.draw(formulas(environment, max_leaves=5)))


def test_the_dual_bounds_the_value_from_below() -> None:
    """max P(φ) + max P(¬φ) ≥ 1, with equality where there is nothing to choose."""

    @settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def holds(data: st.DataObject) -> None:
        environment = data.draw(environments(max_actions=1))
        formula = data.draw(formulas(environment))
        assert check(environment, formula) + check(environment, Formula("!", (formula,))) == 1

    holds()


def rooms() -> Environment:
    """Two rooms; `stay` stays, `go` changes the room."""
    one = Fraction(1)
    return Environment(
        "rooms",
        ("left", "right"),
        ("stay", "go"),
        ((0, one),),
        ((((0, one),), ((1, one),)), (((1, one),), ((0, one),))),
        {},
    )


def test_memory_is_used_where_it_helps() -> None:
    """First stay, then go, and never come back: no stationary policy does that."""
    wanted = Formula("&", (atom("left"), Formula("X", (Formula("&", (atom("left"), Formula("F", (atom("right"),)))),))))
    assert check(rooms(), wanted) == 1
    assert solve(LTL(wanted), rooms(), Task()).memory is not None


def test_both_rooms_again_and_again_need_no_memory() -> None:
    recurring = [Formula("G", (Formula("F", (atom(name),)),)) for name in ("left", "right")]
    solved = solve(LTL(Formula("&", tuple(recurring))), rooms(), Task(is_exact=True))
    assert solved.value[0].low == 1
    assert solved.memory is None
    assert solved.policy is not None
    assert all(len(weights) == 2 for weights in solved.policy.values()), "both choices, with equal weights"


def test_what_cannot_be_and_what_must_be() -> None:
    assert check(rooms(), Formula("!", (TRUE,))) == 0
    assert check(rooms(), TRUE) == 1
    assert check(rooms(), atom("right")) == 0
