"""What lints tell of random environments holds by brute force: by sampled policies, enumerated paths, and lassos."""

import itertools
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import specl
from specl import formalisms
from specl.automata import library
from specl.automata.hierarchy import formula_class
from specl.automata.translate import to_spot
from specl.evaluation.ranks import compare_ranks, compare_values
from specl.formalisms import rank
from specl.formalisms.lar import LAR
from specl.formalisms.ltl import LTL
from specl.formalisms.mr import MR
from specl.language.document import NamedObjective
from specl.language.printer import show_item
from specl.language.writing import environment_item, objective_item
from specl.lints.grounds import reach
from specl.lints.grounds.constants import components, constant_components
from specl.lints.grounds.extremes import extremes
from specl.lints.grounds.settling import product
from specl.lints.grounds.spelled_out import spelled_out
from specl.lints.jump import jump
from specl.lints.nobody_goes import behaviour
from specl.lints.same_action import _same
from specl.lints.same_order import _alike
from specl.model.alphabet import ANONYMOUS, Alphabet
from specl.model.environment import Environment, Step
from specl.model.errors import Undefined, Unsupported
from specl.model.formula import FALSE, Formula, atom, atoms_of
from specl.model.machine import run
from specl.model.policy import Policy, deterministic_policies, reachable_states
from specl.model.real import ZERO, Real
from tests.automata import words
from tests.objectives import ORDERS_OF_LOTTERIES, objectives
from tests.oracles.lasso import holds
from tests.strategies import discounts, environments, formulas, machines, policies, rewards

Draw = st.DataObject

CODES = ("MR", "RM", "RRL", "LAR", "LTL", "ONMR", "OMORL", "FOMR", "GOMORL", "OMO", "FPR", "TLO")


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(environments(max_labels=1), st.sampled_from(CODES), st.data())
def test_what_is_constant_is_the_same_at_all_policies(world: Environment, code: str, data: Draw) -> None:
    objective = data.draw(objectives(code, world, programs=False))
    for k, value in constant_components(world, code, objective).items():
        for policy in (data.draw(policies(world)) for _ in range(5)):
            assert compare_values(components(rank(code, objective, world, policy))[k], value) == 0


@settings(max_examples=60, deadline=None)
@given(environments(), st.data(), discounts())
def test_rewards_that_are_constant_are_found(world: Environment, data: Draw, discount: Fraction) -> None:
    """Found if and only if all deterministic policies are worth the same: values are linear in the occupancies, of
    which theirs are the corners."""
    objective = MR(data.draw(rewards(world)), discount)
    worth = {rank("MR", objective, world, policy) for policy in deterministic_policies(world)}
    assert (len(worth) == 1) == bool(constant_components(world, "MR", objective))


@settings(max_examples=60, deadline=None)
@given(environments(), st.sampled_from(ORDERS_OF_LOTTERIES), st.data())
def test_policies_that_behave_alike_are_ranked_alike(world: Environment, code: str, data: Draw) -> None:
    first = data.draw(policies(world))
    reached = reachable_states(world, first)
    other = data.draw(policies(world))
    second = Policy(tuple((first if s in reached else other).rows[s] for s in range(len(world.states))))
    assert behaviour(world, first) == behaviour(world, second)
    objective = data.draw(objectives(code, world))
    try:
        ranks = [rank(code, objective, world, policy) for policy in (first, second)]
    except (Undefined, Unsupported):
        assume(False)
    assert compare_ranks(*ranks) in (0, None)


def leaving(world: Environment, state: int) -> list[Step]:
    return [step for step in world.steps if step[0] == state]


def lassos(world: Environment, state: int, length: int) -> Any:
    """(stem, loop) from a state, of `length` steps together at most."""

    def extend(path: tuple[Step, ...], at: int) -> Any:
        for i, step in enumerate(path):
            if step[0] == at:
                yield path[:i], path[i:]
        if len(path) < length:
            for step in leaving(world, at):
                yield from extend((*path, step), step[2])

    yield from extend((), state)


