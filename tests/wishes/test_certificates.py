"""The documents about wishes: the kernel accepts those of true conflicts, and refuses them for other wishes."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from specl.kernel import check
from specl.model.environment import Environment
from specl.model.ordering import Trajectory
from specl.model.policy import Policy, deterministic
from specl.obstructions.exact.interval import DISCOUNTS, POINT, Interval
from specl.obstructions.exact.ranks import step_masses
from specl.obstructions.exact.ratio import ONE, Ratio, X, constant
from specl.wishes.certificates import (
    Documents,
    Piece,
    at_discount,
    by_frequencies,
    by_lotteries,
    by_masses,
    indistinguishable,
    indistinguishable_circle,
    of_trajectories,
    two_values,
)
from specl.wishes.linear.order import order
from specl.wishes.linear.outcome import Conflict
from specl.wishes.wish import Wish
from tests.kernel import oracle
from tests.strategies import discounts, environments, policies

Vectors = Mapping[str, Sequence[Fraction]]
NAMES = "pqrstu"
MIXED = (Fraction(1, 2), Fraction(1, 2))


def turns() -> Environment:
    """Two states in turn, two actions that make no difference."""
    step = (((1, Fraction(1)),), ((1, Fraction(1)),)), (((0, Fraction(1)),), ((0, Fraction(1)),))
    return Environment("turns", ("x", "y"), ("a", "b"), ((0, Fraction(1)),), step, {})


def rooms(strict: Sequence[tuple[str, str]], ties: Sequence[tuple[str, str]], discount: Fraction | None = None) -> Wish:
    """About the four deterministic policies in them."""
    found = {x + y: deterministic(turns(), ["ab".index(x), "ab".index(y)]) for x in "ab" for y in "ab"}
    return Wish("rooms", turns(), found, tuple(strict), tuple(ties), discount)


def accepted(documents: Documents) -> bool:
    claim, certificate = documents
    verdict = check(claim, certificate)
    assert verdict.status in ("ACCEPT", "REJECT"), verdict
    return verdict.status == "ACCEPT"


@st.composite
def wishes(draw: st.DrawFn) -> Wish:
    """Few policies, compared at random, never in a circle; some differ in one state, others are mixtures there."""
    environment = draw(environments(max_states=3))
    found: list[Policy] = [draw(policies(environment)) for _ in range(2)]
    s = draw(st.integers(0, len(environment.states) - 1))
    for share in draw(st.lists(st.sampled_from([Fraction(1, 2), Fraction(1, 3), Fraction(1)]), max_size=3)):
        rows = zip(found[0].rows[s], found[1].rows[s], strict=True)
        row = tuple((1 - share) * x + share * y for x, y in rows)
        found.append(Policy((*found[0].rows[:s], row, *found[0].rows[s + 1 :])))
    rank = {name: draw(st.integers(0, 2)) for name in NAMES[: len(found)]}
    pairs = [(p, q) for p in rank for q in rank if p != q]
    strict = tuple((p, q) for p, q in pairs if rank[p] > rank[q])
    ties = tuple((p, q) for p, q in pairs if rank[p] == rank[q] and p < q)
    named = dict(zip(NAMES, found, strict=False))
    return Wish("random", environment, named, strict, ties, draw(st.none() | discounts()))


def vectors(wish: Wish, code: str, discount: Fraction | None) -> Vectors:
    """What the formalism sees, from the definition of the kind."""
    masses = {}
    for name, policy in wish.policies.items():
        rows = tuple(tuple(constant(weight) for weight in row) for row in policy.rows)
        on = POINT if discount is None else Interval(discount, discount)
        masses[name] = step_masses(wish.environment, rows, None if discount is None else constant(discount), on)
    seen: dict[str, dict[Any, Ratio]] = {name: {**each.steps} for name, each in masses.items()}
    if code == "RRL":
        for name, each in masses.items():
            seen[name] |= each.choices
    keys = list(dict.fromkeys(key for row in seen.values() for key in row))
    return {name: [row.get(key, constant(0)).rational or Fraction(0) for key in keys] for name, row in seen.items()}


def prefixes(wish: Wish) -> Vectors:
    """The probabilities of all words of up to six steps, which are enough for so few nodes and policies."""
    found: dict[str, list[Fraction]] = {name: [] for name in wish.policies}
    layer = [(s, dict.fromkeys(wish.policies, weight)) for s, weight in wish.environment.start]
    for _ in range(6):
        following = []
        for s, likely in layer:
            for a, targets in enumerate(wish.environment.transitions[s]):
                taken = {name: x * wish.policies[name].rows[s][a] for name, x in likely.items()}
                if any(taken.values()):
                    following += [(t, {name: x * p for name, x in taken.items()}) for t, p in targets]
                    for name, x in taken.items():
                        found[name].append(x)
        layer = following
    return found


def refutes(made: Documents, wish: Wish) -> None:
    """The kernel accepts; not so if the wish is turned upside down, or a comparison is left out."""
    claim, certificate = made
    assert accepted(made)
    assert oracle.true(claim)
    turned = copy.deepcopy(claim)
    turned["wish"]["strict"] = [[worse, better] for better, worse in claim["wish"]["strict"]]
    assert check(turned, certificate).status == "REJECT"
    for i in range(len(claim["wish"]["strict"])):
        fewer = copy.deepcopy(claim)
        del fewer["wish"]["strict"][i]
        assert check(fewer, certificate).status == "REJECT"
    assert {name for pair in claim["wish"]["strict"] for name in pair} <= {*wish.policies}


@given(wishes(), st.sampled_from(["MR", "RRL"]), discounts())
@settings(max_examples=40, deadline=None)
def test_conflicts_of_masses(wish: Wish, code: str, discount: Fraction) -> None:
    asked = Wish(wish.name, wish.environment, wish.policies, wish.strict, wish.ties, discount)
    found = order(wish.strict, wish.ties, vectors(asked, code, discount))
    if isinstance(found, Conflict):
        refutes(by_masses(asked, code, [at_discount(discount, found)]), asked)


@given(wishes())
@settings(max_examples=30, deadline=None)
def test_conflicts_of_frequencies(wish: Wish) -> None:
    """A discount, if there is one, is none of LAR's business."""
    found = order(wish.strict, wish.ties, vectors(wish, "LAR", None))
    if isinstance(found, Conflict):
        made = by_frequencies(wish, found)
        assert "discount" not in made[0]["wish"]
        refutes(made, wish)


