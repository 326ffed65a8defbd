"""Claims with their certificates: the 18 basic refutations and a few more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from tests.kernel.evidence import (
    Pair,
    indistinguishable,
    level_set,
    limit,
    linear_dependence,
    lotteries,
    text,
    two_values,
    uncountable_chain,
)

Json = Any


def environment(start: Mapping[str, str], table: Mapping[str, str | Mapping[str, str]]) -> Json:
    """From {"s a": "s'"} or {"s a": {"s'": probability}}."""
    names = [key.split(" ") for key in table]
    states, actions = list(dict.fromkeys(s for s, _ in names)), list(dict.fromkeys(a for _, a in names))
    cells = {key: {to: "1"} if isinstance(to, str) else dict(to) for key, to in table.items()}
    return {
        "states": states,
        "actions": actions,
        "start": dict(start),
        "transitions": {s: {a: cells[f"{s} {a}"] for a in actions} for s in states},
    }


CHOICE = environment({"s": "1"}, {"s a": "t", "s b": "t", "t a": "t", "t b": "t"})
TURNS = environment({"x": "1"}, {"x a": "y", "x b": "y", "y a": "x", "y b": "x"})
LEAVE = environment({"s": "1"}, {"s stay": "s", "s leave": "t", "t stay": "t", "t leave": "t"})
EITHER = environment({"s": "1/2", "t": "1/2"}, {"s stay": "s", "s leave": "t", "t stay": "t", "t leave": "t"})
THREE = environment(
    {"s": "1"}, {f"{s} {a}": (a.upper() if s == "s" else s) for s in ("s", "A", "B", "C") for a in ("a", "b", "c")}
)
UNREACHED = environment({"s": "1"}, {"s a": "s", "s b": "s", "t a": "s", "t b": "s"})
COPIES = environment(
    {"s": "1/2", "u": "1/2"},
    {f"{x} {a}": y if a == "step" or x in "tv" else x for x, y in ("st", "ts", "uv", "vu") for a in ("stay", "step")},
)
BOTH = environment(
    {"x": "1/2", "y": "1/2"}, {f"{s} {a}": "e" for s in ("x", "y", "e") for a in ("a", "b")}
)


def mix(action: str, other: str, weight: Json, rest: Json = None) -> Json:
    """A row: weight on the action, the rest on the other one."""
    return {action: weight, other: text(1 - Fraction(weight)) if rest is None else rest}


def steps(place: Json, *actions: str) -> list[list[str]]:
    """All steps "state action" of an environment, as lists."""
    return [
        [s, a, to]
        for s, row in place["transitions"].items() for a, cell in row.items() for to in cell
        if f"{s} {a}" in actions
    ]


def rewards(place: Json, amounts: Mapping[str, str]) -> list[list[str]]:
    return [[*step, amount] for key, amount in amounts.items() for step in steps(place, key)]


def claim(kind: str, refuted: str, place: Json, objective: Json, policies: Json) -> Json:
    return {
        "format": "specl-claim/1", "kind": kind, "refuted": refuted,
        "environment": place, "objective": objective, "policies": policies,
    }


DISTANCE = ["abs", ["-", ["var", "a"], "1/2"]]
SAME = ["or", ["and", ["atom", "a"], ["X", ["atom", "a"]]], ["and", ["atom", "b"], ["X", ["atom", "b"]]]]


def same_ltl() -> Json:
    atoms = {a: steps(TURNS, f"x {a}", f"y {a}") for a in "ab"}
    return {"formalism": "LTL", "atoms": atoms, "formula": SAME}


def same_machine() -> Json:
    edges = [["u", "x", a, "y", f"saw {a}", "0"] for a in "ab"]
    edges += [[f"saw {a}", "y", b, "x", "done", "1" if a == b else "0"] for a in "ab" for b in "ab"]
    states = ["u", "saw a", "saw b", "done"]
    return {"formalism": "RM", "states": states, "start": "u", "edges": edges, "discount": "1/2"}


def far_from_half(place: Json, *heads: tuple[str, str], centre: str) -> Json:
    return {
        "formalism": "ONMR", "discount": "1/2", "reward": rewards(place, dict(heads)),
        "value": ["abs", ["-", ["var", "J"], centre]],
    }


def deterministic(place: Json) -> Json:
    return {x + y: {"x": {x: "1"}, "y": {y: "1"}} for x in "ab" for y in "ab"}


def ftr(objective: Json) -> Pair:
    rows = {f"p{q}": {"s": mix("a", "b", q), "t": {"a": "1"}} for q in ("0", "1/2", "1")}
    policies = {"rows": rows, "ordering": [["p1", "p0"], ["p1/2"]]}
    return lotteries(
        claim("linear_dependence", "FTR", CHOICE, objective, policies), [("p1", "p1/2", "1/2"), ("p0", "p1/2", "1/2")]
    )


def rrl(objective: Json) -> Pair:
    policies = {"rows": deterministic(TURNS), "ordering": [["aa", "bb"], ["ab", "ba"]]}
    return linear_dependence(
        claim("linear_dependence", "RRL", TURNS, objective, policies), ("aa", "ab"), [("aa", "bb"), ("ab", "ba")]
    )


def mr_rm() -> Pair:
    policies = {"rows": deterministic(TURNS), "ordering": [["aa", "bb"], ["ab", "ba"]]}
    made = claim("linear_dependence", "MR", TURNS, same_machine(), policies)
    return linear_dependence(made, ("aa", "ab"), [("aa", "bb"), ("ab", "ba")], ("[0,1/2)", "[1/2,1/2]", "(1/2,1)"))


def lar_onmr() -> Pair:
    rest = {"A": {"a": "1"}, "B": {"a": "1"}, "C": {"a": "1"}}
    rows = {f"p{q}": {"s": mix("a", "b", q), **rest} for q in ("0", "1/2", "1")}
    objective = {**far_from_half(THREE, ("s a", "1"), centre="1/2"), "discount": "0"}
    policies = {"rows": rows, "ordering": [["p1", "p0"], ["p1/2"]]}
    made = claim("linear_dependence", "LAR", THREE, objective, policies)
    return linear_dependence(made, ("p1", "p1/2"), [("p1", "p0")])


def rrl_lar() -> Pair:
    values = ("0", "1/2", "1")
    rows = {f"{p},{q}": {"s": mix("leave", "stay", p), "t": mix("leave", "stay", q)} for p in values for q in values}
    groups = [[name for name in rows if name[0] != "0"], [name for name in rows if name[0] == "0"]]
    groups = [[n for n in rows if not n.startswith("0,")], [n for n in rows if n.startswith("0,")]]
    objective = {"formalism": "LAR", "reward": rewards(EITHER, {"t stay": "1", "t leave": "1"})}
    made = claim("linear_dependence", "RRL", EITHER, objective, {"rows": rows, "ordering": groups})
    ties = [(g[0], other) for g in groups for other in g[1:]]
    return linear_dependence(made, ("1,0", "0,0"), ties)


def corner(x: Json, y: Json) -> Json:
    return {"x": mix("a", "b", *x), "y": mix("a", "b", *y)}


def onmr_turns(objective: Json, kind: str = "above") -> Pair:
    path = [
        {"on": "[0,1/2]", "rows": corner((["0", "1"], ["1", "-1"]), ("1/2",))},
        {"on": "[1/2,1]", "rows": corner(("1/2",), (["1", "-1"], ["0", "1"]))},
    ]
    off = [{"on": "[0,1)", "rows": corner(("1/4",), ("1/4",)), "rank": kind}]
    return level_set(claim("level_set", "ONMR", TURNS, objective, {"path": path, "off": off}), ["1/2"])


def onmr_rrl() -> Pair:
    path = [
        {"on": "[0,1/4]", "rows": corner((["3/4", "-1"], ["1/4", "1"]), (["1/2", "2"], ["1/2", "-2"]))},
        {"on": "[1/4,1/2]", "rows": corner((["3/4", "-1"], ["1/4", "1"]), (["3/2", "-2"], ["-1/2", "2"]))},
    ]
    off = [{"on": "[0,1)", "rows": corner(("1/2",), ("1/2",)), "rank": "above"}]
    objective = {"formalism": "RRL", "discount": "1/2", "reward": [], "strength": "1", "regulariser": DISTANCE}
    return level_set(claim("level_set", "ONMR", TURNS, objective, {"path": path, "off": off}), ["1/2"])


def onmr_lar() -> Pair:
    def rows(p: Json, not_p: Json, r: Json, not_r: Json) -> Json:
        back = {"stay": "1"}
        return {"s": {"step": p, "stay": not_p}, "t": back, "u": {"step": r, "stay": not_r}, "v": back}

    path = rows(
        {"num": ["1", "-1"], "den": ["0", "1"]}, {"num": ["-1", "2"], "den": ["0", "1"]},
        {"num": ["-1/2", "1"], "den": ["3/2", "-1"]}, {"num": ["2", "-2"], "den": ["3/2", "-1"]},
    )
    member = {"num": ["1"], "den": ["2", "1"]}
    rest = {"num": ["1", "1"], "den": ["2", "1"]}
    policies = {
        "path": [{"on": "[1/2,1]", "rows": path}],
        "off": [{"on": "[0,1)", "rows": rows(member, rest, member, rest), "rank": "below"}],
    }
    keys = {f"{s} {a}": "1" for s in "su" for a in ("stay", "step")}
    objective = {"formalism": "LAR", "reward": rewards(COPIES, keys)}
    return level_set(claim("level_set", "ONMR", COPIES, objective, policies), ["1/2"])


def rm(objective: Json, code: str = "RM") -> Pair:
    path = {"s": mix("leave", "stay", ["0", "1"], ["1", "-1"]), "t": {"stay": "1"}}
    return limit(claim("limit", code, LEAVE, objective, {"path": path, "end": "below"}))


def ltl(objective: Json) -> Pair:
    rows = {a: {"s": {a: "1"}, "A": {"a": "1"}, "B": {"a": "1"}, "C": {"a": "1"}} for a in "abc"}
    policies = {"rows": rows, "ordering": [["a"], ["b"], ["c"]]}
    return two_values(claim("two_values", "LTL", THREE, objective, policies), ("a", "b", "c"))


def lar(objective: Json) -> Pair:
    rows = {a: {"s": {a: "1"}, "t": {"a": "1"}} for a in "ab"}
    policies = {"rows": rows, "ordering": [["a"], ["b"]]}
    return indistinguishable(claim("indistinguishable", "LAR", CHOICE, objective, policies), ("a", "b"))


def tlo() -> Pair:
    rows = {a: {"s": {"a": "1"}, "t": {a: "1"}} for a in "ab"}
    objective = {"formalism": "FPR", "value": ["var", "t", "a"]}
    policies = {"rows": rows, "ordering": [["a"], ["b"]]}
    return indistinguishable(claim("indistinguishable", "TLO", UNREACHED, objective, policies), ("a", "b"))


def fpr() -> Pair:
    features = {
        s: {"formalism": "LTL", "atoms": {"here": steps(BOTH, f"{s} a")}, "formula": ["F", ["atom", "here"]]}
        for s in "xy"
    }
    objective = {"formalism": "TLO", "features": features, "keys": [["var", "x"], ["var", "y"]]}

    def rows(y: Json) -> Json:
        return {"x": mix("a", "b", ["0", "1"], ["1", "-1"]), "y": y, "e": {"a": "1"}}

    policies = {"on": "[0,1]", "low": rows({"b": "1"}), "high": rows({"a": "1"})}
    return uncountable_chain(claim("uncountable_chain", "FPR", BOTH, objective, policies))


REWARD3 = rewards(THREE, {**{f"A {a}": "1" for a in "abc"}, **{f"B {a}": "1/2" for a in "abc"}})
FIRST = rewards(CHOICE, {"s a": "1"})
REACHED = {"formalism": "LAR", "reward": rewards(LEAVE, {"t stay": "1", "t leave": "1"})}

WITNESSES: dict[str, Callable[[], Pair]] = {
    "ftr_onmr": lambda: ftr(far_from_half(CHOICE, ("s a", "1"), centre="1/2")),
    "ftr_rrl": lambda: ftr(
        {"formalism": "RRL", "reward": [], "discount": "1/2", "strength": "-1", "regulariser": DISTANCE}
    ),
    "rrl_rm": lambda: rrl(same_machine()),
    "rrl_ltl": lambda: rrl(same_ltl()),
    "rrl_onmr": lambda: rrl(far_from_half(TURNS, ("x a", "1"), ("y a", "2"), centre="4/3")),
    "rrl_lar": rrl_lar,
    "onmr_rm": lambda: onmr_turns(same_machine()),
    "onmr_ltl": lambda: onmr_turns(same_ltl()),
    "onmr_rrl": onmr_rrl,
    "onmr_lar": onmr_lar,
    "rm_ltl": lambda: rm({
        "formalism": "LTL", "atoms": {"left": steps(LEAVE, "t stay", "t leave")}, "formula": ["F", ["atom", "left"]],
    }),
    "rm_lar": lambda: rm(REACHED),
    "ltl_mr": lambda: ltl({"formalism": "MR", "reward": REWARD3, "discount": "1/2"}),
    "ltl_lar": lambda: ltl({"formalism": "LAR", "reward": REWARD3}),
    "lar_mr": lambda: lar({"formalism": "MR", "reward": FIRST, "discount": "0"}),
    "lar_ltl": lambda: lar({"formalism": "LTL", "atoms": {"a": steps(CHOICE, "s a")}, "formula": ["atom", "a"]}),
    "tlo_fpr": tlo,
    "fpr_tlo": fpr,
    "mr_rm": mr_rm,
    "mr_lar": lambda: rm(REACHED, "MR"),
    "lar_onmr": lar_onmr,
    "rm_ltl_safe": lambda: rm({
        "formalism": "LTL", "atoms": {"left": steps(LEAVE, "t stay", "t leave")},
        "formula": ["not", ["G", ["not", ["atom", "left"]]]],
    }),
}
