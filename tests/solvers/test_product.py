"""Formulas on models in flat arrays: end components that are accepting against all sets of choices, values against
Storm's exact engine, policies against the chains that they make."""

import itertools
import random
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from specl.automata.acceptance import Acceptance, accepts
from specl.automata.translate import automaton
from specl.chains.components import components
from specl.language.parse import parse_formula
from specl.model.errors import Unsupported
from specl.model.formula import atom, atoms_of
from specl.solvers.accepting import accepting
from specl.solvers.graph import almost_sure, predecessors
from specl.solvers.product import letters
from specl.solvers.sparse import SparseModel
from specl.solvers.temporal import Satisfied, satisfy
from tests.oracles.storm import in_storms_syntax
from tests.solvers.drawing import Drawn, Row, drawn, values
from tests.solvers.storm_exact import answers

FORMULAS = (
    "G F a & G F b & G !c",
    "(F G a | G F b) & (F G b | G F c)",
    "(F G a & G F b) | (F G c & G F a)",
    "(G F a & F G !b) | (G F b & F G !c)",
    "F (a & X (b & X c))",
    "(a | b) U c | G F (a & X b)",
    "G (a -> F b) & F G !c",
    "X X a <-> F G b",
    "(!c U a) & G (b -> X !b)",
    "F G (a -> X b)",
)


def conditions(rng: random.Random, depth: int) -> Acceptance:
    """Any condition on three marks."""
    if depth == 0 or rng.random() < 0.3:
        return Acceptance(rng.choice(["inf", "fin"]), mark=rng.randrange(3))
    return Acceptance(rng.choice(["and", "or"]), tuple(conditions(rng, depth - 1) for _ in range(rng.randint(2, 3))))


def is_end_component(rows: Sequence[Sequence[Row]], chosen: frozenset[tuple[int, int]]) -> bool:
    """Whether these choices stay among their states and connect them."""
    states = sorted({s for s, _ in chosen})
    place = {s: i for i, s in enumerate(states)}
    into = [sorted({t for s, a in chosen if s == state for t in rows[s][a]}) for state in states]
    if any(t not in place for row in into for t in row):
        return False
    return len(components([[place[t] for t in row] for row in into])) == 1


def test_accepting_end_components_are_found_in_all_sets_of_choices() -> None:
    """Marks of states, choices and entries alike."""
    for seed in range(150):
        rng = random.Random(seed)
        case = drawn(seed, 4)
        rows, model = case.rows, case.model
        condition = conditions(rng, 2)
        level = rng.randrange(3)
        size = (model.size, len(model.entries) - 1, len(model.targets))[level]
        marks = np.array([sum(rng.choice([0, 0, 1 << k]) for k in range(3)) for _ in range(size)], dtype=np.uint32)
        pairs = [(s, a) for s, row in enumerate(rows) for a in range(len(row))]

        def seen(
            chosen: frozenset[tuple[int, int]],
            model: SparseModel = model,
            marks: np.ndarray = marks,
            level: int = level,
        ) -> frozenset[int]:
            found = 0
            for s, a in chosen:
                k = int(model.choices[s]) + a
                entries = range(int(model.entries[k]), int(model.entries[k + 1]))
                for i in ([s], [k], entries)[level]:
                    found |= int(marks[i])
            return frozenset(k for k in range(3) if found >> k & 1)

        winning = set[int]()
        for size in range(1, len(pairs) + 1):
            for picked in itertools.combinations(pairs, size):
                chosen = frozenset(picked)
                if is_end_component(rows, chosen) and accepts(condition, seen(chosen)):
                    winning |= {s for s, _ in chosen}
        into, every = predecessors(model), np.ones(model.size, dtype=np.bool_)
        won = accepting(model, into, marks, condition)
        assert {int(s) for s in np.flatnonzero(won.states)} <= winning, seed
        expected = np.array([s in winning for s in range(model.size)])
        assert np.array_equal(almost_sure(model, into, won.states, every), almost_sure(model, into, expected, every)), (
            seed
        )
        # equal weights win: what is never left under them sees what is wanted
        mine = {s: [a for a in range(len(rows[s])) if won.choices[model.choices[s] + a]] for s in range(model.size)}
        inside = np.flatnonzero(won.states).tolist()
        assert all(mine[s] for s in inside)
        place = {s: i for i, s in enumerate(inside)}
        into_of = [sorted({t for a in mine[s] for t in rows[s][a]}) for s in inside]
        assert all(t in place for row in into_of for t in row), seed
        for members in components([[place[t] for t in row] for row in into_of]):
            if all(place[t] in members for i in members for t in into_of[i]):
                assert accepts(condition, seen(frozenset((inside[i], a) for i in members for a in mine[inside[i]])))


def labelled(seed: int, least: int, most: int, leaks: tuple[Fraction, ...] = ()) -> tuple[Drawn, dict[str, set[int]]]:
    """A model whose states have labels a, b and c, most often one."""
    case, rng = drawn(seed, most, leaks, least), random.Random(seed)
    n = len(case.rows)
    labels = {name: {s for s in range(n) if rng.random() < 0.3} for name in "abc"}
    arrays = {name: np.array([s in holds for s in range(n)]) for name, holds in labels.items()}
    return replace(case, model=replace(case.model, labels=arrays)), labels


