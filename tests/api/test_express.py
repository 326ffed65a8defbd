"""What `specl.express` believes and what it does not: lying deciders, foreign certificates, inference, interruption."""

import copy
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import specl
from specl import formalisms, reductions
from specl.api.granted import Unconfirmed
from specl.api.orderings import refer_to_ordering, state
from specl.api.refuted import AT_ONE_DISCOUNT, carries, check_refutation
from specl.api.verify import current
from specl.language.diagnostics import SpecErrors
from specl.wishes import deciders
from specl.wishes.answer import Answer, No, Unknown, Yes
from specl.wishes.asking import Asking
from specl.wishes.wish import Wish
from tests.objectives import objectives
from tests.strategies import environments

GALLERY = Path(__file__).resolve().parents[2] / "docs" / "gallery"
ROOMS = str(GALLERY / "same_choice.spec")

Decide = Callable[[str, Asking], Answer]


def wish(of: str = ROOMS, discount: Fraction | None = None) -> Wish:
    found = state(*refer_to_ordering(of), discount).wish
    assert isinstance(found, Wish)
    return found


def honest(code: str, discount: Fraction | None = None) -> Any:
    return Asking(wish(discount=discount), deciders.decide).answer(code)


def deciding(monkeypatch: pytest.MonkeyPatch, decide: Decide) -> None:
    monkeypatch.setattr("specl.api.express.decide", decide)


def silent_but(**answers: Answer) -> Decide:
    """Nobody knows anything but these."""
    return lambda code, _: answers.get(code, Unknown("silent"))


# --- yes ---


def test_an_objective_that_orders_otherwise_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    found = honest("LTL")
    negated = replace(found.objective, formula=formalisms_formula("!", found.objective.formula))
    deciding(monkeypatch, silent_but(LTL=Yes(negated)))
    answer = specl.express(ROOMS, ["LTL"]).answers["LTL"]
    assert answer.verdict == "unknown"
    assert "fault of specl" in answer.reason
    assert "does not order" in answer.reason


def formalisms_formula(op: str, part: Any) -> Any:
    return type(part)(op, (part,))


def test_an_objective_with_another_discount_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    deciding(monkeypatch, silent_but(RM=honest("RM", Fraction(1, 2))))
    assert specl.express(ROOMS, ["RM"], discount="1/2").answers["RM"].verdict == "yes"
    answer = specl.express(ROOMS, ["RM"], discount="1/3").answers["RM"]
    assert answer.verdict == "unknown"
    assert "the discount 1/2, not 1/3" in answer.reason


# --- no ---


def changed(no: No, change: Callable[[Any], None]) -> No:
    claim = copy.deepcopy(no.claim)
    change(claim)
    return replace(no, claim=claim)


def transition(claim: Any) -> None:
    claim["environment"]["transitions"]["x"]["left"] = {"x": "1"}


def start(claim: Any) -> None:
    claim["environment"]["start"] = {"y": "1"}


def rows(claim: Any) -> None:
    claim["policies"]["rows"]["ll"]["x"] = {"right": "1"}


def stranger(claim: Any) -> None:
    claim["policies"]["rows"]["zz"] = claim["policies"]["rows"].pop("ll")


def reversed_pair(claim: Any) -> None:
    claim["wish"]["strict"][0].reverse()


def tied(claim: Any) -> None:
    claim["wish"]["ties"].append(claim["wish"]["strict"][0])


def discount(claim: Any) -> None:
    claim["wish"]["discount"] = "1/2"


def other_formalism(claim: Any) -> None:
    claim["refuted"] = "FTR"


def no_wish(claim: Any) -> None:
    del claim["wish"]


@pytest.mark.parametrize(
    "change", [transition, start, rows, stranger, reversed_pair, tied, discount, other_formalism, no_wish]
)
def test_a_certificate_for_something_else_is_not_believed(
    monkeypatch: pytest.MonkeyPatch, change: Callable[[Any], None]
) -> None:
    no = honest("MR")
    check_refutation(wish(), "MR", no, current())
    with pytest.raises(Unconfirmed):
        check_refutation(wish(), "MR", changed(no, change), current())
    deciding(monkeypatch, silent_but(MR=changed(no, change)))
    answer = specl.express(ROOMS, ["MR"]).answers["MR"]
    assert answer.verdict == "unknown"
    assert "fault of specl" in answer.reason


def test_a_certificate_that_the_kernel_refuses_is_not_believed() -> None:
    no = honest("MR")
    with pytest.raises(Unconfirmed, match="the kernel says"):
        check_refutation(wish(), "MR", replace(no, certificate=honest("LAR").certificate), current())


def test_a_refutation_says_nothing_of_what_can_do_more() -> None:
    with pytest.raises(Unconfirmed, match="says nothing of RM"):
        check_refutation(wish(), "RM", honest("MR"), current())


def test_a_refutation_at_one_discount_needs_that_discount() -> None:
    half = honest("MR", Fraction(1, 2))
    check_refutation(wish(discount=Fraction(1, 2)), "MR", half, current())
    for other in (None, Fraction(1, 3)):
        with pytest.raises(Unconfirmed, match="about the discount 1/2"):
            check_refutation(wish(discount=other), "MR", half, current())
    free = honest("MR")
    check_refutation(wish(discount=Fraction(1, 3)), "MR", free, current())


