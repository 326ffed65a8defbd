"""The closure of the facts about the formalisms, against brute force and the published diagram."""

import itertools
from collections import Counter

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from specl.expressivity.explain import describe, explain, explanation_json, headline
from specl.expressivity.preorder import ContradictionError, Fact, Preorder, close, known

# the 18 refutations of Subramani et al. (2024) that everything else follows from: X does not express all that Y does
REFUTATIONS = (
    "FTR ONMR, FTR RRL, RRL RM, RRL LTL, RRL ONMR, RRL LAR, ONMR RM, ONMR LTL, ONMR RRL, ONMR LAR, RM LTL, RM LAR, "
    "LTL MR, LTL LAR, LAR MR, LAR LTL, TLO FPR, FPR TLO"
)

# the covering edges of its figure, a class written by one of its members
COVERS = {
    ("MR", "RM"),
    ("MR", "RRL"),
    ("MR", "ONMR"),
    ("RM", "FTR"),
    ("LTL", "FTR"),
    ("LAR", "FTR"),
    ("FTR", "FTLR"),
    ("RRL", "FTLR"),
    ("ONMR", "FTLR"),
    ("FTLR", "FPR"),
    ("FTLR", "TLO"),
    ("FPR", "PO"),
    ("TLO", "PO"),
}


def refutations() -> list[Fact]:
    pairs = (pair.split() for pair in REFUTATIONS.split(", "))
    return [Fact(upper, lower, False, f"a witness against {upper} ⪰ {lower}") for upper, lower in pairs]


def verdicts(preorder: Preorder) -> Counter[str]:
    return Counter(evidence.verdict for evidence in preorder.pairs.values())


def test_the_reductions_alone() -> None:
    preorder = known()
    assert len(preorder.codes) == 17
    assert len(preorder.facts) == 24
    assert verdicts(preorder) == {"holds": 124, "open": 148}
    assert sorted(map(len, preorder.classes)) == [1] * 8 + [3] * 3
    assert {("FTR", "IMORL", "INMR"), ("FOMR", "FTLR", "OMORL"), ("GOMORL", "OMO", "TLO")} <= set(preorder.classes)


def test_with_the_refutations_nothing_is_open() -> None:
    preorder = known(refutations())
    assert verdicts(preorder) == {"holds": 124, "fails": 148}
    assert len(preorder.classes) == 11
    assert set(preorder.covers) == COVERS
    explicit = Counter(evidence.verdict for evidence in preorder.pairs.values() if evidence.explicit)
    assert explicit == {"holds": 24, "fails": 18}


def test_no_refutation_is_superfluous() -> None:
    for left_out in refutations():
        rest = [fact for fact in refutations() if fact != left_out]
        assert known(rest).evidence(left_out.upper, left_out.lower).verdict == "open"


def test_contradictions_name_both_chains() -> None:
    with pytest.raises(ContradictionError, match=r"FTR ⋡ MR by a mistake, but FTR ⪰ MR by .*MR → RM.*; .*RM → FTR"):
        known([Fact("FTR", "MR", False, "a mistake")])
    with pytest.raises(ContradictionError):
        close(["A"], [Fact("A", "A", False, "a mistake")])
    with pytest.raises(ValueError, match="no formalism"):
        close(["A"], [Fact("A", "B", True, "nothing")])


def test_evidence_is_a_shortest_chain_that_fits_together() -> None:
    preorder = known(refutations())
    for (upper, lower), evidence in preorder.pairs.items():
        if evidence.verdict == "holds":
            assert follows(evidence.reductions, lower, upper)
        else:
            assert evidence.refutation is not None
            assert follows(evidence.above, upper, evidence.refutation.upper)
            assert follows(evidence.below, evidence.refutation.lower, lower)
    assert len(preorder.evidence("FTR", "MR").reductions) == 2


