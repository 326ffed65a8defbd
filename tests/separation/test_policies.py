"""Pairs that X cannot tell apart, and three ranks for a formula: found again, accepted, and right by definition."""

from fractions import Fraction
from itertools import islice
from random import Random

import pytest

from specl import formalisms
from specl.formalisms.lar import LAR
from specl.model.policy import Policy
from specl.model.real import Real
from specl.separation import indistinguishable, two_values
from specl.separation.proposal import Proposal, Shape
from specl.separation.written import witness_file
from tests.oracles.enumerate import paths
from tests.separation.asking import decided, first, is_above, proposals, worth

PAIRS = [
    ("indistinguishable", "LAR", "MR"),
    ("indistinguishable", "LAR", "LTL"),
    ("indistinguishable", "TLO", "FPR"),
    ("two_values", "LTL", "MR"),
    ("two_values", "LTL", "LAR"),
]
"""(kind, refuted, expressing) of the base refutations."""

SHAPES = {"indistinguishable": Shape(2, 2, 2), "two_values": Shape(2, 2, 3)}

OTHERS = [
    (name, refuted, code)
    for name, module in (("indistinguishable", indistinguishable), ("two_values", two_values))
    for refuted, codes in module.EXPRESSING.items()
    for code in codes
]


@pytest.mark.parametrize(("name", "refuted", "expressing"), PAIRS)
@pytest.mark.parametrize("seed", [1, 2])
def test_a_seed_gives_a_witness_that_the_kernel_accepts(name: str, refuted: str, expressing: str, seed: int) -> None:
    found = first(name, refuted, expressing, SHAPES[name], seed)
    outcome = decided(found)
    assert outcome.verdict == "ok", outcome.reason
    assert witness_file(first(name, refuted, expressing, SHAPES[name], seed)) == witness_file(found)
    agrees_by_definition(found)


@pytest.mark.parametrize(("name", "refuted", "expressing"), OTHERS)
def test_whatever_is_proposed_is_accepted(name: str, refuted: str, expressing: str) -> None:
    shape = SHAPES[name]
    for seed in (3, 4):
        for found in islice(proposals(name, refuted, expressing, shape, seed), 2):
            outcome = decided(found)
            assert outcome.verdict == "ok", outcome.reason
            agrees_by_definition(found)


@pytest.mark.parametrize(("name", "refuted", "expressing"), PAIRS)
def test_other_seeds_give_other_witnesses(name: str, refuted: str, expressing: str) -> None:
    found = {witness_file(first(name, refuted, expressing, SHAPES[name], seed)) for seed in range(4)}
    assert len(found) == 4


@pytest.mark.slow
@pytest.mark.parametrize(("name", "refuted", "expressing"), OTHERS)
def test_many_seeds_and_shapes(name: str, refuted: str, expressing: str) -> None:
    least = SHAPES[name].policies
    for shape in (Shape(3, 2, least), Shape(2, 3, least + 1), Shape(4, 2, least)):
        for seed in range(5):
            found = first(name, refuted, expressing, shape, seed)
            outcome = decided(found)
            assert outcome.verdict == "ok", outcome.reason
            agrees_by_definition(found)


def test_too_few_policies_are_no_witness() -> None:
    assert list(indistinguishable.propose("LAR", "MR", Shape(2, 2, 1), Random(0))) == []
    assert list(two_values.propose("LTL", "MR", Shape(2, 2, 2), Random(0))) == []


def agrees_by_definition(found: Proposal) -> None:
    if found.kind == "two_values":
        best, middle, worst = found.policies.values()
        assert is_above(worth(found, best), worth(found, middle))
        assert is_above(worth(found, middle), worth(found, worst))
        [(probability, _)] = paths(found.environment, middle, 12)
        assert probability == 1
        return
    one, other = found.policies.values()
    assert worth(found, one) != worth(found, other)
    if found.refuted == "LAR":
        assert averages(found, one) == averages(found, other)
    else:
        assert lottery(found, one) == lottery(found, other)


def averages(found: Proposal, policy: Policy) -> list[Real]:
    """The value of the policy under the limit average of each step."""
    objectives = [LAR({step: Real.of(1)}) for step in found.environment.steps]
    return [formalisms.rank("LAR", objective, found.environment, policy) for objective in objectives]


def lottery(found: Proposal, policy: Policy) -> dict[object, Fraction]:
    """The probability of each beginning of a trajectory, as long as there are states and one more: two policies that
    agree on these act alike in all states that they reach."""
    length = len(found.environment.states) + 1
    return {path: probability for probability, path in paths(found.environment, policy, length)}
