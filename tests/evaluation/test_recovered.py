"""What can be recovered, and what cannot."""

from fractions import Fraction
from typing import Any

import pytest

from specl.evaluation.recovered import decodable
from specl.formalisms import rank
from specl.formalisms.fomr import FOMR
from specl.formalisms.fpr import FPR
from specl.formalisms.ftlr import FTLR
from specl.formalisms.ftr import FTR
from specl.formalisms.gomorl import GOMORL
from specl.formalisms.imorl import IMORL
from specl.formalisms.inmr import INMR
from specl.formalisms.lar import LAR
from specl.formalisms.ltl import LTL
from specl.formalisms.omo import OMO
from specl.formalisms.omorl import OMORL
from specl.formalisms.po import PO
from specl.formalisms.tlo import TLO
from specl.model.errors import Unsupported
from specl.model.expression import variable
from specl.model.formula import Formula, atom
from specl.model.order import Lexicographic
from specl.model.quantities import Choice, Occupancy, Recovered
from specl.model.real import ONE, Real
from tests.formalisms.worlds import COIN, ESCAPE, GO, LAZY, MOVER, RING, ROOMS, SITTER, A, pays, slow

HALF = Fraction(1, 2)
GOAL = Recovered("goal", "LTL", LTL(Formula("F", (atom("b"),))))
AVERAGE = Recovered("average", "LAR", LAR(pays(RING, 1, action=GO)))
TASTE = Recovered("taste", "FPR", FPR(variable(Choice(A, GO))))
ORDER = Recovered("order", "OMO", OMO(Lexicographic((variable(Occupancy(A)), variable(Occupancy(1)))), HALF))

INDICATORS = {f"r{i}": {step: ONE} for i, step in enumerate(RING.steps)}
DIGITS = {step: Real.of(i) for i, step in enumerate(RING.steps)}
SMALL = Fraction(1, len(RING.steps) + 1)


def v(what: Recovered) -> Any:
    return variable(what)


@pytest.mark.parametrize("policy", [MOVER, SITTER, LAZY])
@pytest.mark.parametrize("what", [GOAL, AVERAGE])
@pytest.mark.parametrize(
    ("code", "build"),
    [
        ("FTR", lambda o: FTR({}, {}, v(o))),
        ("INMR", lambda o: INMR({"r": DIGITS}, v(o), SMALL)),
        ("IMORL", lambda o: IMORL({"other": {}, "r": DIGITS}, v(o), SMALL)),
        ("FTLR", lambda o: FTLR({}, {}, v(o))),
        ("TLO", lambda o: TLO({}, {}, o)),
        ("FOMR", lambda o: FOMR(v(o), HALF)),
        ("OMO", lambda o: OMO(o, HALF)),
        ("OMORL", lambda o: OMORL(INDICATORS, v(o), HALF)),
        ("GOMORL", lambda o: GOMORL(INDICATORS, o, HALF)),
        ("FPR", lambda o: FPR(v(o))),
        ("PO", lambda o: PO(o)),
    ],
)
def test_recovering_gives_the_other_objective_its_own_value(
    code: str, build: Any, what: Recovered, policy: Any
) -> None:
    assert rank(code, build(what), RING, policy) == rank(what.code, what.objective, RING, policy)


@pytest.mark.parametrize(
    ("code", "objective"),
    [
        ("FTLR", FTLR({}, {}, v(TASTE))),
        ("TLO", TLO({}, {}, TASTE)),
        ("FOMR", FOMR(v(TASTE), HALF)),
        ("FTR", FTR({}, {}, v(ORDER))),
        ("INMR", INMR({"r": DIGITS}, v(ORDER), SMALL)),
        ("FOMR", FOMR(v(GOAL), Fraction(0))),
        ("OMO", OMO(GOAL, Fraction(0))),
        ("OMORL", OMORL({"r": DIGITS}, v(GOAL), HALF)),
        ("GOMORL", GOMORL({**INDICATORS, "r0": {RING.steps[0]: Real.of(2).log()}}, GOAL, HALF)),
        ("INMR", INMR({"r": DIGITS}, v(GOAL), HALF)),
        ("INMR", INMR({"r": DIGITS}, v(GOAL), Fraction(0))),
        ("FTLR", FTLR({}, {}, v(ORDER))),
        ("FPR", FPR(v(ORDER))),
    ],
)
def test_what_the_data_do_not_determine_is_refused(code: str, objective: Any) -> None:
    with pytest.raises(Unsupported, match=r"goal|taste|order"):
        rank(code, objective, RING, LAZY)


def test_an_order_can_recover_an_order() -> None:
    expected = rank("OMO", ORDER.objective, RING, LAZY)
    assert rank("TLO", TLO({}, {}, ORDER), RING, LAZY) == expected
    assert rank("GOMORL", GOMORL(INDICATORS, ORDER, Fraction(1, 3)), RING, LAZY) == expected


def test_recovering_nests() -> None:
    through = Recovered("through", "OMORL", OMORL(INDICATORS, v(AVERAGE), HALF))
    assert rank("FTLR", FTLR({}, {}, v(through)), RING, LAZY) == Real.of(Fraction(1, 3))


def test_indicators_may_be_mixed_as_long_as_they_determine_the_occupancy() -> None:
    steps = RING.steps
    mixed = {f"r{i}": dict.fromkeys(steps[: i + 1], ONE) for i in range(len(steps))}
    assert rank("OMORL", OMORL(mixed, v(AVERAGE), HALF), RING, LAZY) == Real.of(Fraction(1, 3))


def test_digits_that_differ_enough_determine_the_trajectory() -> None:
    steps = ROOMS.steps
    digits = {step: Real.of(i) for i, step in enumerate(steps)}
    assert decodable(digits, steps, Fraction(1, 5))
    assert not decodable(digits, steps, Fraction(1, 4))  # 1 = γ(max − min)/(1 − γ): two trajectories share a return
    assert not decodable(dict.fromkeys(steps, ONE), steps, Fraction(1, 5))
    irrational = {step: Real.of(i + 2).log() for i, step in enumerate(steps)}
    assert decodable(irrational, steps, Fraction(1, 20))
    assert not decodable(irrational, steps, Fraction(1, 3))
    assert rank("INMR", INMR({"r": digits}, v(Recovered("x", "LTL", LTL(atom("left")))), Fraction(1, 5)), ROOMS, COIN)


def test_a_lottery_does_not_know_what_is_done_where_it_never_goes() -> None:
    stays = Recovered("stays", "LTL", LTL(Formula("G", (atom("inside"),))))
    assert rank("FTLR", FTLR({}, {}, v(stays)), ESCAPE, slow(Fraction(0))) == ONE
