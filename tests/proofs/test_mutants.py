"""The certificates that are shipped, changed in every place: the kernel refuses the mutant, or its claim is true."""

import json
from pathlib import Path

import pytest

from specl.kernel import check
from tests.kernel import mutate, oracle
from tests.kernel.test_mutants import HARMLESS

FOLDER = Path(__file__).resolve().parents[2] / "proofs" / "certificates"
NAMES = sorted(path.name.removesuffix(".claim.json") for path in FOLDER.glob("*.claim.json"))


def pair(name: str) -> tuple[mutate.Json, mutate.Json]:
    claim, certificate = (json.loads((FOLDER / f"{name}.{what}.json").read_text()) for what in ("claim", "certificate"))
    return claim, certificate


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_changed_certificate(name: str) -> None:
    claim, certificate = pair(name)
    assert check(claim, certificate).status == "ACCEPT"
    assert oracle.true(claim)
    accepted = [what for what, mutant in mutate.mutants(certificate) if check(claim, mutant).status == "ACCEPT"]
    assert [what for what in accepted if not any(word in what for word in HARMLESS)] == []


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_changed_claim(name: str) -> None:
    claim, certificate = pair(name)
    for what, mutant in mutate.mutants(claim):
        assert check(mutant, certificate).status != "ACCEPT" or oracle.true(mutant), what


def test_a_certificate_of_another_claim() -> None:
    pairs = [pair(name) for name in NAMES]
    for i, j, claim, certificate in mutate.exchanged([p[0] for p in pairs], [p[1] for p in pairs]):
        same = claim["environment"] == pairs[j][0]["environment"] and claim["policies"] == pairs[j][0]["policies"]
        assert check(claim, certificate).status != "ACCEPT" or (same and oracle.true(claim)), (NAMES[i], NAMES[j])
