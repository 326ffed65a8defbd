"""`specl express`: the overview, objectives that can be pasted back, exit statuses, files, interruption."""

import signal
from fractions import Fraction
from pathlib import Path

import pytest

from specl import formalisms
from specl.wishes.answer import Unknown
from tests.cli.processes import started
from tests.cli.running import WORLD, Command

ROOT = Path(__file__).resolve().parents[2]
GALLERY = ROOT / "docs" / "gallery"
ROOMS = (GALLERY / "same_choice.spec").read_text("utf-8").partition("assert")[0]
ORDERINGS = """
ordering busy { mover > lazy > sitter }
ordering made = trips on { sitter, mover, lazy }
ordering ways over trajectories { (home go away) > (home go home) ~ (home stay home) }
"""


@pytest.fixture
def rooms(specl: Command) -> Command:
    specl.write("rooms.spec", ROOMS)
    specl.write("world.spec", WORLD + ORDERINGS)
    return specl


def test_an_answer_for_each_formalism_then_reasons_and_objectives(rooms: Command) -> None:
    ran = rooms("express", "rooms.spec")
    assert (ran.status, ran.err) == (0, "")
    head, blank, *rows = ran.out.splitlines()[: 2 + 17]
    assert head == "same_choice: ll ~ rr > lr ~ rl"
    assert blank == ""
    verdicts = {row.split()[0]: row.split()[1] for row in rows}
    assert set(verdicts) == set(formalisms.codes())
    assert {code for code, verdict in verdicts.items() if verdict == "no"} == {"MR", "LAR", "RRL"}
    assert "unknown" not in verdicts.values()
    assert "RRL and so MR: any regularised reward gives ll + rr = lr + rl, but you want ll ~ rr > lr ~ rl" in ran.out
    last = ran.out.splitlines()[-1]
    assert last.startswith("weakest that can: ")
    assert set(last.partition(": ")[2].split(", ")) == {"LTL", "RM", "ONMR"}


def test_objectives_can_be_pasted_back(rooms: Command) -> None:
    answers = rooms("express", "rooms.spec", "--json").json["answers"]
    texts = [answer["objective"] for answer in answers.values() if answer["verdict"] == "yes"]
    assert len(texts) == 14
    rooms.write("pasted.spec", ROOMS + "\n".join(texts))
    table = rooms("eval", "pasted.spec", "--json").json
    for code, answer in answers.items():
        if answer["verdict"] == "yes":
            ordering = table["orderings"][f"same_choice_{code.lower()}"]
            places = {name: i for i, group in enumerate(ordering) for name in group}
            assert places["ll"] == places["rr"] < places["lr"] == places["rl"], code


def test_json(rooms: Command) -> None:
    found = rooms("express", "rooms.spec:same_choice", "--json").json
    assert set(found) == {"ordering", "discount", "answers", "weakest"}
    assert found["ordering"] == "same_choice"
    assert found["discount"] is None
    assert set(found["answers"]) == set(formalisms.codes())
    for answer in found["answers"].values():
        assert set(answer) == {"verdict", "objective", "certificate", "reason"}
        assert (answer["objective"] is not None) == (answer["verdict"] == "yes")
        assert (answer["certificate"] is not None) == (answer["verdict"] == "no")
    certificate = found["answers"]["MR"]["certificate"]
    assert set(certificate) == {"refuted", "claim", "certificate"}
    assert certificate["refuted"] in ("MR", "RRL")
    assert certificate["claim"]["refuted"] == certificate["refuted"]