def test_which_refutations_carry() -> None:
    order = current()
    assert carries(order, "FTR", "LTL", None)
    assert carries(order, "MR", "MR", Fraction(1, 2))
    assert carries(order, "OMO", "FOMR", Fraction(0))
    assert carries(order, "OMO", "ONMR", Fraction(0))
    assert not carries(order, "LTL", "FTR", None)
    assert not carries(order, "OMO", "FTR", Fraction(0))  # FTR has no discount that would have to be 0
    assert not carries(order, "FTR", "RM", Fraction(0))


@pytest.mark.parametrize("arrow", sorted(AT_ONE_DISCOUNT & set(reductions.arrows())), ids="_to_".join)
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_reductions_at_one_discount_keep_it(arrow: tuple[str, str], data: st.DataObject) -> None:
    environment = data.draw(environments())
    objective = data.draw(objectives(arrow[0], environment, programs=False))
    assert reductions.reduction(*arrow).reduce(objective, environment).discount == objective.discount


# --- inference ---


def test_what_is_unknown_follows_from_below_and_from_above(monkeypatch: pytest.MonkeyPatch) -> None:
    deciding(monkeypatch, silent_but(RM=honest("RM"), RRL=honest("RRL")))
    found = specl.express(ROOMS).answers
    yes = {code for code, answer in found.items() if answer.verdict == "yes"}
    assert yes == {"RM", "FTR", "INMR", "IMORL", "FTLR", "OMORL", "FOMR", "FPR", "GOMORL", "OMO", "TLO", "PO"}
    assert {code for code, answer in found.items() if answer.verdict == "no"} == {"MR", "RRL"}
    assert found["FTR"].reason == "translated: RM → FTR"
    assert found["MR"].refutation is not None
    assert found["MR"].refutation.refuted == "RRL"
    assert found["LTL"].reason == "silent"


def test_a_translation_keeps_to_a_discount_that_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    deciding(monkeypatch, silent_but(LTL=honest("LTL")))
    found = specl.express(ROOMS, discount=Fraction(1, 2)).answers
    for code, answer in found.items():
        if answer.granted is not None:
            assert getattr(answer.granted.record, "discount", Fraction(1, 2)) == Fraction(1, 2), code


def test_one_formalism_alone_looks_around_too(monkeypatch: pytest.MonkeyPatch) -> None:
    deciding(monkeypatch, silent_but(RM=honest("RM"), RRL=honest("RRL")))
    assert specl.express(ROOMS, ["FTR"]).answers["FTR"].verdict == "yes"
    assert specl.express(ROOMS, ["MR"]).answers["MR"].verdict == "no"
    assert set(specl.express(ROOMS, ["MR"]).answers) == {"MR"}


def test_the_weakest_are_those_with_none_below() -> None:
    found = specl.express(ROOMS)
    order = current()
    for code, answer in found.answers.items():
        below = [
            other
            for other, each in found.answers.items()
            if each.verdict == "yes"
            and order.evidence(code, other).verdict == "holds"
            and order.evidence(other, code).verdict != "holds"
        ]
        assert (code in found.weakest) == (answer.verdict == "yes" and not below)


# --- the whole ---


def test_an_interruption_keeps_what_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    def decide(code: str, asking: Asking) -> Answer:
        if code == "LAR":
            raise KeyboardInterrupt
        return deciders.decide(code, asking)

    deciding(monkeypatch, decide)
    found = specl.express(ROOMS, ["PO", "MR", "LAR"])
    assert found.interrupted
    verdicts = {code: (answer.verdict, answer.reason) for code, answer in found.answers.items()}
    assert verdicts["PO"][0] == "yes"
    assert verdicts["LAR"] == ("unknown", "interrupted")
    assert "interrupted" in found.text()


def test_the_whole_text_has_a_row_for_each() -> None:
    found = specl.express(ROOMS)
    lines = str(found).splitlines()
    assert [line.split()[0] for line in lines[2:19]] == list(found.answers)
    assert set(found.answers) == set(formalisms.codes())
    assert all(len(line) < 100 for line in lines[:19])


@pytest.mark.parametrize("code", ["MR", "PO", "FTR"])
def test_orderings_of_one_environment_among_several(code: str) -> None:
    found = specl.express(f"{GALLERY / 'steady_state.spec'}:wish'", [code])
    granted = found.answers[code].granted
    assert granted is not None
    assert f"objective {granted.name} in entrances : {code}" in granted.text
    loaded = specl.load((GALLERY / "steady_state.spec").read_text("utf-8") + granted.text)
    assert loaded.objectives[granted.name].environment == "entrances"


def test_a_new_name_is_one_that_the_file_has_not() -> None:
    text = Path(ROOMS).read_text("utf-8").replace("same_ltl", "same_choice_ltl")
    granted = specl.express("same_choice", ["LTL"], text).answers["LTL"].granted
    assert granted is not None
    assert granted.name == "same_choice_ltl'"


def test_members_of_families_are_called_by_their_names() -> None:
    text = """
environment e { states a, b  actions go, stay  start a  a --go--> b  a --stay--> a  b --_--> b }
policy gate(t) { a: { go: t, stay: 1 - t }, b: go }
ordering w { gate(1/2) > gate(1/3) > others }
"""
    found = specl.express("w", ["PO", "MR"], text)
    granted = found.answers["PO"].granted
    assert granted is not None
    assert "gate(1/2) > gate(1/3)" in granted.text
    specl.load(text + granted.text)


def test_a_discount_is_a_rational_below_one() -> None:
    for wrong in ("1", "-1/2", "x", 1):
        with pytest.raises(SpecErrors):
            specl.express(ROOMS, ["MR"], discount=wrong)
