"""No mutant of an accepted pair is accepted unless its claim is true by a second, independent look."""

from __future__ import annotations

import pytest

from specl.kernel import check
from tests.kernel import corpus, mutate, oracle

HARMLESS = (
    "deviation", "weights with", "evidence.pieces with", "basis", "closure", "evidence.start", "evidence without start",
)  # fmt: skip
"""A deviation is determined up to a stationary vector only; weights, and pieces of one interval, have no order; a basis
and what belongs to it may be shown, and are not needed."""

QUICK = ("ftr_rrl", "rm_ltl", "ltl_lar", "lar_ltl", "tlo_fpr", "fpr_tlo")
NAMES = [
    name if name in QUICK or name.startswith("wish") else pytest.param(name, marks=pytest.mark.slow)
    for name in corpus.names("accept")
]


@pytest.mark.parametrize("name", NAMES)
def test_changed_evidence(name: str) -> None:
    """Of the numbers only a deviation may change."""
    claim, certificate = corpus.pair("accept", name)
    accepted = [what for what, mutant in mutate.mutants(certificate) if check(claim, mutant).status == "ACCEPT"]
    assert [what for what in accepted if not any(word in what for word in HARMLESS)] == []
    assert oracle.true(claim)


@pytest.mark.parametrize("name", NAMES)
def test_changed_claims(name: str) -> None:
    claim, certificate = corpus.pair("accept", name)
    for what, mutant in mutate.mutants(claim):
        assert check(mutant, certificate).status != "ACCEPT" or oracle.true(mutant), what


def test_certificates_of_other_claims() -> None:
    pairs = [corpus.pair("accept", name) for name in corpus.names("accept")]
    for i, j, claim, certificate in mutate.exchanged([p[0] for p in pairs], [p[1] for p in pairs]):
        same = claim["environment"] == pairs[j][0]["environment"]
        assert check(claim, certificate).status != "ACCEPT" or (same and oracle.true(claim)), (i, j)


def test_the_second_look_can_say_no() -> None:
    for name in ("wrong_order", "tied_by_the_objective", "different_frequencies", "limit_changes", "level_changes"):
        assert not oracle.true(corpus.pair("reject", name)[0])
