"""HOA out and in: Spot reads what is written, and what is read accepts the same words."""

from pathlib import Path

import pytest
from hypothesis import given, settings

from specl.automata import hoa, library
from specl.automata.automaton import Letter, accepts_lasso
from specl.automata.translate import automaton, to_spot
from specl.model.formula import Formula, atoms_of
from tests.automata.words import LASSOS, LETTERS, formulas

spot = library.spot()

Lasso = tuple[list[Letter], list[Letter]]


@settings(max_examples=100, deadline=None)
@given(formulas())
def test_spot_reads_what_is_written_and_finds_it_equivalent(formula: Formula) -> None:
    written = spot.automaton(hoa.write(automaton(formula, LETTERS)))
    assert spot.are_equivalent(written, to_spot(formula, {name: name for name in atoms_of(formula)}).translate())


@settings(max_examples=100, deadline=None)
@given(formulas(), LASSOS)
def test_reading_back_accepts_the_same_words(formula: Formula, lasso: Lasso) -> None:
    before = automaton(formula, LETTERS)
    after = hoa.read(hoa.write(before), LETTERS)

    def verdict(recogniser: object) -> bool:
        names = frozenset[str]().union(*before.letters)
        return accepts_lasso(recogniser, *([letter & names for letter in word] for word in lasso))  # type: ignore[arg-type]

    assert verdict(after) == verdict(before)


def test_a_nondeterministic_automaton_is_made_deterministic() -> None:
    text = spot.translate("F G p", "Buchi").to_str("hoa")
    recogniser = hoa.read(text)
    on, off = frozenset({"p"}), frozenset[str]()
    assert accepts_lasso(recogniser, [off, on, off], [on])
    assert not accepts_lasso(recogniser, [], [on, off])


@pytest.mark.parametrize("text", ["", "garbage", "HOA: v1\n--END--", "HOA: v1\nStates: x\n--BODY--\n--END--"])
def test_what_is_not_hoa_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="HOA"):
        hoa.read(text)


def test_text_is_never_run_or_opened(tmp_path: Path) -> None:
    victim = tmp_path / "made"
    with pytest.raises(ValueError, match="HOA"):
        hoa.read(f"touch {victim} |")
    with pytest.raises(ValueError, match="HOA"):
        hoa.read(f"HOA: v1\n--END--\ntouch {victim}; echo --END--|")
    assert not victim.exists()


def test_too_many_propositions_need_letters() -> None:
    names = " ".join(f'"x{i}"' for i in range(20))
    text = f"HOA: v1\nStates: 1\nStart: 0\nAP: 20 {names}\nAcceptance: 0 t\n--BODY--\nState: 0\n[t] 0\n--END--"
    with pytest.raises(ValueError, match="20 atomic propositions"):
        hoa.read(text)
    assert hoa.read(text, [frozenset({"x3"}), frozenset()]).states == 1
