"""`specl verify`: the kernel's verdict on each certificate, the counts, the exit status."""

import shutil
from pathlib import Path

from tests.cli.running import Command

CERTIFICATES = Path(__file__).resolve().parents[2] / "proofs" / "certificates"


def test_the_shipped_certificates(specl: Command) -> None:
    ran = specl("verify")
    assert (ran.status, ran.err) == (0, "")
    *lines, last = ran.out.splitlines()
    assert len(lines) == 18
    assert all(line.startswith("accepted  ") and " objective" in line for line in lines)
    assert last == "18 accepted, 0 rejected; pairs of formalisms: 124 holds, 148 fails, 0 open"
    assert specl("verify", "--json").json == {
        "accepted": 18, "rejected": [], "pairs": {"holds": 124, "fails": 148, "open": 0},
    }  # fmt: skip


def test_a_rejected_certificate_gives_exit_status_1(specl: Command) -> None:
    for name in ("rm-ltl-escape-some_day", "rm-lar-escape-average"):
        shutil.copy(CERTIFICATES / f"{name}.claim.json", specl.folder)
    shutil.copy(CERTIFICATES / "rm-lar-escape-average.certificate.json", specl.folder)
    shutil.copy(
        CERTIFICATES / "ltl-mr-dial-reading.certificate.json", specl.folder / "rm-ltl-escape-some_day.certificate.json"
    )
    ran = specl("verify", ".")
    assert ran.status == 1
    assert "rejected  rm-ltl-escape-some_day: REJECT: the claim is of the kind limit" in ran.out
    assert "accepted  rm-lar-escape-average" in ran.out
    answer = specl("verify", ".", "--json")
    assert answer.status == 1
    assert answer.json["accepted"] == 1
    [rejected] = answer.json["rejected"]
    assert set(rejected) == {"certificate", "reason", "where"}
    assert answer.json["pairs"]["holds"] == 124
    assert answer.json["pairs"]["fails"] > 0


def test_files_that_are_no_json(specl: Command) -> None:
    specl.write("a.claim.json", "{")
    specl.write("a.certificate.json", "\x00")
    ran = specl("verify", ".")
    assert ran.status == 1
    assert "rejected  a: MALFORMED: " in ran.out


def test_wrong_input(specl: Command) -> None:
    ran = specl("verify", "nowhere")
    assert ran.status == 2
    assert "cannot be read" in ran.err
    ran = specl("verify", ".")
    assert ran.status == 2
    assert "no claims" in ran.err
