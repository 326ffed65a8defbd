"""A certificate that the kernel accepts, in words: the environment, the policies and their values, and the argument.

The values are those that the kernel works out from the measures that it has checked.
"""

from collections.abc import Iterable
from fractions import Fraction
from math import gcd, lcm
from typing import Any

from specl.api.certificates import Checked
from specl.expressivity.preorder import Witness
from specl.kernel.arithmetic import DISCOUNTS, POINT, WORK, Interval, Ratio, spend
from specl.kernel.chains import Rows, at
from specl.kernel.claims import Claim, read_claim
from specl.kernel.objectives import rank
from specl.kernel.reading import Node

ALONG = Interval(Fraction(0), Fraction(1), False, True)


def witness_of(checked: Checked) -> Witness:
    """What an accepted certificate says."""
    spend(0, refill=WORK)
    claim = read_claim(Node(checked.claim, "claim"))
    evidence = checked.certificate["evidence"]
    values = _VALUES.get(claim.kind, _finite)(claim, evidence)
    argument = _ARGUMENTS[claim.kind](claim, evidence)
    headline = checked.verdict.words.split("\n", 1)[0]
    lemma = f"lemma: proofs/lemmas/{claim.kind}.md, not machine-checked"
    lines = [
        headline,
        "environment: " + "; ".join(_environment(checked.claim["environment"])),
        f"objective ({claim.objective.formalism}): {_objective(checked.claim['objective'])}",
        *(f"{name} = {{ {rows} }} is worth {value}" for name, rows, value in values),
        *argument,
        lemma,
    ]
    document = {
        "certificate": checked.name,
        "kind": claim.kind,
        "claim": headline,
        "policies": {name: {"policy": f"{{ {rows} }}", "value": value} for name, rows, value in values},
        "argument": argument,
        "lemma": lemma,
    }
    return Witness(tuple(lines), document)


# --- what is claimed ---


def _environment(environment: Any) -> list[str]:
    found = [f"start {_distribution(environment['start'])}"]
    for state, row in environment["transitions"].items():
        cells = {action: _distribution(cell) for action, cell in row.items()}
        if len(set(cells.values())) == 1 and len(cells) > 1:
            cells = {"_": next(iter(cells.values()))}
        found += [f"{state} --{action}--> {target}" for action, target in cells.items()]
    return found


def _distribution(weights: dict[str, str]) -> str:
    if len(weights) == 1:
        return next(iter(weights))
    return "{ " + ", ".join(f"{name}: {weight}" for name, weight in weights.items()) + " }"


def _objective(objective: Any) -> str:
    parts = []
    for name, part in objective.items():
        match name:
            case "formalism":
                continue
            case "reward":
                paid = ", ".join(f"{s} --{a}--> {t}: {amount}" for s, a, t, amount in part)
                parts.append(f"reward {{ {paid} }}" if paid else "reward {}")
            case "formula":
                parts.append(f"formula {_formula(part)}")
            case "edges":
                edges = [
                    f"{u} --({s} --{a}--> {t})--> {v}" + (f": {amount}" if amount != "0" else "")
                    for u, s, a, t, v, amount in part
                ]
                parts.append("machine { " + ", ".join(edges) + " }")
            case "value" | "regulariser":
                parts.append(f"{name} {_expression(part)}")
            case "keys":
                parts.append(f"lexicographic({', '.join(map(_expression, part))})")
            case "discount" | "strength" | "start":
                parts.append(f"{name} {part}")
    return ", ".join(parts)


def _formula(formula: Any) -> str:
    op, *parts = formula
    if op == "atom":
        return str(parts[0])
    shown = [_formula(part) for part in parts]
    if not shown:
        return str(op)
    if len(shown) == 1:
        inner = shown[0] if parts[0][0] == "atom" or len(parts[0]) == 2 else f"({shown[0]})"
        return f"!{inner}" if op == "not" else f"{op} {inner}"
    sign = {"and": "&", "or": "|"}.get(op, op)
    return f" {sign} ".join(
        text if len(part) <= 2 else f"({text})" for part, text in zip(parts, shown, strict=True)
    )


def _expression(expression: Any) -> str:
    if isinstance(expression, str):
        return expression
    op, *parts = expression
    if op == "var":
        return str(parts[0]) if len(parts) == 1 else f"pi({', '.join(parts)})"
    shown = [_expression(part) for part in parts]
    if op in ("min", "max", "abs"):
        return f"{op}({', '.join(shown)})"
    if op in ("<", "<=", "="):
        return f"(if {shown[0]} {op} {shown[1]} then {shown[2]} else {shown[3]})"
    inner = [f"({text})" if isinstance(part, list) and part[0] in "+-*/^" else text
             for part, text in zip(parts, shown, strict=True)]  # fmt: skip
    return f"{inner[0]}^{inner[1]}" if op == "^" else f"{inner[0]} {op} {inner[1]}"


# --- policies and what they are worth ---

Valued = list[tuple[str, str, str]]
"""(name, the policy, its value), as text."""


def _value(claim: Claim, rows: Rows, evidence: Any, on: Interval, variable: str) -> str:
    keys = rank(claim.objective, rows, Node(evidence, "evidence"), on)
    shown = [_show(key, variable) for key in keys]
    return shown[0] if len(shown) == 1 else f"({', '.join(shown)})"


def _finite(claim: Claim, evidence: Any) -> Valued:
    return [
        (name, _rows(claim.rows[name], "x"), _value(claim, claim.rows[name], evidence["ranks"][name], POINT, "x"))
        for name in claim.ordering
    ]


