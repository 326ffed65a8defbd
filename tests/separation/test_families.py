"""Paths and families: found again, accepted, and at random parameters what they are said to be."""

from fractions import Fraction
from itertools import islice, pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specl.api.separate import accepted
from specl.chains.chain import induced
from specl.chains.occupancy import step_occupancy
from specl.model.environment import Step
from specl.model.expression import evaluate, number
from specl.model.flint_rational import to_fmpq
from specl.model.policy import Policy
from specl.obstructions.exact.ratio import ONE, Ratio, X, constant
from specl.separation import level_set, limit, uncountable_chain
from specl.separation.checking import checked
from specl.separation.driver import Size
from specl.separation.families import quotient
from specl.separation.proposal import Proposal, Shape
from specl.separation.shrink import measure, shrink
from specl.separation.written import witness_file
from tests.separation.asking import decided, first, is_above, member, parameters, proposals, worth

PAIRS = [
    ("limit", "RM", "LTL"),
    ("limit", "RM", "LAR"),
    ("level_set", "ONMR", "RM"),
    ("level_set", "ONMR", "LTL"),
    ("level_set", "ONMR", "RRL"),
    ("level_set", "ONMR", "LAR"),
    ("uncountable_chain", "FPR", "TLO"),
]
"""(kind, refuted, expressing) of the base refutations."""

MODULES = {"limit": limit, "level_set": level_set, "uncountable_chain": uncountable_chain}

ALL = [
    (name, refuted, code)
    for name, module in MODULES.items()
    for refuted, codes in module.EXPRESSING.items()
    for code in codes
    if name != "uncountable_chain" or refuted in ("FPR", "LAR")
]

TWO_BY_TWO = Shape(2, 2, 0)


@pytest.mark.parametrize(("name", "refuted", "expressing"), PAIRS)
@pytest.mark.parametrize("seed", [1, 3])
def test_a_seed_gives_a_witness_that_the_kernel_accepts(name: str, refuted: str, expressing: str, seed: int) -> None:
    found = first(name, refuted, expressing, TWO_BY_TWO, seed)
    outcome = decided(found)
    assert outcome.verdict == "ok", outcome.reason
    agrees_by_definition(found, Random(seed))


@pytest.mark.parametrize(("name", "refuted", "expressing"), PAIRS)
def test_a_seed_gives_the_same_again_and_another_one_something_else(name: str, refuted: str, expressing: str) -> None:
    texts = [witness_file(first(name, refuted, expressing, TWO_BY_TWO, seed)) for seed in (1, 1, 3)]
    assert texts[0] == texts[1] != texts[2]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "refuted", "expressing"), ALL)
def test_whatever_is_proposed_is_accepted(name: str, refuted: str, expressing: str) -> None:
    for shape in (Shape(2, 3, 0), Shape(3, 2, 0)):
        for seed in range(2):
            for found in islice(proposals(name, refuted, expressing, shape, seed), 2):
                outcome = decided(found)
                assert outcome.verdict == "ok", outcome.reason
                agrees_by_definition(found, Random(seed))


@pytest.mark.long
@pytest.mark.parametrize(("name", "refuted", "expressing"), PAIRS)
def test_forty_seeds_give_forty_witnesses(name: str, refuted: str, expressing: str) -> None:
    texts = set()
    for seed in range(40):
        shape = Shape(2 + seed % 3, 2 + seed % 2, 0)
        found = first(name, refuted, expressing, shape, seed)
        outcome = decided(found)
        assert outcome.verdict == "ok", outcome.reason
        agrees_by_definition(found, Random(seed))
        texts.add(witness_file(found))
    assert len(texts) == 40


@pytest.mark.parametrize("name", sorted(MODULES))
def test_other_policies_for_the_same_objective(name: str) -> None:
    _, refuted, expressing = next(pair for pair in PAIRS if pair[0] == name)
    found = first(name, refuted, expressing, TWO_BY_TWO, 3)
    others = [each for each in islice(MODULES[name].again(found, Random(1)), 80) if each is not None]
    assert others
    for other in others[:2]:
        assert (other.environment, other.code, other.objective) == (found.environment, found.code, found.objective)
        assert decided(other).verdict == "ok"