@pytest.mark.slow
@settings(max_examples=80, deadline=None)
@given(environments(max_states=2, max_labels=1), st.data())
def test_what_is_said_to_stay_open_stays_open(world: Environment, data: Draw) -> None:
    """After each of the first steps of the trajectory that is shown some lasso satisfies the formula and some does
    not; and where a formula is said to be finitary, it never is so after more steps than the product has places."""
    formula = data.draw(formulas(world, max_leaves=3))
    beside = product(world, formula)
    lasso = beside.unsettled_lasso()
    assert (lasso is None) == (beside.formula_class() == "finitary")

    def truths(stem: tuple[Step, ...], state: int) -> set[bool]:
        return {holds(formula, [*stem, *more], loop, world.atoms) for more, loop in lassos(world, state, 4)}

    if lasso is not None:
        stem, loop = lasso
        path = (*stem, *loop, *loop)
        assert all(x[2] == y[0] for x, y in itertools.pairwise(path))
        assert path[0][0] in {s for s, _ in world.start}
        for n in range(len(path)):
            assert truths(path[:n], path[n][0]) == {True, False}
    elif len(beside.edges) <= 5:
        paths: list[tuple[Step, ...]] = [(step,) for s, _ in world.start for step in leaving(world, s)]
        for _ in range(len(beside.edges)):
            paths = [(*path, step) for path in paths for step in leaving(world, path[-1][2])][:200]
        for path in paths[:40]:
            assert len(truths(path, path[-1][2])) == 1


@settings(max_examples=60, deadline=None)
@given(environments(max_states=2, max_actions=2, max_labels=1), st.data())
def test_classes_in_an_environment_are_those_that_spot_gives_to_its_words(world: Environment, data: Draw) -> None:
    """The environment's words, as a formula W, are a safety property. So φ is closed on them iff φ ∧ W is closed, open
    iff ¬φ ∧ W is closed, and the same with recurrence and persistence of φ ∧ W."""
    formula = data.draw(formulas(world, max_leaves=3))
    spot = library.spot()
    words = _words(world, atoms_of(formula))
    names = {name: f"p{i}" for i, name in enumerate(sorted(atoms_of(words) | atoms_of(formula)))}
    classes = []
    for side in (formula, Formula("!", (formula,))):
        both = to_spot(Formula("&", (side, words)), names)
        classes.append(set(spot.mp_class(both, "wv").split()))
    closed, opened = ("safety" in found for found in classes)
    again, stays = ("recurrence" in classes[0], "persistence" in classes[0])
    expected = (
        ("finitary" if opened else "safety")
        if closed
        else "guarantee"
        if opened
        else {(1, 1): "obligation", (1, 0): "recurrence", (0, 1): "persistence"}.get((again, stays), "reactivity")
    )
    assert product(world, formula).formula_class() == expected


@settings(max_examples=60, deadline=None)
@given(words.formulas(max_leaves=5))
def test_classes_over_an_alphabet_without_patterns_are_those_over_all_words(formula: Formula) -> None:
    """One of the three atoms is an action, of two; the other two are free labels: every word can be seen."""
    alphabet = Alphabet("al", (ANONYMOUS,), ("p", "not p"), {}, ("q", "r"))
    world = spelled_out(alphabet, atoms_of(formula))
    assert world is not None
    assert product(world, formula).formula_class() == formula_class(formula)


def _words(world: Environment, spoken: frozenset[str]) -> Formula:
    """The letters along trajectories: states, actions and labels at once, each step as its source, its action, its
    labels, and a source next that it leads to."""

    def exactly(step: Step) -> Formula:
        literals = [atom(name) if step in on else Formula("!", (atom(name),)) for name, on in world.atoms.items()]
        return Formula("&", (*literals, Formula("X", (atom(world.states[step[2]]),))))

    start = [atom(world.states[s]) for s, _ in world.start]
    return Formula("&", (_any(start), Formula("G", (_any([exactly(step) for step in world.steps]),))))


def _any(parts: list[Formula]) -> Formula:
    return FALSE if not parts else parts[0] if len(parts) == 1 else Formula("|", tuple(parts))


@pytest.mark.slow
@settings(max_examples=80, deadline=None)
@given(environments(), st.sampled_from(("MR", "RM", "LAR", "RRL")), st.data())
def test_what_orders_alike_does(world: Environment, code: str, data: Draw) -> None:
    first = NamedObjective("x", world.name, code, data.draw(objectives(code, world, programs=False)))
    second = NamedObjective("y", world.name, code, data.draw(objectives(code, world, programs=False)))
    if _alike(world, first, second) is not None:
        _order_alike(world, code, first.objective, second.objective, [data.draw(policies(world)) for _ in range(5)])