@given(wishes())
@settings(max_examples=30, deadline=None)
def test_conflicts_of_lotteries(wish: Wish) -> None:
    found = order(wish.strict, wish.ties, prefixes(wish))
    if isinstance(found, Conflict):
        refutes(by_lotteries(wish, found), wish)


@given(wishes())
@settings(max_examples=20, deadline=None)
def test_lotteries_that_do_not_cancel(wish: Wish) -> None:
    """Weights at random: the kernel sees what the words show."""
    assume(wish.strict)
    weights = tuple((better, worse, Fraction(1)) for better, worse in wish.strict)
    seen = prefixes(wish)
    total = [sum((seen[p][i] - seen[q][i] for p, q in wish.strict), Fraction(0)) for i in range(len(seen["p"]))]
    assert accepted(by_lotteries(wish, Conflict(weights, ()))) == (not any(total))


SAME = [("aa", "ab"), ("bb", "ba")]


@pytest.mark.parametrize("code", ["MR", "RRL"])
def test_any_discount_in_pieces(code: str) -> None:
    wish = rooms(SAME, [])
    half = Fraction(1, 2)
    conflict = (("aa", "ab", ONE + X), ("bb", "ba", ONE + X))
    ends = [Interval(Fraction(0), half, True, False), Interval(half, half), Interval(half, Fraction(1), False, False)]
    assert accepted(by_masses(wish, code, [Piece(on, conflict, ()) for on in ends]))
    assert not accepted(by_masses(wish, code, [Piece(on, conflict, ()) for on in ends[:2]]))
    at_half = at_discount(half, Conflict((("aa", "ab", half), ("bb", "ba", half)), ()))
    assert not accepted(by_masses(wish, code, [at_half]))


