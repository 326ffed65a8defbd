"""The kernel's verdicts on the corpora, and on the command line."""

from __future__ import annotations

import ast
import json
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

import specl.kernel
from specl.kernel import check
from specl.kernel.__main__ import main
from tests.kernel import corpus, oracle
from tests.kernel.wishes import WISHES
from tests.kernel.witnesses import WITNESSES

KERNEL = Path(specl.kernel.__file__).parent
BASIC = {
    ("FTR", "ONMR"), ("FTR", "RRL"), ("RRL", "RM"), ("RRL", "LTL"), ("RRL", "ONMR"), ("RRL", "LAR"), ("ONMR", "RM"),
    ("ONMR", "LTL"), ("ONMR", "RRL"), ("ONMR", "LAR"), ("RM", "LTL"), ("RM", "LAR"), ("LTL", "MR"), ("LTL", "LAR"),
    ("LAR", "MR"), ("LAR", "LTL"), ("TLO", "FPR"), ("FPR", "TLO"),
}


@pytest.mark.parametrize("name", corpus.names("accept"))
def test_accepts(name: str) -> None:
    claim, certificate = corpus.pair("accept", name)
    verdict = check(claim, certificate)
    assert (verdict.status, verdict.reason, verdict.where) == ("ACCEPT", "", "")
    expressing = claim["objective"]["formalism"] if "objective" in claim else ""
    assert (verdict.refuted, verdict.expressing) == (claim["refuted"], expressing)
    assert oracle.true(claim)


def test_all_basic_refutations_are_among_the_accepted() -> None:
    verdicts = [check(*corpus.pair("accept", name)) for name in corpus.names("accept")]
    assert {(verdict.refuted, verdict.expressing) for verdict in verdicts} >= BASIC
    assert len({verdict.kind for verdict in verdicts}) == 6


@pytest.mark.parametrize("name", sorted(WITNESSES | WISHES))
def test_accepts_what_elimination_finds(name: str) -> None:
    pair = (WITNESSES | WISHES)[name]()
    assert check(pair.claim, pair.certificate).status == "ACCEPT"


@pytest.mark.parametrize(("folder", "name"), [(f, n) for f in ("reject", "malformed") for n in corpus.names(f)])
def test_refuses(folder: str, name: str) -> None:
    wanted = corpus.record(folder, name)
    verdict = check(*corpus.pair(folder, name))
    assert verdict.status == folder.upper()
    assert (verdict.reason, verdict.where) == (wanted["reason"], wanted["where"])


def complaints() -> list[str]:
    """The reasons that stand in the kernel's text, as patterns."""
    found = []
    for path in KERNEL.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = node.func if isinstance(node, ast.Call) else None
            if isinstance(node, ast.Call) and isinstance(called, ast.Attribute) and called.attr in ("form", "proves"):
                reason = node.args[1]
                parts = reason.values if isinstance(reason, ast.JoinedStr) else [reason]
                found.append("".join(re.escape(str(p.value)) if isinstance(p, ast.Constant) else ".*" for p in parts))
    return found


def test_every_reason_has_a_case() -> None:
    files = [(folder, name) for folder in ("reject", "malformed") for name in corpus.names(folder)]
    cases = [corpus.record(folder, name)["reason"] for folder, name in files]
    of_text = ["a\\ key\\ occurs\\ twice\\ in\\ an\\ object", "more\\ than\\ .*\\ bytes"]  # below
    patterns = complaints()
    assert len(patterns) > 50
    assert [p for p in patterns if p not in of_text and not any(re.fullmatch(p, str(case)) for case in cases)] == []


def written(folder: Path, name: str) -> list[str]:
    paths = []
    for part, document in zip(("claim", "certificate"), corpus.pair("accept", name), strict=True):
        path = folder / f"{part}.json"
        path.write_text(json.dumps(document), encoding="utf-8")
        paths.append(str(path))
    return paths


def test_accept_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(written(tmp_path, "rrl_rm")) == 0
    said = capsys.readouterr().out
    assert said.startswith(
        "In this environment with 2 states and 2 actions, no RRL objective with any discount γ in [0,1) orders the "
        "policies aa ~ bb > ab ~ ba, as this RM objective does.\n"
    )
    assert "proofs/lemmas/linear_dependence.md, not machine-checked" in said
    assert said.endswith("\nACCEPT\n")


@pytest.mark.parametrize(("name", "words"), [
    ("rm_ltl", "no RM objective with any discount γ in [0,1) ties the policies of the path for 0 < t ≤ 1 and ranks the "
               "one at t = 0 strictly below them, as this LTL objective does."),
    ("onmr_lar", "no ONMR objective with any discount γ in [0,1) ties the policies of the path and ranks the one off "
                 "it that is given for its γ as stated, as this LAR objective does."),
    ("fpr_tlo", "no FPR objective ranks low(p) below high(p), and high(p) below low(q), for all p < q in [0,1], as "
                "this TLO objective does."),
    ("wish_rrl", "no RRL objective with any discount γ in [0,1) ranks aa > ab, aa ~ bb, ab ~ ba.\n"),
    ("wish_trajectories_discount", "no MR objective with discount 1/3 ranks heads > open, tails ~ open.\n"),
    ("wish_lar", "no LAR objective ranks p1 > p1/2, p1 ~ p0.\n"),
])
def test_claims_in_words(name: str, words: str) -> None:
    assert words in check(*corpus.pair("accept", name)).words


