"""Formulas taken apart mean what they meant."""

from hypothesis import given, settings

from specl.automata.automaton import Letter
from specl.automata.parts import combine, parts
from specl.model.formula import Formula, atom, atoms_of
from tests.automata.words import ATOMS, LASSOS, formulas, steps
from tests.oracles.lasso import holds

Lasso = tuple[list[Letter], list[Letter]]


@settings(max_examples=200, deadline=None)
@given(formulas(max_leaves=8), LASSOS)
def test_the_parts_decide_the_whole(formula: Formula, lasso: Lasso) -> None:
    stem, loop = map(steps, lasso)

    def truth(part: Formula) -> bool:
        return holds(part, stem, loop, ATOMS)

    for many in (0, 1, 2):
        assert all(atoms_of(part) <= atoms_of(formula) for part in parts(formula, many))
        assert combine(formula, truth, many) == truth(formula)


def test_formulas_over_few_atoms_stay_whole() -> None:
    formula = Formula("&", (atom("p"), Formula("X", (atom("q"),))))
    assert parts(formula) == (formula,)
    assert parts(formula, 1) == formula.args


def test_always_several_things_is_each_always() -> None:
    both = Formula("G", (Formula("&", (Formula("F", (atom("p"),)), Formula("F", (atom("q"),)))),))
    assert [part.op for part in parts(both, 1)] == ["G", "G"]
    assert combine(both, lambda part: atoms_of(part) == {"p"}, 1) is False