def _limit(claim: Claim, evidence: Any) -> Valued:
    rows = claim.path[0][1]
    last = at(rows, Fraction(0))
    return [
        ("path(t), 0 < t ≤ 1,", _rows(rows, "t"), _value(claim, rows, evidence["along"], ALONG, "t")),
        ("path(0)", _rows(last, "t"), _value(claim, last, evidence["end"], POINT, "t")),
    ]


def _level_set(claim: Claim, evidence: Any) -> Valued:
    found = [
        (f"path(t), t in {_shown(on)},", _rows(rows, "t"), _value(claim, rows, part, on, "t"))
        for (on, rows, _), part in zip(claim.path, evidence["path"], strict=True)
    ]
    for (on, rows, side), part in zip(claim.off, evidence["off"], strict=True):
        place = "above" if side > 0 else "below"
        value = f"{_value(claim, rows, part['ranks'], on, 'γ')}, {place} the path"
        found.append((f"off, γ in {_shown(on)},", _rows(rows, "γ"), value))
    return found


def _uncountable(claim: Claim, evidence: Any) -> Valued:
    return [
        (f"{name}(p), p in {_shown(on)},", _rows(rows, "p"), _value(claim, rows, evidence[name], on, "p"))
        for name, (on, rows, _) in zip(("low", "high"), claim.path, strict=True)
    ]


_VALUES = {"limit": _limit, "level_set": _level_set, "uncountable_chain": _uncountable}


def _rows(rows: Rows, variable: str) -> str:
    found = []
    for state, row in rows.items():
        taken = {action: _show(weight, variable) for action, weight in row.items() if weight.num}
        found.append(f"{state}: {_distribution(taken)}")
    return ", ".join(found)


# --- why that is impossible ---


def _dependence(claim: Claim, evidence: Any) -> list[str]:
    what = {"LAR": "limit frequencies", "FTR": "lotteries over trajectories"}.get(claim.refuted, "features")
    if "pieces" not in evidence:
        return [f"{_sum(evidence['weights'])} = 0 for their {what}"]
    return [
        f"{_sum(piece['weights'])} = 0 for their {what} and every γ in {piece['on']}" for piece in evidence["pieces"]
    ]


def _sum(weights: Iterable[Any]) -> str:
    terms = []
    for better, worse, weight in weights:
        value = Node(weight, "weight").value(DISCOUNTS)
        shown = _show(value, "γ")
        factor = "" if shown == "1" else f"({shown})·" if len(value.num) > 1 or len(value.den) > 1 else f"{shown}·"
        terms.append(f"{factor}({better} − {worse})")
    return " + ".join(terms)


def _alike(claim: Claim, evidence: Any) -> list[str]:
    first, second = evidence["pair"]
    if claim.refuted == "LAR":
        return [f"{first} and {second} have the same limit frequencies"]
    return [f"{first} and {second} act alike in every state that they reach: they have the same lottery"]


def _single(claim: Claim, evidence: Any) -> list[str]:
    _, middle, _ = evidence["policies"]
    return [f"{middle} has a single trajectory, so a formula gives it 0 or 1, nothing above 1 and nothing below 0"]


def _continuous(claim: Claim, evidence: Any) -> list[str]:
    return ["a discounted value is continuous in t, so it ties path(0) with a path that it ties"]


def _between(claim: Claim, evidence: Any) -> list[str]:
    return [
        f"the occupancy measure of off is {_show(Node(part['share'], 'share').value(on), 'γ')} · the path's start "
        f"+ the rest · its end, for every γ in {_shown(on)}: a discounted return meets its value somewhere on the path"
        for (on, _, _), part in zip(claim.off, evidence["off"], strict=True)
    ]


def _intervals(claim: Claim, evidence: Any) -> list[str]:
    return ["uncountably many disjoint open intervals of ℝ would each hold a rational of its own"]


_ARGUMENTS = {
    "linear_dependence": _dependence,
    "indistinguishable": _alike,
    "two_values": _single,
    "limit": _continuous,
    "level_set": _between,
    "uncountable_chain": _intervals,
}


# --- numbers ---


def _shown(on: Interval) -> str:
    return f"{'(['[on.closed_low]}{on.low},{on.high}{')]'[on.closed_high]}"


def _show(value: Ratio, variable: str) -> str:
    """A rational function as text, in integers wherever there is a denominator."""
    coefficients = [*value.num, *value.den]
    scale = Fraction(lcm(*(c.denominator for c in coefficients)))
    scale /= gcd(*(int(c * scale) for c in coefficients))
    if next(c for c in value.den if c) < 0:
        scale = -scale
    top, bottom = ([c * scale for c in part] for part in (value.num, value.den))
    if len(top) <= 1 and len(bottom) == 1:
        return str((top or [Fraction(0)])[0] / bottom[0])
    shown, divisor = _polynomial(top, variable), _polynomial(bottom, variable)
    if divisor == "1":
        return shown
    return f"{_bracket(shown)}/{_bracket(divisor)}"


def _polynomial(coefficients: list[Fraction], variable: str) -> str:
    text = ""
    for power, c in enumerate(coefficients):
        if not c:
            continue
        name = "" if power == 0 else variable if power == 1 else f"{variable}^{power}"
        size = str(abs(c)) if not name else name if abs(c) == 1 else f"{abs(c)}{name}"
        sign = ("-" if c < 0 else "") if not text else " - " if c < 0 else " + "
        text += sign + size
    return text or "0"


def _bracket(text: str) -> str:
    return f"({text})" if " " in text else text