def test_pieces_that_meet_at_an_irrational_discount() -> None:
    wish = rooms([*SAME, ("aa", "ba"), ("bb", "ab")], [])
    where = constant(Fraction(1, 2)) - X * X

    def piece(sign: Ratio, weight: Ratio) -> Piece:
        strict = (("aa", "ab", ONE), ("bb", "ba", ONE), ("aa", "ba", weight), ("bb", "ab", weight))
        return Piece(DISCOUNTS, strict, (), sign)

    assert accepted(by_masses(wish, "MR", [piece(where, where), piece(-where, -where)]))
    assert accepted(by_masses(wish, "MR", [piece(-where, -where * (1 + X)), piece(where, where / (1 + X))]))
    assert not accepted(by_masses(wish, "MR", [piece(where, where), piece(-where, where)]))
    assert not accepted(by_masses(wish, "MR", [piece(where, where)]))
    assert not accepted(by_masses(wish, "MR", [piece(where, where), piece(where, where)]))


@pytest.mark.parametrize("code", ["RM", "INMR", "IMORL", "MR"])
def test_first_steps(code: str) -> None:
    """With discount 0, what is done later does not matter, and half of each counts as much as either."""
    found = rooms([], []).policies
    named = {"a": found["aa"], "b": found["bb"], "mixed": Policy((MIXED, found["aa"].rows[1]))}
    wish = Wish("first", turns(), named, (("mixed", "a"), ("mixed", "b")), (), Fraction(0))
    conflict = Conflict((("mixed", "a", Fraction(1)), ("mixed", "b", Fraction(1))), ())
    assert accepted(by_masses(wish, code, [at_discount(Fraction(0), conflict)]))


def test_what_ties_the_same_policies() -> None:
    wish = rooms([("aa", "ba")], [("bb", "ab")], Fraction(0))
    circle = [("aa", "ba"), ("bb", "ab")]
    assert accepted(indistinguishable_circle(wish, "OMO", [("aa", "ba"), ("bb", "ab")], [("bb", "ab")]))
    assert accepted(indistinguishable(wish, "OMO", "aa", "ab"))
    assert not accepted(indistinguishable(wish, "OMO", "aa", "ba"))
    assert not accepted(indistinguishable_circle(wish, "TLO", circle, circle[1:]))
    assert not accepted(indistinguishable(wish, "LAR", "aa", "ab"))
    claim, _ = indistinguishable_circle(wish, "OMO", circle, circle[1:])
    assert claim["wish"] == {"strict": [["aa", "ba"]], "ties": [["bb", "ab"]], "discount": "0"}
    with pytest.raises(ValueError, match="has none"):
        indistinguishable(rooms([("aa", "ba")], []), "OMO", "aa", "ba")


def test_policies_that_act_alike_where_they_go() -> None:
    stay = (((0, Fraction(1)),),) * 2
    island = Environment("island", ("here", "there"), ("a", "b"), ((0, Fraction(1)),), (stay, stay), {})
    named = {x + y: deterministic(island, ["ab".index(x), "ab".index(y)]) for x in "ab" for y in "ab"}
    wish = Wish("island", island, named, (("aa", "ab"),), ())
    for code in ("TLO", "LAR"):
        assert accepted(indistinguishable(wish, code, "aa", "ab"))
        assert not accepted(indistinguishable(wish, code, "aa", "ba"))
        assert accepted(indistinguishable_circle(wish, code, [("aa", "ba"), ("bb", "ab")]))


