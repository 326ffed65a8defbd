"""Paths of policies that an objective ties, and policies between their ends that it does not: beyond outer functions.

The search draws an environment, an objective and a policy A in it, and goes from there along one or two curves on
which the value stays the same (`specl.separation.level_curves`), in planes of two entries of the policy; so the path
is a rational function of its parameter and its end B is rational. Of the occupancy measures of A and B it takes a
simple mixture, for all discounts γ at once, and reads the policy D off it: D(a|s) = m(s,a)/m(s), a rational function
of γ. It is kept where D is ranked strictly above the path for every γ ∈ [0, 1), or strictly below. Missed are values
and curves of higher degree, mixtures whose shares depend on γ, policies that are above for some γ and below for
others, and paths that take long to write down.
"""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from random import Random

from specl.model.environment import Environment
from specl.model.policy import Policy
from specl.obstructions.claims.failure import NoCertificate
from specl.obstructions.exact.chain import Rows
from specl.obstructions.exact.interval import DISCOUNTS, UNIT
from specl.obstructions.exact.ranks import order, step_masses
from specl.obstructions.exact.ratio import ZERO, Ratio, X, constant
from specl.separation import draws, ranking, skeletons
from specl.separation.families import family, length, member
from specl.separation.level_curves import curves, plane
from specl.separation.proposal import Proposal, Shape
from specl.separation.ranking import Ranking

EXPRESSING: Mapping[str, tuple[str, ...]] = {"ONMR": ("FPR", "LAR", "LTL", "RM", "RRL", "TLO")}
SMALLEST = Shape(1, 2, 0)

SHARES = tuple(Fraction(*pair) for pair in ((1, 2), (1, 2), (1, 2), (1, 3), (2, 3), (1, 4), (3, 4)))
"""Of the first end in the mixture."""

_STARTS = 4
"""As many policies A are tried for one objective."""

_SIMPLER = 32
"""As many are tried where one of them serves, so that a simple one can be chosen."""

_LONGEST = 400
"""As many characters a piece of a path may have; the policy off it twice as many."""

Found = tuple[tuple[Rows, ...], Rows]
"""The pieces of a path, as functions of t, and the policy off it, as functions of γ."""


def propose(refuted: str, expressing: str, shape: Shape, random: Random) -> Iterator[Proposal | None]:
    """A level path, and a policy off it whose occupancy measure is between those of its ends for every discount."""
    while shape.states * (shape.actions - 1) > 1:  # with one free entry, what is between the ends is on the path
        environment = skeletons.draw(shape.states, shape.actions, random)
        yield from _drawn(refuted, ranking.draw(expressing, environment, random), random)


def again(proposal: Proposal, random: Random) -> Iterator[Proposal | None]:
    """Other paths in the same environment, for the same objective."""
    wanted = ranking.ranking(proposal.environment, proposal.code, proposal.objective)
    while True:
        yield from _drawn(proposal.refuted, wanted, random)


def _drawn(refuted: str, wanted: Ranking, random: Random) -> Iterator[Proposal | None]:
    """None for a few policies from which it goes on in vain; or the simplest proposal of many."""
    found: list[Found] = []
    tries = 0
    while tries < (_SIMPLER if found else _STARTS):
        tries += 1
        found += _found(wanted, random)
        yield None
    if found:
        pieces, off = min(found, key=_length)
        names = ("path",) if len(pieces) == 1 else tuple(f"path{k}" for k in range(1, len(pieces) + 1))
        path = {name: family("t", rows) for name, rows in zip(names, pieces, strict=True)}
        fixed = all(weight.rational is not None for row in off for weight in row)
        beside = {"off": member(off, Fraction(0)) if fixed else family("g", off)}
        yield wanted.proposal("level_set", refuted, path=path, off=beside)


def _found(wanted: Ranking, random: Random) -> Iterator[Found]:
    """From one policy, at most one."""
    first = draws.mixed_policy(wanted.environment, random)
    pieces = _path(wanted, first, random)
    if pieces:
        off = _between(wanted, first, member(pieces[-1], Fraction(1)), random)
        if off is not None:
            yield tuple(pieces), off


def _length(found: Found) -> int:
    return length(found[1]) + sum(map(length, found[0]))


def _path(wanted: Ranking, first: Policy, random: Random) -> list[Rows]:
    """One piece or two, all of them level; none where there is no such path."""
    level = wanted.at(first)
    found: list[Rows] = []
    here = first
    for _ in range(random.choice((1, 1, 2)) if level else 0):
        of = plane(here, random)
        drawn = curves(wanted.code, wanted.objective, wanted.environment, here, of, random) if of else ()
        piece = next((rows for rows in drawn if wanted.along(rows, UNIT) == tuple(map(constant, level or ()))), None)
        if piece is None or length(piece) > _LONGEST:
            break
        found.append(piece)
        here = member(piece, Fraction(1))
    return found


def _between(wanted: Ranking, first: Policy, last: Policy, random: Random) -> Rows | None:
    """A policy that has a mixture of the occupancy measures of two others, and another rank; for every discount."""
    rows = _mixture(wanted.environment, first, last, random.choice(SHARES))
    if length(rows) > 2 * _LONGEST:
        return None
    if any(weight.has_pole(UNIT) for row in rows for weight in row):  # with 1, since a family is defined there too
        return None
    level = wanted.at(first)
    if level is None or wanted.at(member(rows, Fraction(0))) == level:
        return None
    ranks = wanted.along(rows, DISCOUNTS)
    try:
        apart = ranks is not None and order(ranks, tuple(map(constant, level)), DISCOUNTS)
    except NoCertificate:
        return None
    return rows if apart else None


def _mixture(environment: Environment, first: Policy, last: Policy, share: Fraction) -> Rows:
    """D(a|s) = m(s, a)/m(s) for the mixture m of two occupancy measures, as functions of the discount."""
    masses: dict[tuple[int, int], Ratio] = {}
    for policy, part in ((first, share), (last, 1 - share)):
        steps = step_masses(environment, ranking.constant_rows(policy), X, DISCOUNTS).steps
        for (s, a, _), mass in steps.items():
            masses[s, a] = masses.get((s, a), ZERO) + part * mass
    rows = []
    for s, row in enumerate(first.rows):
        own = [masses.get((s, a), ZERO) for a in range(len(row))]
        total = sum(own, ZERO)
        rows.append(tuple(map(constant, row)) if total.is_zero() else tuple(mass / total for mass in own))
    return tuple(rows)
