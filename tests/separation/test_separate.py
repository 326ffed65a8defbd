"""`separate` of two formalisms, through the preorder: what it finds, refuses, and leaves open."""

import pytest

from specl import formalisms
from specl.expressivity.preorder import Preorder, known
from specl.language.diagnostics import SpecErrors
from specl.separation.driver import Size, shapes
from specl.separation.proposal import Shape
from specl.separation.routes import kinds, routes
from tests.separation.holding import assert_witness, separated

CODES = formalisms.codes()
ORDER: Preorder = known()
APART = [(x, y) for x in CODES for y in CODES if x != y and ORDER.evidence(x, y).verdict != "holds"]
CARRIED = [("MR", "FTLR"), ("LAR", "IMORL"), ("RM", "OMORL"), ("INMR", "FOMR"), ("LTL", "INMR"), ("OMO", "PO")]


def test_there_is_a_way_to_every_pair_that_no_reduction_forbids_and_to_no_other() -> None:
    assert len(APART) == 148
    for upper in CODES:
        for lower in CODES:
            assert bool(routes(upper, lower)) == ((upper, lower) in APART), (upper, lower)


@pytest.mark.parametrize(("upper", "lower"), CARRIED)
def test_through_the_preorder(upper: str, lower: str) -> None:
    witness = assert_witness(separated(upper, lower, 3))
    assert witness.found.route in routes(upper, lower)


@pytest.mark.long
@pytest.mark.parametrize(("upper", "lower"), APART)
@pytest.mark.parametrize("seed", [0, 1])
def test_every_pair(upper: str, lower: str, seed: int) -> None:
    assert_witness(separated(upper, lower, seed, 120.0))


def test_the_chain_is_told_and_the_objective_translated() -> None:
    answer = separated("RM", "OMORL", 3)
    assert answer.spec is not None
    assert answer.witness is not None
    route = answer.witness.found.route
    told = " ".join(answer.spec.replace("//", "").split())
    assert f"So {route.refuted} ⋡ {route.expressing};" in told
    assert " → ".join(route.below) in told
    assert "objective wanted_as_omorl : OMORL {" in answer.spec


def test_what_can_be_expressed_has_no_counterexample() -> None:
    answer = separated("FTR", "MR")
    assert (answer.verdict, answer.status, answer.spec) == ("holds", "no", None)
    assert "FTR ⪰ MR, by MR → RM → FTR." in answer.reason or "FTR ⪰ MR, by MR → INMR" in answer.reason
    assert "are the same" in separated("MR", "MR").reason


def test_no_time_is_an_open_answer() -> None:
    answer = separated("RRL", "LAR", seconds=0)
    assert (answer.verdict, answer.status) == ("unknown", "unknown")
    assert "no witness in time: 1 " in answer.reason


def test_a_size_that_cannot_work_is_an_open_answer() -> None:
    answer = separated("RRL", "LAR", states=1, actions=1, seconds=1)
    assert answer.verdict == "unknown"


def test_a_kind_that_does_not_fit() -> None:
    assert separated("TLO", "FPR", kind="limit").verdict == "unknown"
    with pytest.raises(SpecErrors, match="did you mean `limit`"):
        separated("TLO", "FPR", kind="limits")


@pytest.mark.parametrize("wrong", [{"states": 0}, {"actions": -1}, {"policies": 0}])
def test_numbers_that_no_environment_has(wrong: dict[str, int]) -> None:
    with pytest.raises(SpecErrors, match="at least 1"):
        separated("RRL", "LAR", **wrong)


def test_every_kind_of_argument_has_a_search() -> None:
    from specl import obstructions

    assert kinds() == obstructions.kinds()


def test_small_shapes_come_first() -> None:
    found = list(shapes(Shape(1, 2, 4), Size()))
    assert found[:4] == [Shape(1, 2, 4), Shape(1, 3, 4), Shape(2, 2, 4), Shape(1, 4, 4)]
    assert list(shapes(Shape(1, 2, 4), Size(3, 2, 7))) == [Shape(3, 2, 7)]
    assert {shape.states for shape in shapes(Shape(1, 2, 4), Size(states=3))} == {3}