def test_reject_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    claim, _ = written(tmp_path, "rrl_rm")
    other = tmp_path / "other"
    other.mkdir()
    assert main([claim, written(other, "ltl_mr")[1]]) == 1
    assert capsys.readouterr().out.endswith(
        "\nREJECT the claim is of the kind linear_dependence (at certificate.kind)\n"
    )


@pytest.mark.parametrize(("content", "reason"), [
    (b'{"a": "1", "a": "1"}', "a key occurs twice in an object"),
    (b'{"a": 1}', "the number 1; numbers are written as strings"),
    (b"[" + b"9" * 10000 + b"]", "the number 99999999999999999999; numbers are written as strings"),
    (b"[1e400]", "the number 1e400; numbers are written as strings"),
    (b"[NaN, Infinity]", "the number NaN; numbers are written as strings"),
    (b"[-Infinity]", "the number -Infinity; numbers are written as strings"),
    (b"[" * 200000, "not a JSON document (RecursionError)"),
    (b'{"a": ' * 200000, "not a JSON document (RecursionError)"),
    (b"\xff\xfe", "not a JSON document (UnicodeDecodeError)"),
    (b"{", "not a JSON document (JSONDecodeError)"),
    (b"", "not a JSON document (JSONDecodeError)"),
    (b" " * (1 << 26) + b"[]", "more than 67108864 bytes"),
])
def test_malformed_text(content: bytes, reason: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paths = written(tmp_path, "rrl_rm")
    for i in (0, 1):
        bad = tmp_path / "bad.json"
        bad.write_bytes(content)
        assert main([*paths[:i], str(bad), *paths[i + 1:]]) == 2
        assert capsys.readouterr().out == f"MALFORMED {reason} (at {str(bad)!a})\n"


@pytest.mark.parametrize("arguments", [[], ["one"], ["nowhere.json", "nowhere.json"], [".", "."], ["a\0b", "a\0b"]])
def test_files_that_are_not_there(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert capsys.readouterr().out.startswith("MALFORMED two readable files are expected")


def test_work_can_be_limited(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    claim, certificate = corpus.pair("accept", "rrl_rm")
    assert check(claim, certificate, work=10**4).status == "ACCEPT"
    assert check(claim, certificate, work=10).reason == "the work that checking takes exceeds the limit"
    assert check(claim, certificate, work=-1).reason == "the work that checking takes exceeds the limit"
    paths = written(tmp_path, "rrl_rm")
    assert main([*paths, "10"]) == 1
    assert main([*paths, "10000"]) == 0
    capsys.readouterr()
    assert main([*paths, "much"]) == 2
    assert capsys.readouterr().out.startswith("MALFORMED two readable files are expected")


def test_a_basis_is_not_needed() -> None:
    """Certificates about lotteries may show a basis of what the kernel finds by itself."""
    claim, certificate = corpus.pair("accept", "ftr_onmr")
    evidence = certificate["evidence"]
    assert {"basis", "start", "closure"} <= evidence.keys()
    for name in ("closure", "basis", "start"):
        del evidence[name]
        assert check(claim, certificate).status == "ACCEPT"
    evidence["other"] = []
    assert check(claim, certificate).status == "MALFORMED"


def test_long_numbers() -> None:
    """Longer ones than Python's own limit for reading integers."""
    claim, certificate = corpus.pair("accept", "wish_trajectories_discount")
    for weight in certificate["evidence"]["pieces"][0]["weights"]:
        sign, digits = weight[2][:-3], "7" * 9000
        weight[2] = f"{sign}{digits}/{digits[:5000]}"
    assert check(claim, certificate).status == "ACCEPT"
    certificate["evidence"]["pieces"][0]["weights"][0][2] += "7"
    assert check(claim, certificate).reason == "the weighted features do not cancel"


def test_as_a_program(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "specl.kernel", *written(tmp_path, "tlo_fpr")]
    run = subprocess.run(command, capture_output=True, cwd=KERNEL.parents[1])
    assert (run.returncode, run.stderr) == (0, b"")
    assert run.stdout.decode().endswith("\nACCEPT\n")


def test_run_as_a_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["specl.kernel", *written(tmp_path, "tlo_fpr")])
    monkeypatch.delitem(sys.modules, "specl.kernel.__main__")
    with pytest.raises(SystemExit) as left:
        runpy.run_module("specl.kernel", run_name="__main__")
    assert left.value.code == 0


def test_a_verdict_leaves_no_trace() -> None:
    claim, certificate = corpus.pair("accept", "rrl_rm")
    exhausted = check(*corpus.pair("reject", "work"))
    assert exhausted.reason == "the work that checking takes exceeds the limit"
    assert check(claim, certificate).status == "ACCEPT"
