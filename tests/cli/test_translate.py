"""`specl translate`: what it prints is a .spec file with the same ordering."""

import pytest

from tests.cli.running import Command


@pytest.mark.parametrize(
    ("objective", "code"), [("trips", "RM"), ("trips", "FTR"), ("often", "FTLR"), ("once", "PO"), ("trips", "MR")]
)
def test_the_output_evaluates_to_the_same_ordering(specl: Command, objective: str, code: str) -> None:
    ran = specl("translate", f"world.spec:{objective}", "--to", code)
    assert (ran.status, ran.err) == (0, "")
    specl.write("new.spec", ran.out)
    orderings = specl("eval", "new.spec", "--json").json["orderings"]
    original = specl("eval", "world.spec", "--json", "--objective", objective).json["orderings"][objective]
    new = objective if code == "MR" else f"{objective}_as_{code.lower()}"
    assert orderings[objective] == original
    assert orderings[new] == original


def test_json(specl: Command) -> None:
    ran = specl("translate", "trips", "--in", "world.spec", "--to", "ftr", "--json")
    assert ran.json["formalism"] == "FTR"
    assert ran.json["chain"] == ["MR", "RM", "FTR"] or ran.json["chain"][0] == "MR"
    assert len(ran.json["constructions"]) == len(ran.json["chain"]) - 1
    specl.write("new.spec", ran.json["spec"])
    assert specl("check", "new.spec").status == 0


def test_where_no_reduction_leads(specl: Command) -> None:
    ran = specl("translate", "world.spec:once", "--to", "MR")
    assert ran.status == 2
    assert "no chain of reductions leads from LTL to MR" in ran.err
    assert "FTR" in ran.err
    ran = specl("translate", "world.spec:once", "--to", "XY", "--json")
    assert ran.json["errors"][0]["code"] == "E027"
    ran = specl("translate", "MR", "--to", "RM")
    assert "not an objective" in ran.err