def worth(case: Drawn, text: str, found: Satisfied) -> Fraction:
    """The probability that the policy found beside its automaton meets the formula, from its chain alone."""
    beside, n = found.product, found.product.model.size
    model = beside.model
    rows: list[Row] = []
    taken: list[list[int]] = []
    for i in range(n):
        first = int(model.choices[i])
        own = [first + int(found.reached.choice[i])]
        if found.won.states[i]:
            own = [k for k in range(first, int(model.choices[i + 1])) if found.won.choices[k]]
        taken.append(own)
        row: Row = {}
        for k in own:
            into = model.targets[model.entries[k] : model.entries[k + 1]].tolist()
            if beside.origin[k] < 0:
                chances = [Fraction(1)]
            else:
                s = int(beside.state[i])
                chances = list(case.rows[s][int(beside.origin[k]) - int(case.model.choices[s])].values())
            for t, p in zip(into, chances, strict=True):
                row[t] = row.get(t, Fraction(0)) + p / len(own)
        rows.append(row)
    known: dict[int, Fraction] = {n - 2: Fraction(0), n - 1: Fraction(1)}
    shown, sets = letters(case.model, sorted(atoms_of(parse_formula(text))))
    watcher = automaton(parse_formula(text), sets)
    for members in components([sorted(row) for row in rows]):
        if all(t in members for i in members for t in rows[i]) and not known.keys() & set(members):
            passed = frozenset[int]().union(
                *(watcher.delta[int(beside.memory[i]), sets[shown[beside.state[i]]]][1] for i in members)
            )
            known |= dict.fromkeys(members, Fraction(int(accepts(watcher.acceptance, passed))))
    start = int(model.start[0][0])
    return values(rows, known, [Fraction(0)] * n)[start]


def against_storm(seed: int, text: str, least: int, most: int, leaks: tuple[Fraction, ...] = ()) -> None:
    """All that is promised; RuntimeError where Storm fails, as it does on some products whose last state goes."""
    case, labels = labelled(seed, least, most, leaks)
    found = satisfy(case.model, parse_formula(text))
    named = {"always": set(range(len(case.rows))), **{f"atom_{name}": holds for name, holds in labels.items()}}
    exact = answers(case.rows, named, case.paid, f"Pmax=? [{in_storms_syntax(parse_formula(text))}]")[0]
    assert exact is not None
    assert Fraction(found.low) <= exact <= Fraction(found.high), (seed, text)
    assert found.high - found.low <= 1e-6, (seed, text)
    assert Fraction(found.low) <= worth(case, text, found) <= Fraction(found.high), (seed, text)


@pytest.mark.parametrize("text", FORMULAS)
def test_storm_agrees(text: str) -> None:
    for seed in range(4):
        against_storm(seed, text, 10, 30)


@pytest.mark.parametrize("text", FORMULAS[:5])
def test_storm_agrees_where_probabilities_are_tiny(text: str) -> None:
    for seed in range(3):
        against_storm(seed + 50, text, 10, 20, (Fraction(1, 1000), Fraction(1, 10**6), Fraction(1, 10**9)))


@pytest.mark.long
def test_storm_agrees_on_thousands() -> None:
    failed = 0
    for seed in range(100, 400):
        for text in FORMULAS:
            try:
                against_storm(seed, text, 3, 40)
            except RuntimeError:
                failed += 1
    assert failed < 150


def test_labels_of_states_choices_and_transitions_are_alike() -> None:
    for seed in range(10):
        case, _ = labelled(seed, 5, 15)
        model = case.model
        for text in FORMULAS[:4]:
            of_states = satisfy(model, parse_formula(text))
            lengths = np.diff(model.choices), np.diff(model.entries)
            for name in "abc":
                by_choice = np.repeat(model.labels[name], lengths[0])
                for finer in (by_choice, np.repeat(by_choice, lengths[1])):
                    same = satisfy(replace(model, labels={**model.labels, name: finer}), parse_formula(text))
                    assert same.low <= of_states.high
                    assert of_states.low <= same.high


def test_formulas_that_always_or_never_hold() -> None:
    case, _ = labelled(0, 5, 15)
    for text, value in (("a | !a", 1.0), ("a & !a", 0.0), ("true", 1.0), ("false", 0.0), ("G F a | F G !a", 1.0)):
        found = satisfy(case.model, parse_formula(text))
        assert (found.low, found.high) == (value, value)


def test_what_cannot_be_asked() -> None:
    case, _ = labelled(0, 5, 15)
    with pytest.raises(Unsupported, match="no label `d`"):
        satisfy(case.model, atom("d"))
    every = {f"l{i}": np.ones(case.model.size, dtype=np.bool_) for i in range(17)}
    with pytest.raises(Unsupported, match="at most 16 labels"):
        letters(replace(case.model, labels=every), sorted(every))
