"""A certificate in words says the values that the formalisms compute."""

from pathlib import Path

import pytest

import specl
from specl import formalisms
from specl.api.witness import witness_of
from specl.render.number import exact

PROOFS = Path(__file__).resolve().parents[2] / "proofs"
CHECKED = {each.name: each for each in specl.verify().accepted}


OF_FEW = ("linear_dependence", "indistinguishable", "two_values")


@pytest.mark.parametrize("name", [name for name, each in CHECKED.items() if each.verdict.kind in OF_FEW])
def test_values_of_named_policies(name: str) -> None:
    _, _, spec, objective = name.split("-")
    document = specl.load(PROOFS / f"{spec}.spec")
    told = witness_of(CHECKED[name]).document["policies"]
    named = document.objectives[objective]
    assert told
    for policy, about in told.items():
        value = formalisms.rank(
            named.code, named.objective, document.environments[named.environment], document.policies[policy].policy
        )
        assert about["value"] == str(exact(value))


def test_values_along_paths() -> None:
    told = witness_of(CHECKED["onmr-lar-shuttles-at_home"]).document["policies"]
    assert [about["value"] for about in told.values()] == ["3/4", "(2 + γ)/(3 + γ), below the path"]
    told = witness_of(CHECKED["rm-ltl-escape-some_day"]).document["policies"]
    assert {name: about["value"] for name, about in told.items()} == {"path(t), 0 < t ≤ 1,": "1", "path(0)": "0"}
    told = witness_of(CHECKED["fpr-tlo-rooms-first_things_first"]).document["policies"]
    assert [about["value"] for about in told.values()] == ["(p, 0)", "(p, 1)"]
    assert [about["policy"] for about in told.values()] == [
        "{ x: { left: p, right: 1 - p }, y: right }",
        "{ x: { left: p, right: 1 - p }, y: left }",
    ]


def test_arguments_name_the_numbers() -> None:
    words = {name: "\n".join(witness_of(each).lines) for name, each in CHECKED.items()}
    assert "(ll − lr) + (rr − rl) = 0 for their features and every γ in [0,1)" in words["rrl-rm-rooms-same_machine"]
    assert "(half − all_left) + (half − all_right) = 0" in words["ftr-onmr-choice-undecided"]
    assert "1/2 · the path's start" in words["onmr-ltl-rooms-same_formula"]
    assert "formula (left & X left) | (right & X right)" in words["onmr-ltl-rooms-same_formula"]
    assert "same limit frequencies" in words["lar-mr-choice-once"]
    for name, text in words.items():
        lemma = f"lemma: proofs/lemmas/{CHECKED[name].verdict.kind}.md, not machine-checked"
        assert text.endswith(lemma)
