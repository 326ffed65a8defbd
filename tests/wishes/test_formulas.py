"""The parts of the search for formulas, each against exact probabilities."""

import random
from dataclasses import replace
from fractions import Fraction
from itertools import islice

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specl.automata.automaton import Letter, accepts_lasso
from specl.automata.translate import automaton
from specl.evaluation.means import probability
from specl.model.environment import Environment
from specl.model.formula import FALSE, TRUE, Formula, atom, atoms_of
from specl.model.policy import Policy
from specl.wishes.formulas.cells import Partition, TooMany, by_beginnings, by_first_visits
from specl.wishes.formulas.choosing import Choice, choose
from specl.wishes.formulas.comparisons import Comparisons
from specl.wishes.formulas.lassos import Lassos, lassos
from specl.wishes.formulas.separating import separate
from specl.wishes.formulas.simplifying import simplified
from specl.wishes.formulas.size import size
from specl.wishes.formulas.small import small_formulas
from tests.strategies import environments, formulas, policies

World = tuple[Environment, list[Policy]]


@st.composite
def worlds(draw: st.DrawFn, most: int = 3) -> World:
    """An environment and a few policies of it."""
    environment = draw(environments())
    return environment, draw(st.lists(policies(environment), min_size=1, max_size=most))


def exactly(environment: Environment, policy: Policy, formula: Formula) -> Fraction:
    found = probability(environment, policy, formula).rational
    assert isinstance(found, Fraction)
    return found


def lasso_words(sample: Lassos) -> list[tuple[list[Letter], list[Letter]]]:
    """Stem and loop of each lasso."""
    found = []
    for root in map(int, sample.roots):
        passed: dict[int, int] = {}
        i = root
        while i not in passed:
            passed[i] = len(passed)
            i = int(sample.following[i])
        word = [sample.letters[j] for j in passed]
        found.append((word[: passed[i]], word[passed[i] :]))
    return found


@given(worlds())
@settings(max_examples=60, deadline=None)
def test_lassos_have_the_weight_of_their_policy(world: World) -> None:
    environment, members = world
    sample = lassos(environment, members)
    assert sample.weights.shape == (len(members), len(sample.roots))
    assert np.allclose(sample.weights.sum(axis=1), 1)
    words = lasso_words(sample)
    assert len({(tuple(stem), tuple(loop)) for stem, loop in words}) == len(words)


@given(st.data())
@settings(max_examples=25, deadline=None)
def test_lassos_without_doubt_are_the_lottery(data: st.DataObject) -> None:
    environment, members = data.draw(worlds())
    formula = data.draw(formulas(environment))
    sample = lassos(environment, members)
    letters = set(sample.letters)
    holds = [accepts_lasso(automaton(formula, letters), *projected(formula, word)) for word in lasso_words(sample)]
    for policy, weights, doubt in zip(members, sample.weights, sample.doubt, strict=True):
        error = abs(float(exactly(environment, policy, formula)) - float(weights @ np.array(holds)))
        assert error <= doubt + 1e-9


def projected(formula: Formula, word: tuple[list[Letter], list[Letter]]) -> tuple[list[Letter], list[Letter]]:
    stem, loop = ([letter & atoms_of(formula) for letter in part] for part in word)
    return stem, loop


@given(worlds(most=2))
@settings(max_examples=10, deadline=None)
def test_small_formulas_are_true_where_automata_say_so(world: World) -> None:
    environment, members = world
    sample = lassos(environment, members)
    words = lasso_words(sample)
    letters = set(sample.letters)
    atoms = sorted(environment.atoms)
    known: list[Formula] = []
    for sized in islice(small_formulas(sample, atoms), 25):
        assert sized.values.shape == (len(sized.formulas), len(members))
        for formula, values in list(zip(sized.formulas, sized.values, strict=True))[:3]:
            assert size(formula) == sized.size
            recogniser = automaton(formula, letters)
            holds = [accepts_lasso(recogniser, *projected(formula, word)) for word in words]
            assert np.allclose(sample.weights @ np.array(holds), values)
        known += sized.formulas
    assert len(set(known)) == len(known)


def test_small_formulas_come_in_the_order_of_size_and_none_is_missing() -> None:
    environment = Environment(
        "coin", ("s",), ("a", "b"), ((0, Fraction(1)),), ((((0, Fraction(1)),), ((0, Fraction(1)),)),), {}
    )
    members = [Policy(((Fraction(1, 2), Fraction(1, 2)),)), Policy(((Fraction(1), Fraction(0)),))]
    sample = lassos(environment, members)
    sizes = []
    vectors = set()
    for sized in small_formulas(sample, ["a", "b"]):
        sizes.append(sized.size)
        if sized.size > 5:
            break
        vectors |= {tuple(np.round(values, 3)) for values in sized.values}
    assert sizes == sorted(sizes)
    assert {(0.5, 1), (0.25, 1), (0.75, 1), (0, 1), (1, 1), (0.5, 0), (1, 0), (0, 0)} <= vectors


