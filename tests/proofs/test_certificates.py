"""The certificates that specl ships: made again byte for byte, accepted, and enough for all pairs of formalisms."""

import json
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import specl
from specl.api import certificates, verify
from specl.formalisms import codes
from specl.kernel import Verdict
from specl.language.diagnostics import SpecErrors
from tests.expressivity.test_preorder import COVERS, REFUTATIONS

ROOT = Path(__file__).resolve().parents[2]
PROOFS = ROOT / "proofs"
PUBLISHED = {tuple(pair.split()) for pair in REFUTATIONS.split(", ")}
"""(X, Y) for the 18 refutations X ⋡ Y of Subramani et al. (2024)."""


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The proofs in a folder of their own, which takes the place of specl's."""
    folder = tmp_path / "proofs"
    shutil.copytree(PROOFS, folder)
    monkeypatch.setattr(certificates, "proofs_folder", lambda: folder)
    return folder


def test_the_same_files_give_the_same_bytes(tmp_path: Path) -> None:
    for spec in PROOFS.glob("*.spec"):
        shutil.copy(spec, tmp_path)
    proved = specl.prove(tmp_path)
    assert proved.verdict == "ok"
    made = {file.name: file.read_bytes() for file in (tmp_path / "certificates").iterdir()}
    assert made == {file.name: file.read_bytes() for file in (PROOFS / "certificates").iterdir()}


def test_every_certificate_is_accepted_and_they_are_those_of_the_theory() -> None:
    verified = specl.verify()
    assert verified.rejected == ()
    assert {(each.verdict.refuted, each.verdict.expressing) for each in verified.accepted} == PUBLISHED
    assert verified.json() == {"accepted": 18, "rejected": [], "pairs": {"holds": 124, "fails": 148, "open": 0}}
    assert len(verified.preorder.classes) == 11
    assert set(verified.preorder.covers) == COVERS


def test_each_spec_holds_and_each_claim_is_of_a_spec() -> None:
    names = set()
    for spec in sorted(PROOFS.glob("*.spec")):
        checked = specl.check(spec)
        assert checked.verdict == "ok", spec
        names |= {outcome.claim for outcome in checked.outcomes if outcome.claim.startswith("refute ")}
    assert len(names) == 18


def test_verifying_takes_the_kernel_and_the_facts_alone() -> None:
    program = (
        "import sys; from specl.cli.app import run; status = run(['verify']); "
        "print(status, *sys.modules, file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True)
    status, *modules = ran.stderr.split()
    assert status == "0"
    assert "18 accepted, 0 rejected" in ran.stdout
    assert {"z3", "spot", "numpy", "lark", "flint", "networkx", "graphviz"} & set(modules) == set()
    assert "specl.kernel" in modules
    assert not any(name.startswith("specl.obstructions") for name in modules)


def test_without_a_certificate_its_pairs_are_open(copy: Path) -> None:
    """No refutation follows from the others, so each leaves a gap."""
    for file in sorted((copy / "certificates").glob("*.claim.json")):
        name = file.name.removesuffix(".claim.json")
        kept = {ending: copy / "certificates" / f"{name}{ending}" for ending in (".claim.json", ".certificate.json")}
        texts = {path: path.read_bytes() for path in kept.values()}
        for path in texts:
            path.unlink()
        upper, lower = name.upper().split("-")[:2]
        assert verify.current().evidence(upper, lower).verdict == "open"
        assert verify.explain_pair(upper, lower).at_least.verdict == "open"
        assert specl.verify(copy).json()["pairs"]["open"] > 0
        for path, text in texts.items():
            path.write_bytes(text)
    assert specl.verify(copy).json()["pairs"]["open"] == 0


def test_a_certificate_that_proves_nothing_is_rejected_and_its_pairs_are_open(copy: Path) -> None:
    path = copy / "certificates" / "rm-ltl-escape-some_day.certificate.json"
    document = json.loads(path.read_text())
    document["evidence"]["end"]["J"]["frequency"] = ["1/2"]
    path.write_text(json.dumps(document))
    [rejected] = specl.verify(copy).json()["rejected"]
    assert rejected["certificate"] == "rm-ltl-escape-some_day"
    assert rejected["reason"].startswith("REJECT: ")
    assert rejected["where"].startswith("certificate.evidence.end")
    assert verify.current().evidence("RM", "LTL").verdict == "open"
    assert specl.compare("RM", "LTL").json()["verdict"] == "open"
    path.write_text("{")
    assert specl.verify(copy).json()["rejected"][0]["reason"].startswith("MALFORMED: ")
    path.unlink()
    assert "no certificate" in specl.verify(copy).json()["rejected"][0]["reason"]
    assert specl.compare("RM", "LTL").json()["verdict"] == "open"


def test_accepted_certificates_against_the_reductions_are_a_hard_error(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Were the kernel wrong, that would be told, with both chains."""

    def gullible(claim: Any, certificate: Any) -> Verdict:
        return Verdict("ACCEPT", kind="limit", refuted="FTR", expressing="MR", words="")

    certificates._check.cache_clear()
    monkeypatch.setattr("specl.kernel.check", gullible)
    with pytest.raises(SpecErrors) as caught:
        specl.verify(copy).json()
    certificates._check.cache_clear()
    assert caught.value.diagnostics[0].code == "E095"
    message = caught.value.diagnostics[0].message
    assert "FTR ⋡ MR" in message
    assert "MR → RM" in message
    assert "RM → FTR" in message


def test_a_claim_against_the_reductions_that_nobody_accepts_does_no_harm(copy: Path) -> None:
    for ending in (".claim.json", ".certificate.json"):
        text = (copy / "certificates" / f"rm-ltl-escape-some_day{ending}").read_text()
        text = text.replace('"refuted": "RM"', '"refuted": "FTR"')
        (copy / "certificates" / f"a-lie{ending}").write_text(text)
    assert specl.compare("RM", "LTL").json()["verdict"] == "incomparable"
    assert specl.compare("FTR", "LTL").json()["verdict"] == "more"
    assert [each.name for each in specl.verify(copy).rejected] == ["a-lie"]


VERDICTS = {("holds", "holds"): "equal", ("holds", "fails"): "more", ("fails", "holds"): "less"}


@pytest.mark.parametrize("left", codes())
def test_every_pair_is_answered_with_reasons(left: str) -> None:
    settled = Counter[str]()
    for right in codes():
        if left == right:
            continue
        answer = specl.compare(left, right)
        assert not isinstance(answer, str)
        document = answer.json()
        sides = [document[side]["verdict"] for side in ("at_least", "at_most")]
        settled[sides[0]] += 1
        assert document["verdict"] == VERDICTS.get((sides[0], sides[1]), "incomparable")
        text = str(answer)
        for side in ("at_least", "at_most"):
            chain = document[side]["chain"]
            assert chain
            assert document[side]["reason"] in text
            refuting = [link for link in chain if link["verdict"] == "fails"]
            assert len(refuting) == (document[side]["verdict"] == "fails")
            for link in refuting:
                x, y = link["claim"].split(">=")
                assert (x, y) in PUBLISHED
                witness = link["witness"]
                assert f"no {x} objective" in witness["claim"]
                assert f"as this {y} objective does" in witness["claim"]
                assert witness["lemma"] in text
                assert (ROOT / witness["lemma"].split()[1].rstrip(",")).suffix == ".md"
                assert len(witness["policies"]) >= 2
                for name, policy in witness["policies"].items():
                    assert f"{name} = {policy['policy']} is worth {policy['value']}" in text
    assert settled["open"] == 0
