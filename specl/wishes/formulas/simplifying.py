"""Formulas made shorter by Spot, with the same meaning."""

from collections.abc import Mapping
from typing import Any

from specl.automata import library
from specl.automata.translate import to_spot
from specl.model.formula import FALSE, TRUE, Formula, atom, atoms_of

OPERATORS = {"Not": "!", "And": "&", "Or": "|", "Implies": "->", "Equiv": "<->"} | {op: op for op in "XFGURWM"}


def simplified(formula: Formula) -> Formula:
    """An equivalent formula, as Spot rewrites it."""
    spot = library.spot()
    names = {name: f"p{i}" for i, name in enumerate(sorted(atoms_of(formula)))}
    found = spot.simplify(to_spot(formula, names))
    return _from_spot(found, {short: name for name, short in names.items()})


def _from_spot(formula: Any, names: Mapping[str, str]) -> Formula:
    kind = str(formula.kindstr())
    if kind == "ap":
        return atom(names[formula.ap_name()])
    if kind in ("tt", "ff"):
        return TRUE if kind == "tt" else FALSE
    return Formula(OPERATORS[kind], tuple(_from_spot(part, names) for part in formula))