@settings(max_examples=60, deadline=None)
@given(environments(), st.sampled_from(("MR", "LAR")), st.data(), discounts())
def test_shaped_rewards_are_told_to_order_alike(world: Environment, code: str, data: Draw, discount: Fraction) -> None:
    """R' = c·R + γΦ(s') − Φ(s) + d, with γ = 1 for limit averages."""
    reward = data.draw(rewards(world))
    potential = [data.draw(st.integers(-3, 3)) for _ in world.states]
    factor, more = data.draw(st.integers(1, 3)), data.draw(st.integers(-1, 1))
    rate = discount if code == "MR" else Fraction(1)
    shaped = {
        (s, a, t): Real.of(factor) * reward.get((s, a, t), ZERO) + Real.of(rate * potential[t] - potential[s] + more)
        for s, a, t in world.steps
    }
    first, second = (MR(each, discount) if code == "MR" else LAR(each) for each in (reward, shaped))
    if constant_components(world, code, first):
        return
    sides = [NamedObjective(name, world.name, code, each) for name, each in (("x", first), ("y", second))]
    assert _alike(world, *sides) is not None
    _order_alike(world, code, first, second, [data.draw(policies(world)) for _ in range(4)])


def _order_alike(world: Environment, code: str, first: Any, second: Any, drawn: list[Policy]) -> None:
    ranks = [[rank(code, each, world, policy) for policy in drawn] for each in (first, second)]
    for i, j in itertools.combinations(range(len(drawn)), 2):
        assert compare_ranks(ranks[0][i], ranks[0][j]) == compare_ranks(ranks[1][i], ranks[1][j])


@settings(max_examples=60, deadline=None)
@given(environments(max_actions=3), st.data())
def test_actions_that_nothing_tells_apart_can_be_exchanged(world: Environment, data: Draw) -> None:
    codes = [code for code in CODES if code not in ("FPR", "RRL")]
    asked = [
        (code, data.draw(objectives(code, world, programs=False)))
        for code in data.draw(st.lists(st.sampled_from(codes), max_size=2))
    ]
    width = len(world.actions)
    assume(width > 1)
    if data.draw(st.booleans()):  # else there would seldom be two that are the same
        rows = tuple((*row[:-1], row[0]) for row in world.transitions)
        world = Environment(world.name, world.states, world.actions, world.start, rows, {})
        asked = [(code, objective) for code, objective in asked if code == "MR"]
    policy = data.draw(policies(world))
    for a, b in itertools.combinations(range(width), 2):
        if _same(world, [objective for _, objective in asked], a, b):
            merged = tuple(
                tuple(row[a] + row[b] if k == a else 0 if k == b else weight for k, weight in enumerate(row))
                for row in policy.rows
            )
            for code, objective in asked:
                ranks = [rank(code, objective, world, each) for each in (policy, Policy(merged))]
                assert compare_ranks(*ranks) == 0


@settings(max_examples=60, deadline=None)
@given(environments(), st.data())
def test_what_is_reached_is_reached_by_deterministic_policies(world: Environment, data: Draw) -> None:
    entered = {s for policy in deterministic_policies(world) for s in reachable_states(world, policy)}
    assert reach.states(world) == entered
    machine = data.draw(machines(world, max_states=3))
    table = run(machine, world)
    made = set()
    frontier = {(s, machine.start) for s, _ in world.start}
    for _ in range(len(world.states) * len(machine.states) + 1):
        steps = {(u, step) for s, u in frontier for step in leaving(world, s)}
        made |= steps
        frontier = {(step[2], table[u, step][0]) for u, step in steps}
    assert reach.beside(world, machine) == made


@settings(max_examples=60, deadline=None)
@given(environments(), st.data(), discounts())
def test_extremes_are_attained_and_not_passed(world: Environment, data: Draw, discount: Fraction) -> None:
    reward = data.draw(rewards(world))
    worth = [rank("MR", MR(reward, discount), world, policy).rational for policy in deterministic_policies(world)]
    low, high = extremes(world, reward, discount)
    assert (low, high) == (Real.of(min(worth)), Real.of(max(worth)))
    inner = rank("MR", MR(reward, discount), world, data.draw(policies(world))).rational
    assert min(worth) <= inner <= max(worth)


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(environments(max_labels=0), st.sampled_from(("LTL", "LAR")), st.data())
def test_paths_along_which_an_objective_is_said_to_jump_show_it(world: Environment, code: str, data: Draw) -> None:
    objective = LAR(data.draw(rewards(world))) if code == "LAR" else LTL(data.draw(formulas(world, max_leaves=2)))
    written = objective_item(world, "o", code, formalisms.formalism(code).write(objective, world))
    document = specl.load(f"{show_item(environment_item(world))}\n{show_item(written)}\n")
    path = jump(document, document.objectives["o"])
    if path is not None:
        end, *others = (
            rank(code, objective, world, path.family.member((t,))) for t in map(Fraction, ("0", "1", "1/2", "1/9"))
        )
        assert all(compare_ranks(others[0], other) == 0 for other in others)
        assert compare_ranks(end, others[0]) != 0
