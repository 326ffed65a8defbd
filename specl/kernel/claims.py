"""The claim: what is refuted, read apart from all evidence, and said in words."""

import json
from collections.abc import Container, Mapping, Sequence
from itertools import chain, pairwise
from typing import NamedTuple

from specl.kernel.arithmetic import DISCOUNTS, ONE, UNIT, ZERO, Interval, Ratio, X, spend
from specl.kernel.chains import Environment, Rows, at, read_environment, read_rows
from specl.kernel.objectives import Objective, read_objective
from specl.kernel.reading import Node

DISCOUNTED = ("MR", "RM", "RRL", "INMR", "IMORL", "ONMR", "OMORL", "FOMR")
REFUTES = {
    "linear_dependence": ("MR", "RRL", "LAR", "FTR"), "indistinguishable": ("LAR", "TLO"), "two_values": ("LTL",),
    "limit": ("MR", "RM"), "level_set": ("ONMR",),
    "uncountable_chain": (*DISCOUNTED, "LAR", "LTL", "FTR", "FTLR", "FPR"),
}
FIRST_STEP = ("RM", "INMR", "IMORL")  # with discount 0 their values are linear in the masses of the first step, as MR's
WISHES = {"linear_dependence": FIRST_STEP, "indistinguishable": ("OMO",), "two_values": ()}  # at a given discount
SIDES = {"above": 1, "below": -1}
Pair = tuple[str, str]
Piece = tuple[Interval, Rows, int]  # policies on an interval and, where it is claimed, on which side they are ranked

class Claim(NamedTuple):
    """Kinds about finitely many policies (rows), or trajectories (as discounted steps), have pairs (better, worse) and
    pairs that tie; if they are Y's, of all policies, best first. Others have a path, and what is off it."""

    kind: str
    refuted: str
    objective: Objective
    words: str = ""
    discounts: Interval = DISCOUNTS
    rows: Mapping[str, Rows] = {}
    trajectories: Mapping[str, dict[object, Ratio]] = {}
    strict: frozenset[Pair] = frozenset()
    ties: frozenset[Pair] = frozenset()
    ordering: Sequence[str] = ()
    path: Sequence[Piece] = ()
    off: Sequence[Piece] = ()

def covers(intervals: list[Interval], whole: Interval) -> bool:
    """Whether intervals, each starting where the one before ends, cover a whole one that is closed below."""
    before = whole._replace(high=whole.low, closed_high=False)
    after = whole._replace(low=whole.high, closed_low=not whole.closed_high)
    joints = pairwise([before, *intervals, after])
    return all(a.high == b.low and (a.closed_high or b.closed_low) for a, b in joints)

def _pieces(node: Node, environment: Environment, *side: str) -> list[Piece]:
    found = []
    for part in node.items():
        on, rows, *rank = part.fields("on", "rows", *side)
        side_of = [SIDES[part.one_of(SIDES, "above or below")] for part in rank]
        found.append((on.interval(), read_rows(rows, environment, on.interval()), sum(side_of)))
    return found

def _joined(path: Sequence[Piece]) -> bool:
    """Whether there is a piece, they are closed, and each starts where the one before ends, with the same policy."""
    return len(path) > 0 and all(on.closed_low and on.closed_high for on, _, _ in path) and all(
        a.high == b.low and at(rows, a.high) == at(others, b.low) for (a, rows, _), (b, others, _) in pairwise(path)
    )

def _trajectory(node: Node, environment: Environment) -> dict[object, Ratio]:
    """Σ γ^t·(step t) of s, a, s', a', …; where the last next state is open, each step counts with its probability."""
    parts, power = node.items(), ONE
    found: dict[object, Ratio] = {}
    for i in range(0, len(parts) - 1, 2):
        s, a, *to = (part.text() for part in parts[i:i + 3])
        targets = environment.targets.get(s, {}).get(a, {})
        taken = {t: ONE for t in to if t in targets} if to else targets
        parts[i].form(len(taken) > 0, "a step of positive probability is expected")
        found |= {(s, a, t): found.get((s, a, t), ZERO) + weight * power for t, weight in taken.items()}
        power *= X
    return found

def _pairs(node: Node, known: Container[str]) -> list[Pair]:
    parts = [part.tuple_of(2) for part in node.items()]
    return [(one.one_of(known, "a policy"), other.one_of(known, "a policy")) for one, other in parts]

