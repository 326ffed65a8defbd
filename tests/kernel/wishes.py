"""Claims that formalisms cannot grant a wish, with their certificates."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from specl.kernel.arithmetic import Ratio, X
from tests.kernel.evidence import Pair, certificate, read, visits
from tests.kernel.witnesses import CHOICE, LEAVE, THREE, TURNS, UNREACHED, deterministic, environment, mix

Json = Any
Pairs = Sequence[tuple[str, str]]
COIN = environment({"s": "1"}, {"s toss": {"h": "1/2", "t": "1/2"}, "h toss": "h", "t toss": "t"})


def claim(
    kind: str, code: str, place: Json, strict: Pairs, ties: Pairs, policies: Json, discount: str | None = None
) -> Json:
    wish: Json = {"strict": [list(pair) for pair in strict], "ties": [list(pair) for pair in ties]}
    return {
        "format": "specl-claim/1", "kind": kind, "refuted": code, "environment": place,
        "wish": wish if discount is None else {**wish, "discount": discount}, "policies": policies,
    }


def rows(policies: Mapping[str, Json]) -> Json:
    return {"rows": dict(policies)}


def measures(claim: Json, names: Sequence[str], discount: Ratio | None) -> Json:
    plain = read(claim)
    return {name: visits(plain, plain.rows[name], discount) for name in names}


def turns(code: str, pieces: Sequence[tuple[str, Ratio]], discount: str | None = None) -> Pair:
    """Same action in both rooms above different ones, for (interval, discount as a value on it)."""
    order: tuple[Pairs, Pairs] = [("aa", "ab")], [("aa", "bb"), ("ab", "ba")]
    made = claim("linear_dependence", code, TURNS, *order, rows(deterministic(TURNS)), discount)
    weights = [["aa", "ab", "2"], ["aa", "bb", "-1"], ["ba", "ab", "-1"]]
    names = ["aa", "ab", "bb", "ba"]
    parts = [{"on": on, "weights": weights, "measures": measures(made, names, value)} for on, value in pieces]
    return certificate(made, {"pieces": parts})


def meeting() -> Pair:
    """Two pieces that share [0,1), the one where 1/2 − γ² ≥ 0, the other where it is ≤ 0."""
    strict = [("aa", "ab"), ("bb", "ba"), ("aa", "ba"), ("bb", "ab")]
    made = claim("linear_dependence", "MR", TURNS, strict, [], rows(deterministic(TURNS)))
    parts = []
    for where in (["1/2", "0", "-1"], ["-1/2", "0", "1"]):
        weights = [["aa", "ab", "1"], ["bb", "ba", "1"], ["aa", "ba", where], ["bb", "ab", where]]
        shown = measures(made, ["aa", "ab", "bb", "ba"], X)
        parts.append({"on": "[0,1)", "where": where, "weights": weights, "measures": shown})
    return certificate(made, {"pieces": parts})


def frequencies() -> Pair:
    rest = {"A": {"a": "1"}, "B": {"a": "1"}, "C": {"a": "1"}}
    policies = {f"p{q}": {"s": mix("a", "b", q), **rest} for q in ("0", "1/2", "1")}
    made = claim("linear_dependence", "LAR", THREE, [("p1", "p1/2")], [("p1", "p0")], rows(policies))
    weights = [["p1", "p1/2", "1"], ["p0", "p1", "1/2"]]
    return certificate(made, {"weights": weights, "measures": measures(made, list(policies), None)})


def lotteries() -> Pair:
    policies = {f"p{q}": {"s": mix("a", "b", q), "t": mix("a", "b", "1/3")} for q in ("0", "1/2", "1")}
    made = claim("linear_dependence", "FTR", CHOICE, [("p1", "p1/2"), ("p0", "p1/2")], [], rows(policies))
    return certificate(made, {"weights": [["p1", "p1/2", "1/2"], ["p0", "p1/2", "1/2"]]})


def first_step(code: str) -> Pair:
    """With discount 0 only the choice at s counts; later the policies differ."""
    policies = {f"p{q}": {"s": mix("stay", "leave", q), "t": mix("stay", "leave", q)} for q in ("0", "1/2", "1")}
    strict = [("p1/2", "p0"), ("p1/2", "p1")]
    made = claim("linear_dependence", code, LEAVE, strict, [], rows(policies), "0")
    shown = measures(made, list(policies), Ratio.of(0))
    weights = [["p1/2", "p0", "1"], ["p1/2", "p1", "1"]]
    return certificate(made, {"pieces": [{"on": "[0,0]", "weights": weights, "measures": shown}]})


def trajectories(made: Json, *weights: list[Json]) -> Pair:
    on = f"[{made['wish']['discount']},{made['wish']['discount']}]" if "discount" in made["wish"] else "[0,1)"
    return certificate(made, {"pieces": [{"on": on, "weights": list(weights)}]})


def rooms() -> Pair:
    """Every trajectory of two steps has its own two steps, whatever the discount."""
    paths = {x + y: ["x", x, "y", y, "x"] for x in "ab" for y in "ab"}
    strict = [("aa", "ab"), ("bb", "ba")]
    made = claim("linear_dependence", "MR", TURNS, strict, [], {"trajectories": paths})
    return trajectories(made, ["aa", "ab", ["1", "1"]], ["bb", "ba", ["1", "1"]])


def tosses(discount: str | None) -> Pair:
    """A toss that is open is worth as much as the mean of heads and tails."""
    paths = {"open": ["s", "toss"], "heads": ["s", "toss", "h"], "tails": ["s", "toss", "t"]}
    order: tuple[Pairs, Pairs] = [("heads", "open")], [("tails", "open")]
    made = claim("linear_dependence", "MR", COIN, *order, {"trajectories": paths}, discount)
    return trajectories(made, ["heads", "open", "1/2"], ["open", "tails", "-1/2"])


def longer(discount: str) -> Pair:
    """(1 + d)·(x toss h toss h − …): the second step counts d times; only at the discount is the conflict there."""
    d = Fraction(discount)
    paths = {"twice": ["h", "toss", "h", "toss", "h"], "once": ["h", "toss", "h"], "never": ["h"]}
    strict = [("once", "twice"), ("once", "never")]
    made = claim("linear_dependence", "MR", COIN, strict, [], {"trajectories": paths}, discount)
    return trajectories(made, ["once", "twice", "1"], ["once", "never", str(d)])


def average() -> Pair:
    policies = {a: {"s": {a: "1"}, "t": {"a": "1"}} for a in "ab"}
    made = claim("indistinguishable", "LAR", CHOICE, [("a", "b")], [], rows(policies))
    return certificate(made, {"circle": ["a", "b"], "measures": measures(made, ["a", "b"], None)})


def circle(code: str, discount: str | None = None) -> Pair:
    """p > q ~ r > s where q and its twin, and p and s, differ only where nobody comes, or only after the first step."""
    place = UNREACHED if code == "TLO" else CHOICE
    policies = {x + y: {"s": {x: "1"}, "t": {y: "1"}} for x in "ab" for y in "ab"}
    made = claim("indistinguishable", code, place, [("aa", "ba")], [("ab", "bb")], rows(policies), discount)
    evidence: Json = {"circle": ["aa", "ba", "bb", "ab"]}
    if discount is not None:
        evidence["measures"] = measures(made, ["aa", "ba", "bb", "ab"], Ratio.of(Fraction(discount)))
    return certificate(made, evidence)


def levels() -> Pair:
    policies = {a: {"s": {a: "1"}, "A": {"a": "1"}, "B": {"a": "1"}, "C": {"a": "1"}} for a in "abc"}
    made = claim("two_values", "LTL", THREE, [("a", "b"), ("b", "c")], [], rows(policies))
    return certificate(made, {"policies": ["a", "b", "c"]})


HALF = Ratio.of(Fraction(1, 2))
WISHES: dict[str, Callable[[], Pair]] = {
    "wish_mr": lambda: turns("MR", [("[0,1)", X)]),
    "wish_rrl": lambda: turns("RRL", [("[0,1/2)", X), ("[1/2,1/2]", HALF), ("(1/2,1)", X)]),
    "wish_mr_discount": lambda: turns("MR", [("[9/10,9/10]", Ratio.of(Fraction(9, 10)))], "9/10"),
    "wish_rrl_discount": lambda: turns("RRL", [("[1/2,1/2]", HALF)], "1/2"),
    "wish_where": meeting,
    "wish_lar": frequencies,
    "wish_ftr": lotteries,
    "wish_rm_first_step": lambda: first_step("RM"),
    "wish_inmr_first_step": lambda: first_step("INMR"),
    "wish_trajectories": rooms,
    "wish_trajectories_open": lambda: tosses(None),
    "wish_trajectories_discount": lambda: tosses("1/3"),
    "wish_trajectories_longer": lambda: longer("1/2"),
    "wish_lar_alike": average,
    "wish_tlo": lambda: circle("TLO"),
    "wish_omo": lambda: circle("OMO", "0"),
    "wish_ltl": levels,
}