def test_three_levels() -> None:
    wish = rooms([("aa", "ab"), ("ab", "bb")], [])
    assert accepted(two_values(wish, ("aa", "ab", "bb")))
    mixed = {**wish.policies, "ab": Policy((MIXED, MIXED))}
    assert not accepted(two_values(Wish("mixed", turns(), mixed, wish.strict, ()), ("aa", "ab", "bb")))


def path(*names: str) -> Trajectory:
    return Trajectory(tuple("xy".index(s) for s in names[::2]), tuple("ab".index(a) for a in names[1::2]))


@pytest.mark.parametrize("end", [(), ("x",)])
@pytest.mark.parametrize("discount", [None, Fraction(1, 3)])
def test_trajectories(end: tuple[str, ...], discount: Fraction | None) -> None:
    paths = {x + y: path("x", x, "y", y, *end) for x in "ab" for y in "ab"}
    weights = tuple((better, worse, ONE) for better, worse in SAME)
    on = DISCOUNTS if discount is None else Interval(discount, discount)
    claim, certificate = of_trajectories(turns(), paths, [Piece(on, weights, ())], discount)
    assert claim["policies"]["trajectories"]["ab"] == ["x", "a", "y", "b", *end]
    assert accepted((claim, certificate))
    other = {**paths, "ab": path("x", "a", "y", "a", *end)}
    assert not accepted(of_trajectories(turns(), other, [Piece(on, weights, ())], discount))


@given(st.data(), discounts())
@settings(max_examples=30, deadline=None)
def test_conflicts_of_trajectories(data: st.DataObject, discount: Fraction) -> None:
    """In an environment with chances, ending with states or with actions."""
    everywhere = (((0, Fraction(1, 3)), (1, Fraction(2, 3))), ((1, Fraction(1)),))
    world = Environment("chances", ("x", "y"), ("a", "b"), ((0, Fraction(1)),), (everywhere, everywhere), {})
    drawn = data.draw(st.lists(st.lists(st.integers(0, 1), min_size=2, max_size=5), min_size=2, max_size=6))
    paths = {}
    for name, choices in zip(NAMES, drawn, strict=False):
        actions = tuple(choices[1::2])
        states = tuple(s or int(i > 0 and actions[i - 1] == 1) for i, s in enumerate(choices[::2]))
        paths[name] = Trajectory(states, actions)
    seen: dict[str, list[Fraction]] = {}
    for name, trajectory in paths.items():
        total = dict.fromkeys(world.steps, Fraction(0))
        for t, (s, a) in enumerate(zip(trajectory.states, trajectory.actions, strict=False)):
            known = trajectory.states[t + 1 : t + 2]
            for target, chance in ((known[0], Fraction(1)),) if known else world.transitions[s][a]:
                total[s, a, target] += discount**t * chance
        seen[name] = list(total.values())
    found = order(list(pairwise(paths)), [], seen)
    if isinstance(found, Conflict):
        made = of_trajectories(world, paths, [at_discount(discount, found)], discount)
        assert accepted(made)
        assert oracle.true(made[0])


def test_long_numbers() -> None:
    """Masses and weights that Python by itself would neither write nor read."""
    tiny, small = Fraction(1, 7**3000), Fraction(1, 3**6000)
    island = Environment("far", ("x", "y"), ("a", "b"), ((0, 1 - tiny), (1, tiny)), turns().transitions, {})
    policy = Policy(((small, 1 - small), (1 - small, small)))
    named = {"p": policy, "q": Policy(policy.rows), "half": Policy((MIXED, MIXED))}
    wish = Wish("far", island, named, (("p", "q"),), (), Fraction(1, 2))
    conflict = Conflict((("p", "q", tiny * small),), ())
    made = by_masses(wish, "MR", [at_discount(Fraction(1, 2), conflict)])
    assert len(made[1]["evidence"]["pieces"][0]["weights"][0][2]) > 4300
    assert accepted(made)
    assert accepted(by_lotteries(wish, conflict))
    assert accepted(indistinguishable(wish, "OMO", "p", "q"))
    assert not accepted(indistinguishable(wish, "OMO", "p", "half"))