def _wish(claim: Claim, wish: Node, policies: Node) -> tuple[Claim, str]:
    """Comparisons that no X objective makes, whatever its discount, or with a given one."""
    environment, code = claim.objective.environment, claim.refuted
    along = code == "MR" and "trajectories" in policies.members()
    given, = policies.fields("trajectories" if along else "rows")
    members = given.members()
    if along:
        claim = claim._replace(trajectories={name: _trajectory(part, environment) for name, part in members.items()})
    else:
        claim = claim._replace(rows={name: read_rows(part, environment) for name, part in members.items()})
    timed = code in WISHES[claim.kind] or (code in ("MR", "RRL") and "discount" in wish.members())
    above, level, *fixed = wish.fields("strict", "ties", *["discount"] * timed)
    strict, ties = _pairs(above, members), _pairs(level, members)
    does = "ranks " + ", ".join([f"{p} > {q}" for p, q in strict] + [f"{p} ~ {q}" for p, q in ties])
    for part in fixed:
        discount = part.discount()
        part.form(code not in FIRST_STEP or discount == 0, f"{code} is refuted so for the discount 0 alone")
        claim = claim._replace(discounts=Interval(discount, discount))
        does = f"with discount {part.content} {does}"
    return claim._replace(strict=frozenset(strict), ties=frozenset(ties) | {(q, p) for p, q in ties}), does

def read_claim(node: Node) -> Claim:
    wished = "wish" in node.members()
    wanted = "wish" if wished else "objective"
    head, kind, refuted, *parts = node.fields("format", "kind", "refuted", "environment", wanted, "policies")
    head.one_of(("specl-claim/1",), "specl-claim/1")
    name = kind.one_of(WISHES if wished else REFUTES, "a kind of refutation")
    code = refuted.one_of(REFUTES[name] + WISHES.get(name, ()) * wished, f"a formalism that {name} can refute")
    environment = read_environment(parts[0])
    claim = Claim(name, code, Objective(environment, "", {}, []) if wished else read_objective(parts[1], environment))
    if wished:
        claim, does = _wish(claim, parts[1], parts[2])
    elif name == "limit":
        way, end = parts[2].fields("path", "end")
        side = SIDES[end.one_of(SIDES, "above or below")]
        claim = claim._replace(path=[(UNIT, read_rows(way, environment, UNIT), side)])
        does = f"ties the policies of the path for 0 < t ≤ 1 and ranks the one at t = 0 strictly {end.content} them"
    elif name == "level_set":
        way, outside = parts[2].fields("path", "off")
        claim = claim._replace(path=_pieces(way, environment), off=_pieces(outside, environment, "rank"))
        right = _joined(claim.path) and covers([on for on, _, _ in claim.off], DISCOUNTS)
        parts[2].form(right, "a path of joined pieces, and policies off it for all γ in [0,1), are expected")
        does = "ties the policies of the path and ranks the one off it that is given for its γ as stated"
    elif name == "uncountable_chain":
        span, low, high = parts[2].fields("on", "low", "high")
        on = span.interval()
        span.form(on.low < on.high, "the interval is a point")
        claim = claim._replace(path=[(on, read_rows(part, environment, on), 0) for part in (low, high)])
        does = f"ranks low(p) below high(p), and high(p) below low(q), for all p < q in {span.content}"
    else:
        given, order = parts[2].fields("rows", "ordering")
        rows = {policy: read_rows(part, environment) for policy, part in given.members().items()}
        groups = [part.names() for part in order.items()]
        order.form(sorted(chain(*groups)) == sorted(rows), "every policy is expected once")
        spend(len(rows) ** 2)
        strict = frozenset((p, q) for i, group in enumerate(groups) for p in group for q in chain(*groups[i + 1:]))
        ties = frozenset((p, q) for group in groups for p in group for q in group)
        claim = claim._replace(rows=rows, ordering=[*chain(*groups)], strict=strict, ties=ties)
        does = "orders the policies " + " > ".join(" ~ ".join(group) for group in groups)
    s, a = environment.states, environment.actions
    free = "with any discount γ in [0,1) " * (code in DISCOUNTED and claim.discounts == DISCOUNTS)
    words = [
        f"In this environment with {len(s)} state{'s'[:len(s) - 1]} and {len(a)} action{'s'[:len(a) - 1]}, no {code} "
        f"objective {free}{does}{'' if wished else f', as this {claim.objective.formalism} objective does'}.",
        *(f"  {part.path[6:]}: {json.dumps(part.content, ensure_ascii=False)}".replace('"', "") for part in parts),
        "  (In a policy [c0, c1, …] is the polynomial c0 + c1·x + …)",
        f"  Lemma: proofs/lemmas/{name}.md, not machine-checked.",
    ]
    return claim._replace(words="\n".join(words))
