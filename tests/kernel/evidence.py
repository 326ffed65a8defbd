"""Evidence for a claim of each kind, found by elimination over ℚ(x)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from specl.kernel import chains, claims
from specl.kernel.arithmetic import DISCOUNTS, ONE, ZERO, Ratio, X
from specl.kernel.reading import Node

Json = Any
Matrix = list[list[Ratio]]


@dataclass(frozen=True)
class Pair:
    """A claim and a certificate for it."""

    claim: Json
    certificate: Json


def text(number: Fraction | int | str) -> str:
    return str(Fraction(number))


def value(x: Ratio) -> Json:
    if x.den == ONE.num and len(x.num) <= 1:
        return text(sum(x.num, Fraction(0)))
    num = [text(c) for c in x.num]
    return num if x.den == ONE.num else {"num": num, "den": [text(c) for c in x.den]}


def solve(columns: Matrix, right: list[Ratio]) -> list[Ratio]:
    """Some x with Σ x_i·columns[i] = right, free variables 0, by Gauss–Jordan elimination."""
    rows = [[column[i] for column in columns] + [right[i]] for i in range(len(right))]
    pivots: list[int] = []
    for j in range(len(columns)):
        found = next((i for i in range(len(pivots), len(rows)) if rows[i][j] != ZERO), None)
        if found is None:
            continue
        top = len(pivots)
        rows[top], rows[found] = rows[found], rows[top]
        rows[top] = [x / rows[top][j] for x in rows[top]]
        for i, row in enumerate(rows):
            if i != top and row[j] != ZERO:
                rows[i] = [x - row[j] * y for x, y in zip(row, rows[top], strict=True)]
        pivots.append(j)
    if any(row[-1] != ZERO for row in rows[len(pivots):]):
        raise ValueError("the system has no solution")
    solution = [ZERO] * len(columns)
    for row, j in zip(rows, pivots, strict=False):
        solution[j] = row[-1]
    return solution


def measure(chain: list[chains.Place], discount: Ratio | None) -> Json:
    size, start = len(chain), [place.start for place in chain]
    unit = [[ONE if i == j else ZERO for j in range(size)] for i in range(size)]
    moved = [[ZERO] * size for _ in range(size)]
    for row, place in zip(moved, chain, strict=True):
        for move in place.moves:
            row[move.target] += move.probability
    if discount is not None:
        columns = [[e - discount * m for e, m in zip(*rows, strict=True)] for rows in zip(unit, moved, strict=True)]
        return {"visits": [value(x) for x in solve(columns, start)]}
    still = [[e - m for e, m in zip(*rows, strict=True)] for rows in zip(unit, moved, strict=True)]
    columns = [e + s for e, s in zip(unit, still, strict=True)] + [s + [ZERO] * size for s in still]
    found = [value(x) for x in solve(columns, start + [ZERO] * size)]
    return {"frequency": found[:size], "deviation": found[size:]}


def ranks(claim: claims.Claim, rows: chains.Rows) -> Json:
    return {
        name: measure(chains.explore(claim.objective.environment, rows, f.initial, f.move), f.discount)
        for name, f in claim.objective.features.items()
    }


def visits(claim: claims.Claim, rows: chains.Rows, discount: Ratio | None) -> Json:
    return measure(chains.explore(claim.objective.environment, rows), discount)


def features(claim: claims.Claim, rows: chains.Rows, discount: Ratio | None) -> dict[object, Ratio]:
    """The features of MR, LAR and RRL, here again from the definition."""
    chain = chains.explore(claim.objective.environment, rows)
    evidence = Node(measure(chain, discount), "")
    found: dict[object, Ratio] = {}
    for x, place in chains.measure(chain, discount, evidence, DISCOUNTS):
        parts: list[tuple[object, Ratio]] = [(move.step, move.probability) for move in place.moves]
        for key, weight in parts + [(str(rows[place.state]), ONE)] * (claim.refuted == "RRL"):
            found[key] = found.get(key, ZERO) + x * weight
    return found


def read(claim: Json) -> claims.Claim:
    return claims.read_claim(Node(claim, "claim"))


def certificate(claim: Json, evidence: Json) -> Pair:
    return Pair(claim, {"format": "specl-certificate/1", "kind": claim["kind"], "evidence": evidence})


def finite(claim: Json) -> Json:
    plain = read(claim)
    return {name: ranks(plain, rows) for name, rows in plain.rows.items()}


def linear_dependence(
    claim: Json, strict: tuple[str, str], ties: Iterable[tuple[str, str]], pieces: Iterable[str] = ("[0,1)",)
) -> Pair:
    """For MR, RRL, LAR: weight 1 on the strict pair, those of the ties by elimination, the same for all pieces."""
    plain, discount = read(claim), None if claim["refuted"] == "LAR" else X
    table = {name: features(plain, rows, discount) for name, rows in plain.rows.items()}
    keys = sorted({key for row in table.values() for key in row}, key=str)

    def difference(pair: tuple[str, str]) -> list[Ratio]:
        return [table[pair[0]].get(key, ZERO) - table[pair[1]].get(key, ZERO) for key in keys]

    pairs = list(ties)
    found = solve([difference(pair) for pair in pairs], [-x for x in difference(strict)])
    weights = [[*strict, "1"]] + [[*pair, value(x)] for pair, x in zip(pairs, found, strict=True) if x != ZERO]
    names = {name for better, worse, _ in weights for name in (better, worse)}
    part = {"weights": weights, "measures": {n: visits(plain, plain.rows[n], discount) for n in sorted(names)}}
    if discount is None:
        return certificate(claim, {"ranks": finite(claim), **part})
    return certificate(claim, {"ranks": finite(claim), "pieces": [{"on": on, **part} for on in pieces]})


def lotteries(claim: Json, weights: list[tuple[str, str, str]]) -> Pair:
    """For FTR."""
    return certificate(claim, {"ranks": finite(claim), "weights": [list(entry) for entry in weights]})


def indistinguishable(claim: Json, pair: tuple[str, str]) -> Pair:
    plain = read(claim)
    evidence = {"ranks": finite(claim), "pair": list(pair)}
    if claim["refuted"] == "LAR":
        evidence["measures"] = {name: visits(plain, plain.rows[name], None) for name in pair}
    return certificate(claim, evidence)


def two_values(claim: Json, names: tuple[str, str, str]) -> Pair:
    return certificate(claim, {"ranks": finite(claim), "policies": list(names)})


def limit(claim: Json) -> Pair:
    plain = read(claim)
    path = plain.path[0][1]
    return certificate(claim, {"along": ranks(plain, path), "end": ranks(plain, chains.at(path, Fraction(0)))})


def level_set(claim: Json, shares: list[Json]) -> Pair:
    plain = read(claim)
    first = chains.at(plain.path[0][1], plain.path[0][0].low)
    last = chains.at(plain.path[-1][1], plain.path[-1][0].high)
    off = [
        {
            "ranks": ranks(plain, rows),
            "share": share,
            "measures": {
                name: visits(plain, policy, X) for name, policy in (("first", first), ("last", last), ("off", rows))
            },
        }
        for (_, rows, _), share in zip(plain.off, shares, strict=True)
    ]
    return certificate(claim, {"path": [ranks(plain, rows) for _, rows, _ in plain.path], "off": off})


def uncountable_chain(claim: Json) -> Pair:
    plain = read(claim)
    return certificate(claim, {"low": ranks(plain, plain.path[0][1]), "high": ranks(plain, plain.path[1][1])})
