"""A linear functional takes on a path every value between those at its ends, so a function of it ties what is between.

The objective ties a path of policies. Under any discounted reward a policy whose occupancy measure is a mixture of
those of the path's ends is worth as much as some policy of the path, so every f must rank it with the path; here it is
ranked apart.
"""

from collections.abc import Mapping
from fractions import Fraction

from specl.language.document import NamedPolicy
from specl.model.environment import Step
from specl.obstructions.claims.failure import NoCertificate
from specl.obstructions.claims.question import (
    Answer,
    Question,
    constant_rows,
    family_rows,
    one_parameter,
    rows_at,
    rows_json,
)
from specl.obstructions.exact.chain import Rows
from specl.obstructions.exact.interval import DISCOUNTS, Interval
from specl.obstructions.exact.ranks import Keys, Ranked, order, step_masses
from specl.obstructions.exact.ratio import ONE, ZERO, Json, Ratio, X

REFUTES = ("ONMR",)
NEEDS = ("path", "off")


def search(question: Question) -> Answer:
    """Rank the pieces of the path over ℚ(t), and what is off it over ℚ(γ); solve for the share of each end."""
    pieces = _pieces(question)
    ranks = [question.rank(rows, on) for on, rows in pieces]
    level = _level(ranks)
    first, last = (
        rows_at(pieces[0][1], pieces[0][0].low),
        rows_at(pieces[-1][1], pieces[-1][0].high),
    )
    off = _off(question)
    found = [_beside(question, first, last, off, on, level) for on in (DISCOUNTS,)]
    path = [{"on": str(on), "rows": rows_json(question.environment, rows)} for on, rows in pieces]
    policies = {"path": path, "off": [claimed for claimed, _ in found]}
    return Answer(policies, {"path": [each.json for each in ranks], "off": [evidence for _, evidence in found]})


def _pieces(question: Question) -> list[tuple[Interval, Rows]]:
    """The families of the path, one after the other: the k-th on [k, k+1]."""
    found: list[tuple[Interval, Rows]] = []
    path = question.refutation.path
    for k, named in enumerate(path):
        on = Interval(Fraction(k), Fraction(k + 1))
        parameter = one_parameter(named, question.refutation.at)
        rows = family_rows(named.family, {parameter: X - k}, on, named.name)
        if found and rows_at(found[-1][1], on.low) != rows_at(rows, on.low):
            raise NoCertificate(f"{path[k - 1].name}(1) and {named.name}(0) are different policies: the path is broken")
        found.append((on, rows))
    return found


def _level(ranks: list[Ranked]) -> Keys:
    level = ranks[0].keys
    for ranked in ranks:
        if ranked.keys != level or any(key.rational is None for key in ranked.keys):
            raise NoCertificate("the objective does not tie the policies of the path")
    return level


def _off(question: Question) -> Rows:
    off = question.refutation.off
    if isinstance(off, NamedPolicy):
        return constant_rows(off)
    assert off is not None  # it is among what a level set needs
    return family_rows(off.family, {one_parameter(off, question.refutation.at): X}, DISCOUNTS, off.name)


def _beside(question: Question, first: Rows, last: Rows, off: Rows, on: Interval, level: Keys) -> tuple[Json, Json]:
    masses = {
        name: step_masses(question.environment, rows, X, on)
        for name, rows in (("first", first), ("last", last), ("off", off))
    }
    share = _share(*(masses[name].steps for name in ("first", "last", "off")))
    if share.has_pole(on) or -1 in share.signs(on) | (ONE - share).signs(on):
        raise NoCertificate("for some discount the policy off the path is not between the ends of the path")
    ranked = question.rank(off, on)
    side = order(ranked.keys, level, on)
    if side == 0:
        raise NoCertificate("the objective ranks the policy off the path with the path")
    claimed = {
        "on": str(on),
        "rows": rows_json(question.environment, off),
        "rank": "above" if side > 0 else "below",
    }
    evidence = {
        "ranks": ranked.json,
        "share": share.json(),
        "measures": {name: each.measure.json for name, each in masses.items()},
    }
    return claimed, evidence


def _share(*masses: Mapping[Step, Ratio]) -> Ratio:
    """The share of the first end in (first, last, off), from a step of which the ends have different masses."""
    steps = sorted({step for mass in masses for step in mass})
    rows = [tuple(mass.get(step, ZERO) for mass in masses) for step in steps]
    share = next(((here - b) / (a - b) for a, b, here in rows if a != b), ONE)
    if any(here != share * a + (ONE - share) * b for a, b, here in rows):
        raise NoCertificate("the occupancy measure off the path is no mixture of those at the ends of the path")
    return share