def follows(chain: tuple[Fact, ...], start: str, end: str) -> bool:
    """Whether these are reductions that lead from start to end."""
    for fact in chain:
        if fact.lower != start or not fact.holds:
            return False
        start = fact.upper
    return start == end


CODES = "ABCD"
PAIRS = list(itertools.permutations(CODES, 2))


def models(facts: list[tuple[tuple[str, str], bool]]) -> list[frozenset[tuple[str, str]]]:
    """Every preorder of four elements in which the facts are true, by trying all of them."""
    return [order for order in PREORDERS if all((pair in order) == holds for pair, holds in facts)]


def is_transitive(order: frozenset[tuple[str, str]]) -> bool:
    return all((x, z) in order or x == z for x, y in order for other, z in order if other == y)


SUBSETS = itertools.chain.from_iterable(itertools.combinations(PAIRS, n) for n in range(len(PAIRS) + 1))
PREORDERS = [order for order in map(frozenset, SUBSETS) if is_transitive(order)]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PAIRS), st.booleans()), max_size=9))
def test_the_rules_derive_exactly_what_is_true_in_all_models(facts: list[tuple[tuple[str, str], bool]]) -> None:
    possible = models(facts)
    given_facts = [Fact(upper, lower, holds, "given") for (upper, lower), holds in facts]
    if not possible:
        with pytest.raises(ContradictionError):
            close(CODES, given_facts)
        return
    preorder = close(CODES, given_facts)
    for pair, evidence in preorder.pairs.items():
        truths = {pair in order for order in possible}
        expected = "open" if len(truths) == 2 else "holds" if truths == {True} else "fails"
        assert evidence.verdict == expected


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(PAIRS), max_size=8))
def test_covers_generate_the_classes_order_and_none_is_superfluous(reductions: list[tuple[str, str]]) -> None:
    assume(reductions)
    preorder = close(CODES, [Fact(upper, lower, True, "given") for upper, lower in reductions])
    again = [Fact(upper, lower, True, "cover") for lower, upper in preorder.covers]
    tops = {preorder.representative(group[0]) for group in preorder.classes}
    proved = {(x, y) for x, y in preorder.pairs if {x, y} <= tops and preorder.evidence(x, y).verdict == "holds"}

    def generated(facts: list[Fact]) -> set[tuple[str, str]]:
        return {(x, y) for (x, y), each in close(sorted(tops), facts).pairs.items() if each.verdict == "holds"}

    assert generated(again) == proved
    assert all(generated([fact for fact in again if fact != each]) != proved for each in again)


def test_explanations_in_words() -> None:
    preorder = known(refutations())
    more = explain(preorder, "FTR", "MR")
    assert more.verdict == "more"
    assert headline(more) == "FTR is strictly more expressive than MR."
    assert "MR → RM → FTR" in describe(more.at_least)
    assert "A Markov reward is a machine with one state" in describe(more.at_least)
    assert explain(preorder, "MR", "FTR").verdict == "less"
    assert explain(preorder, "INMR", "IMORL").verdict == "equal"
    assert explain(preorder, "MR", "MR").verdict == "equal"
    apart = explain(preorder, "MR", "LTL")
    assert apart.verdict == "incomparable"
    assert "With RRL ⪰ MR, MR ⪰ LTL would give RRL ⪰ LTL." in describe(apart.at_least)
    assert explain(known(), "MR", "LTL").verdict == "open"
    assert "whether strictly is open" in headline(explain(known(), "FTR", "MR"))
    with pytest.raises(KeyError):
        explain(preorder, "MR", "XYZ")


def test_explanations_as_json() -> None:
    document = explanation_json(explain(known(refutations()), "MR", "LTL"))
    assert document["verdict"] == "incomparable"
    claims = [(link["claim"], link["verdict"]) for link in document["at_most"]["chain"]]
    assert claims == [("LTL>=MR", "fails")]
    assert document["at_most"]["explicit"] is True
    assert document["at_least"]["explicit"] is False