@pytest.mark.slow
@pytest.mark.parametrize(("name", "refuted", "expressing"), [PAIRS[1], PAIRS[4], PAIRS[6]])
def test_what_shrinks_has_new_paths_and_families(name: str, refuted: str, expressing: str) -> None:
    found = first(name, refuted, expressing, Shape(3, 2, 0), 2)
    proof = checked(found, accepted)
    assert proof is not None
    left = shrink(found, proof, accepted, Size()).proposal
    assert measure(left) < measure(found)
    assert len(left.environment.states) < 3
    assert decided(left).verdict == "ok"
    agrees_by_definition(left, Random(1))


def test_one_free_entry_is_too_few() -> None:
    assert list(level_set.propose("ONMR", "LTL", Shape(1, 2, 0), Random(0))) == []
    assert list(uncountable_chain.propose("FPR", "TLO", Shape(1, 2, 0), Random(0))) == []


def agrees_by_definition(found: Proposal, random: Random) -> None:
    {"limit": jumps, "level_set": is_level, "uncountable_chain": is_chain}[found.kind](found, random)


def jumps(found: Proposal, random: Random) -> None:
    [path] = found.path.values()
    along = [worth(found, path.member([t])) for t in (*parameters(random, 4), Fraction(1, 10**6), Fraction(1))]
    assert all(value == along[0] for value in along)
    assert worth(found, path.member([Fraction(0)])) != along[0]


def is_level(found: Proposal, random: Random) -> None:
    pieces = list(found.path.values())
    for before, after in pairwise(pieces):
        assert before.member([Fraction(1)]) == after.member([Fraction(0)])
    points = (Fraction(0), Fraction(1), *parameters(random, 4))
    values = [worth(found, piece.member([t])) for piece in pieces for t in points]
    assert all(value == values[0] for value in values)
    ends = pieces[0].member([Fraction(0)]), pieces[-1].member([Fraction(1)])
    [off] = found.off.values()
    sides = set()
    for discount in (Fraction(0), Fraction(1, 10**6), *parameters(random, 4), 1 - Fraction(1, 10**6)):
        policy = member(off, discount)
        assert is_between(found, policy, ends, discount)
        sides.add((is_above(worth(found, policy), values[0]), is_above(values[0], worth(found, policy))))
    assert sides in ({(True, False)}, {(False, True)})


def is_between(found: Proposal, policy: Policy, ends: tuple[Policy, Policy], discount: Fraction) -> bool:
    """Whether its occupancy measure is a mixture of those of the ends."""
    here, first_end, last_end = (occupancy(found, each, discount) for each in (policy, *ends))
    apart = next((step for step in found.environment.steps if first_end[step] != last_end[step]), None)
    if apart is None:
        return here == first_end
    share = (here[apart] - last_end[apart]) / (first_end[apart] - last_end[apart])
    mixed = {step: share * first_end[step] + (1 - share) * last_end[step] for step in here}
    return 0 <= share <= 1 and here == mixed


def occupancy(found: Proposal, policy: Policy, discount: Fraction) -> dict[Step, Fraction]:
    mass = step_occupancy(induced(found.environment, policy), discount)
    return {step: mass.get(step, Fraction(0)) for step in found.environment.steps}


def is_chain(found: Proposal, random: Random) -> None:
    [family] = found.family.values()
    points = sorted(set(parameters(random, 4)))
    low = [worth(found, family.member([p, Fraction(0)])) for p in points]
    high = [worth(found, family.member([p, Fraction(1)])) for p in points]
    rising = [value for pair in zip(low, high, strict=True) for value in pair]
    assert all(is_above(after, before) for before, after in pairwise(rising))


# --- rational functions in words ---


@st.composite
def ratios(draw: st.DrawFn) -> Ratio:
    coefficients = st.lists(st.fractions(-3, 3, max_denominator=5), min_size=1, max_size=3)

    def polynomial() -> Ratio:
        return sum((constant(c) * X.power(constant(k)) for k, c in enumerate(draw(coefficients))), 0 * ONE)

    bottom = polynomial()
    return polynomial() / (ONE if bottom.is_zero() else bottom)


@settings(max_examples=60, deadline=None)
@given(ratios(), st.fractions(0, 1, max_denominator=7))
def test_rational_functions_in_words(ratio: Ratio, x: Fraction) -> None:
    if ratio.den(to_fmpq(x)) != 0:
        assert evaluate(quotient(ratio, "t"), lambda _: number(x)).rational == ratio.at(x).rational
