"""`specl hasse`: every format, and what it says is what the API says."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

import specl as api
from tests.cli.running import Command


def test_json_has_a_verdict_for_every_ordered_pair(specl: Command) -> None:
    ran = specl("hasse", "--json")
    assert (ran.status, ran.err) == (0, "")
    assert set(ran.json) == {"classes", "covers", "pairs"}
    assert len(ran.json["pairs"]) == 272
    assert set(ran.json["pairs"].values()) <= {"holds", "fails", "open"}
    assert sorted(code for group in ran.json["classes"] for code in group) == sorted(
        {code for pair in ran.json["pairs"] for code in pair.split(">=")}
    )
    assert specl("hasse", "--format", "json").out == ran.out


@pytest.mark.parametrize(("name", "start"), [("h.svg", b"<?xml"), ("h.png", b"\x89PNG"), ("h.dot", b"digraph")])
def test_files_are_written_in_the_format_of_their_name(specl: Command, name: str, start: bytes) -> None:
    ran = specl("hasse", "-o", name)
    assert (ran.status, ran.out) == (0, "")
    assert (specl.folder / name).read_bytes().startswith(start)


def test_svg_shows_every_formalism(specl: Command) -> None:
    specl("hasse", "-o", "h.svg")
    picture = ElementTree.parse(specl.folder / "h.svg").getroot()
    words = {"".join(node.itertext()) for node in picture.iter("{http://www.w3.org/2000/svg}text")}
    assert {code for group in api.hasse().json()["classes"] for code in group} <= words
    assert "Functions from Trajectory Lotteries to Reals" in words


def test_explain_marks_the_chain(specl: Command) -> None:
    plain, marked = specl("hasse"), specl("hasse", "--explain", "FTR", "MR")
    assert plain.status == marked.status == 0
    assert "▸" not in plain.out
    lines = [line for line in marked.out.splitlines() if line.startswith("▸")]
    assert any(" MR " in line for line in lines)
    assert any(" FTR " in line for line in lines)
    assert "FTR is strictly more expressive than MR." in marked.out
    assert "lemma: proofs/lemmas/" in marked.out
    assert "strictly" not in plain.out
    assert specl("hasse", "--explain", "FTR", "MR", "--json").json["explanation"]["verdict"] == "more"
    drawn = specl("hasse", "--explain", "FTR", "MR", "-o", "h.svg")
    assert drawn.out.startswith("FTR is strictly more expressive than MR.")
    assert specl("hasse", "--explain", "FTR", "XX").status == 2


def test_all_pairs_are_settled_and_the_arrows_are_certified(specl: Command) -> None:
    pairs = list(specl("hasse", "--json").json["pairs"].values())
    assert (pairs.count("holds"), pairs.count("fails"), pairs.count("open")) == (124, 148, 0)
    dot = specl("hasse", "--format", "dot").out
    assert dot.count(" -> ") == 13
    assert "dashed" not in dot


def test_what_cannot_be_written(specl: Command) -> None:
    ran = specl("hasse", "-o", str(Path("nowhere") / "h.svg"))
    assert ran.status == 2
    assert "cannot write" in ran.err
    assert specl("hasse", "-o", "h.pdf").status == 2


def test_a_notebook_shows_the_picture() -> None:
    picture = api.hasse()
    assert ElementTree.fromstring(picture._repr_svg_()).tag.endswith("svg")
    assert json.loads(json.dumps(picture.json()))["covers"]