def some_partitions(environment: Environment, members: list[Policy]) -> list[Partition]:
    atoms = sorted(environment.atoms)
    found = list(islice(by_beginnings(environment, members, atoms), 3))
    try:
        return [*found, by_first_visits(environment, members, atoms)]
    except TooMany:
        return found


@given(worlds())
@settings(max_examples=25, deadline=None)
def test_literals_have_the_probability_of_their_cells(world: World) -> None:
    environment, members = world
    for partition in some_partitions(environment, members):
        for number, policy in enumerate(members):
            assert sum(p[number] for p in partition.cells.values()) == 1
            for literal in partition.literals[:: max(1, len(partition.literals) // 6)]:
                formula = literal.formula
                for _ in range(literal.delay):
                    formula = Formula("X", (formula,))
                share = sum((p[number] for cell, p in partition.cells.items() if literal.holds(cell)), Fraction(0))
                assert share == exactly(environment, policy, formula)


@given(worlds(), st.randoms(use_true_random=False))
@settings(max_examples=25, deadline=None)
def test_any_set_of_cells_has_a_formula(world: World, chance: random.Random) -> None:
    environment, members = world
    for partition in some_partitions(environment, members):
        yes = [cell for cell in partition.cells if chance.random() < 0.5]
        no = [cell for cell in partition.cells if cell not in set(yes)]
        formula = separate(yes, no, partition.literals)
        if size(formula) > 60:
            continue
        for number, policy in enumerate(members):
            expected = sum((partition.cells[cell][number] for cell in yes), Fraction(0))
            assert exactly(environment, policy, formula) == expected


def test_separate_without_one_side() -> None:
    environment = Environment("dot", ("s",), ("a",), ((0, Fraction(1)),), ((((0, Fraction(1)),),),), {})
    partition = next(by_beginnings(environment, [Policy(((Fraction(1),),))], ["s", "a"]))
    [cell] = partition.cells
    assert separate([cell], [], partition.literals) == TRUE
    assert separate([], [cell], partition.literals) == FALSE
    with pytest.raises(ValueError, match="do not tell"):
        separate([cell], [cell], partition.literals)


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_choices_do_what_is_wished(data: st.DataObject) -> None:
    """A wish that some set of cells grants is granted by the set that is found, exactly."""
    environment, members = data.draw(worlds())
    partition = data.draw(st.sampled_from(some_partitions(environment, members)))
    target = [cell for cell in partition.cells if data.draw(st.booleans())]
    values = [sum((partition.cells[cell][i] for cell in target), Fraction(0)) for i in range(len(members))]
    numbers = range(len(members))
    strict = tuple((i, j) for i in numbers for j in numbers if values[i] > values[j])
    ties = tuple((i, j) for i in numbers for j in numbers if i < j and values[i] == values[j])
    found = choose(Comparisons(environment, tuple(members), strict, ties), partition.cells, 5)
    assert isinstance(found, Choice)
    assert not set(found.yes).intersection(found.no)
    free = set(partition.cells).difference(found.yes, found.no)
    assert all(len(set(partition.cells[cell])) == 1 or not strict + ties for cell in free)
    totals = [sum((partition.cells[cell][i] for cell in found.yes), Fraction(0)) for i in numbers]
    assert all(totals[i] > totals[j] for i, j in strict)
    assert all(totals[i] == totals[j] for i, j in ties)


@given(st.lists(st.integers(-(10**14), 10**14), min_size=1, max_size=8))
@settings(max_examples=60, deadline=None)
def test_long_equations_are_solved_in_digits(numbers: list[int]) -> None:
    """Ties whose coefficients a float cannot tell from others: Σ x_i = Σ of those in the first half."""
    environment = Environment("dot", ("s",), ("a",), ((0, Fraction(1)),), ((((0, Fraction(1)),),),), {})
    partition = next(by_beginnings(environment, [Policy(((Fraction(1),),))], ["s"]))
    [cell] = partition.cells
    cells = {}
    for i, n in enumerate([*numbers, -sum(numbers)]):
        cells[replace(cell, word=(frozenset((f"{i}",)),))] = [
            Fraction(n, 10**15),
            Fraction(0),
            Fraction(1),
            Fraction(0),
        ]
    found = choose(Comparisons(environment, (), ((2, 3),), ((0, 1),)), cells, 5)
    assert isinstance(found, Choice)  # all of them, at least
    assert found.yes
    assert sum(cells[each][0] for each in found.yes) == 0


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_simplified_means_the_same(data: st.DataObject) -> None:
    environment, [policy] = data.draw(worlds(most=1))
    formula = data.draw(formulas(environment, max_leaves=6))
    shorter = simplified(formula)
    assert exactly(environment, policy, shorter) == exactly(environment, policy, formula)


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        (atom("a"), 1),
        (Formula("F", (atom("a"),)), 2),
        (Formula("G", (Formula("|", (atom("a"), atom("b"))),)), 5),
        (Formula("&", (atom("a"), atom("b"), atom("c"))), 5),
        (Formula("U", (atom("a"), atom("b"))), 4),
        (TRUE, 1),
    ],
)
def test_size(formula: Formula, expected: int) -> None:
    assert size(formula) == expected