def test_exit_statuses(rooms: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    assert rooms("express", "rooms.spec", "--in", "RM").status == 0
    assert rooms("express", "rooms.spec", "--in", "MR").status == 1
    ran = rooms("express", "rooms.spec", "--in", "ltl", "--in", "RRL")
    assert ran.status == 1
    assert [line.split()[:2] for line in ran.out.splitlines()[2:4]] == [["LTL", "yes"], ["RRL", "no"]]
    assert "objective same_choice_ltl" in ran.out
    assert "same_choice_rm" not in ran.out
    monkeypatch.setattr("specl.api.express.decide", lambda *_: Unknown("out of luck"))
    assert rooms("express", "rooms.spec").status == 3
    ran = rooms("express", "rooms.spec", "--in", "MR")
    assert ran.status == 3
    assert "MR: out of luck" in ran.out


def test_a_discount_can_be_asked_for(rooms: Command) -> None:
    ran = rooms("express", "world.spec:busy", "--in", "MR", "--discount", "3/4", "--json")
    assert ran.status == 0
    assert ran.json["discount"] == "3/4"
    assert "discount 3/4" in ran.json["answers"]["MR"]["objective"]
    ran = rooms("express", "world.spec:busy", "--in", "MR", "--discount", "3/4")
    assert ran.out.startswith("busy, with the discount 3/4: mover > lazy > sitter\n")


def test_the_set_of_discounts(rooms: Command) -> None:
    ran = rooms("express", "rooms.spec", "--in", "MR", "--discounts")
    assert "  MR: none" in ran.out
    found = rooms("express", "world.spec:busy", "--in", "MR", "--discounts", "--json").json["discounts"]["MR"]
    granted = [stretch for stretch in found if stretch["verdict"] == "yes"]
    assert granted
    for stretch in granted:
        assert 0 <= Fraction(stretch["sample"]) < 1
        ran = rooms("express", "world.spec:busy", "--in", "MR", "--discount", stretch["sample"])
        assert ran.status == 0


def test_files_are_written_that_check_and_verify(rooms: Command) -> None:
    ran = rooms("express", "rooms.spec", "-o", "found")
    assert ran.status == 0
    written = {path.name for path in (rooms.folder / "found").iterdir()}
    assert "same_choice.spec" in written
    assert {"rrl-same_choice.claim.json", "rrl-same_choice.certificate.json"} <= written
    checked = rooms("check", "found/same_choice.spec")
    assert checked.status == 0
    assert "ll ~ rr > lr ~ rl under same_choice_rm" in checked.out
    verified = rooms("verify", "found")
    assert (verified.status, verified.err) == (0, "")
    assert "0 rejected" in verified.out
    rooms.write("file", "")
    assert rooms("express", "rooms.spec", "--in", "MR", "-o", "file/inside").status == 2


def test_induced_orderings_and_trajectories(rooms: Command) -> None:
    ran = rooms("express", "world.spec:made", "--in", "MR")
    assert ran.status == 0
    assert ran.out.startswith("made: mover > lazy > sitter\n")
    ran = rooms("express", "world.spec:ways")
    assert ran.status == 0
    assert ran.out.startswith("ways: (home go away) > (home go home) ~ (home stay home)\n")
    assert [line.split()[0] for line in ran.out.splitlines()[2:7]] == ["MR", "RM", "FTR", "IMORL", "INMR"]
    assert "rank policies only" in ran.out
    answers = rooms("express", "world.spec:ways", "--json").json["answers"]
    assert set(answers) == {"MR", "RM", "FTR", "IMORL", "INMR"}


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["rooms.spec:same_choise"], "E025", "did you mean `same_choice`?"),
        (["rooms.spec:same_ltl"], "E025", "`same_ltl` is an objective"),
        (["rooms.spc"], "E001", "there is no such file"),
        (["world.spec"], "E025", "`busy`, `made`, `ways`"),
        (["empty.spec"], "E025", "the file has no ordering"),
        (["rooms.spec", "--in", "MRR"], "E027", "did you mean `MR`?"),
        (["rooms.spec", "--discount", "1"], "E063", "lies in [0, 1)"),
        (["rooms.spec", "--discount", "much"], "E042", "not `much`"),
        (["rooms.spec", "--discounts", "--in", "LTL"], "E090", "MR and RRL"),
        (["world.spec:ways", "--in", "LAR"], "E097", "LAR ranks policies only"),
        (["rooms.spec", "--timeout", "-1"], "E090", "timeout"),
    ],
)
def test_wrong_input(rooms: Command, arguments: list[str], code: str, told: str) -> None:
    rooms.write("empty.spec", WORLD)
    ran = rooms("express", *arguments)
    assert (ran.status, ran.out) == (2, "")
    assert told in ran.err
    ran = rooms("express", *arguments, "--json")
    assert (ran.status, ran.err) == (2, "")
    assert [error["code"] for error in ran.json["errors"]] == [code]


def test_policies_without_a_value_cannot_be_ordered(rooms: Command) -> None:
    text = "objective odd : FPR { value 1 / pi(home, stay) }\nordering w = odd on { mover, sitter }\n"
    rooms.write("odd.spec", WORLD + text)
    ran = rooms("express", "odd.spec:w")
    assert ran.status == 2
    assert "E091" in ran.err


def test_errors_of_the_file_are_located(rooms: Command) -> None:
    rooms.write("circle.spec", WORLD + "ordering w { mover > sitter; sitter > mover }\n")
    ran = rooms("express", "circle.spec:w")
    assert ran.status == 2
    assert "circle.spec:19:30: E081" in ran.err


SLOW = """
import sys, time
from specl.api import express
from specl.cli.app import run

decide = express.decide

def slow(code, asking):
    if code == "FTR":
        print("now", file=sys.stderr, flush=True)
        time.sleep(60)
    return decide(code, asking)

express.decide = slow
sys.exit(run(["express", *sys.argv[1:]]))
"""


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_control_c_prints_what_is_known(rooms: Command, form: list[str]) -> None:
    with started(["-c", SLOW, "rooms.spec", "--in", "PO", "--in", "FTR", "--in", "MR", *form], rooms.folder) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == "now\n"
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert "interrupted" in err
    assert out.count("interrupted") >= 2
    assert "objective same_choice_po" in out
