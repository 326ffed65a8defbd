"""The claim: what is refuted, read apart from all evidence, and said in words."""

import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from specl.kernel.arithmetic import POINT, Interval
from specl.kernel.chains import Environment, Rows, at, read_environment, read_rows
from specl.kernel.objectives import Objective, read_objective
from specl.kernel.reading import Node

DISCOUNTED = ("MR", "RM", "RRL", "INMR", "IMORL", "ONMR", "OMORL", "FOMR")
REFUTES = {
    "linear_dependence": ("MR", "RRL", "LAR", "FTR"), "indistinguishable": ("LAR", "TLO"), "two_values": ("LTL",),
    "limit": ("MR", "RM"), "level_set": ("ONMR",),
    "uncountable_chain": (*DISCOUNTED, "LAR", "LTL", "FTR", "FTLR", "FPR"),
}
SIDES = {"above": 1, "below": -1}
Piece = tuple[Interval, Rows, int]  # policies on an interval and, where it is claimed, on which side they are ranked

class Claim(NamedTuple):
    """Kinds about finitely many policies have rows and an ordering (best first), others a path and what is off it."""

    kind: str
    refuted: str
    objective: Objective
    words: str
    rows: Mapping[str, Rows] = {}
    ordering: Sequence[tuple[str, ...]] = ()
    path: Sequence[Piece] = ()
    off: Sequence[Piece] = ()

    def group(self, name: str) -> int:
        return next(i for i, group in enumerate(self.ordering) if name in group)

def covers(intervals: list[Interval]) -> bool:
    """Whether intervals, each starting where the one before ends, cover [0,1)."""
    if not intervals or intervals[0].low != 0 or not intervals[0].closed_low or intervals[-1].high != 1:
        return False
    return all(a.high == b.low and (a.closed_high or b.closed_low) for a, b in pairwise(intervals))

def _pieces(node: Node, environment: Environment, *side: str) -> list[Piece]:
    found = []
    for part in node.items():
        on, rows, *rank = part.fields("on", "rows", *side)
        interval = on.interval()
        number = SIDES[rank[0].one_of(SIDES, "above or below")] if rank else 0
        found.append((interval, read_rows(rows, environment, interval), number))
    return found

def _joined(path: Sequence[Piece]) -> bool:
    """Whether there is a piece, they are closed, and each starts where the one before ends, with the same policy."""
    return len(path) > 0 and all(on.closed_low and on.closed_high for on, _, _ in path) and all(
        a.high == b.low and at(rows, a.high) == at(others, b.low) for (a, rows, _), (b, others, _) in pairwise(path)
    )

def read_claim(node: Node) -> Claim:
    head, kind, refuted, *parts = node.fields("format", "kind", "refuted", "environment", "objective", "policies")
    head.one_of(("specl-claim/1",), "specl-claim/1")
    name = kind.one_of(REFUTES, "a kind of refutation")
    code = refuted.one_of(REFUTES[name], f"a formalism that {name} can refute")
    environment = read_environment(parts[0])
    claim = Claim(name, code, read_objective(parts[1], environment), "")
    if name == "limit":
        way, end = parts[2].fields("path", "end")
        on = Interval(Fraction(0), Fraction(1))
        claim = claim._replace(path=[(on, read_rows(way, environment, on), SIDES[end.one_of(SIDES, "above or below")])])
        does = f"ties the policies of the path for 0 < t ≤ 1 and ranks the one at t = 0 strictly {end.content} them"
    elif name == "level_set":
        way, outside = parts[2].fields("path", "off")
        claim = claim._replace(path=_pieces(way, environment), off=_pieces(outside, environment, "rank"))
        right = _joined(claim.path) and covers([on for on, _, _ in claim.off])
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
        rows = {policy: read_rows(part, environment, POINT) for policy, part in given.members().items()}
        claim = claim._replace(rows=rows, ordering=[part.names() for part in order.items()])
        ordered = sorted(policy for group in claim.ordering for policy in group)
        order.form(ordered == sorted(rows), "every policy is expected once")
        given.form(all(at(policy, POINT.low) == policy for policy in rows.values()), "constant policies are expected")
        does = "orders the policies " + " > ".join(" ~ ".join(group) for group in claim.ordering)
    s, a = environment.states, environment.actions
    words = [
        f"In this environment with {len(s)} state{'s'[:len(s) - 1]} and {len(a)} action{'s'[:len(a) - 1]}, no {code} "
        f"objective {'with any discount γ in [0,1) ' * (code in DISCOUNTED)}{does}, "
        f"as this {claim.objective.formalism} objective does.",
        *(f"  {part.path[6:]}: {json.dumps(part.content, ensure_ascii=False)}".replace('"', "") for part in parts),
        "  (In a policy [c0, c1, …] is the polynomial c0 + c1·x + …)",
        f"  Lemma: proofs/lemmas/{name}.md, not machine-checked.",
    ]
    return claim._replace(words="\n".join(words))
