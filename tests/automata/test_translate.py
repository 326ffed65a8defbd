"""The automaton of a formula accepts exactly the words that satisfy it by the operators' definitions."""

from fractions import Fraction

import pytest
from hypothesis import given, settings

from specl.automata.automaton import Letter, accepts_lasso, letters_of
from specl.automata.translate import automaton
from specl.model.environment import Environment
from specl.model.formula import Formula, atom
from tests.automata.words import ATOMS, LASSOS, LETTERS, formulas, steps
from tests.oracles.lasso import holds

Lasso = tuple[list[Letter], list[Letter]]


@settings(max_examples=300, deadline=None)
@given(formulas(), LASSOS)
def test_a_lasso_is_accepted_iff_it_satisfies_the_formula(formula: Formula, lasso: Lasso) -> None:
    stem, loop = lasso
    recogniser = automaton(formula, LETTERS)
    names = frozenset[str]().union(*recogniser.letters)
    shown = [letter & names for letter in stem], [letter & names for letter in loop]
    assert accepts_lasso(recogniser, *shown) == holds(formula, steps(stem), steps(loop), ATOMS)


@settings(max_examples=100, deadline=None)
@given(formulas())
def test_it_is_deterministic_and_complete_over_its_letters(formula: Formula) -> None:
    recogniser = automaton(formula, LETTERS)
    assert set(recogniser.delta) == {(q, letter) for q in range(recogniser.states) for letter in recogniser.letters}
    assert {target for target, _ in recogniser.delta.values()} | {recogniser.start} == set(range(recogniser.states))


def test_only_letters_that_occur_make_states() -> None:
    wanted = Formula("F", (Formula("&", (atom("p"), atom("q"))),))
    never_together = [frozenset({"p"}), frozenset({"q"}), frozenset[str]()]
    assert automaton(wanted, never_together).states == 1
    assert automaton(wanted, [*never_together, frozenset({"p", "q"})]).states == 2


def test_it_is_built_once() -> None:
    wanted = Formula("G", (Formula("F", (atom("p"),)),))
    assert automaton(wanted, LETTERS) is automaton(wanted, reversed(LETTERS))


@pytest.mark.parametrize("name", ["G", "X", "t", "true", "F'", "U", "a b", "p0", "tt"])
def test_names_that_mean_something_to_spot_are_only_names(name: str) -> None:
    shown, hidden = frozenset({name}), frozenset[str]()
    recogniser = automaton(Formula("F", (atom(name),)), [shown, hidden])
    assert accepts_lasso(recogniser, [shown], [hidden])
    assert not accepts_lasso(recogniser, [hidden], [hidden])


def test_letters_of_an_environment() -> None:
    one = Fraction(1)
    transitions = ((((1, one),),), (((0, one),),))
    environment = Environment("loop", ("s", "t"), ("a",), ((0, one),), transitions, {"mark": frozenset({(1, 0, 0)})})
    assert letters_of(environment, ["mark", "s"]) == {(0, 0, 1): {"s"}, (1, 0, 0): {"mark"}}


def test_an_empty_loop_is_no_word() -> None:
    with pytest.raises(ValueError, match="loop"):
        accepts_lasso(automaton(atom("p"), LETTERS), [], [])
