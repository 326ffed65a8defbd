"""Formulas: the atoms that they name."""

from specl.language.diagnostics import Diagnostics, nearest, some_of
from specl.language.places import Place
from specl.model.formula import Formula


def resolve_formula(formula: Formula, place: Place, diagnostics: Diagnostics) -> Formula | None:
    """The formula if its atoms are labels, states or actions of the environment; None after an error."""
    unknown = [part for part in _atoms(formula) if part.name not in place.kinds]
    for part in unknown:
        message = f"there is no label, state or action `{part.name}`"
        hint = nearest(part.name, [*place.kinds, "true", "false"])
        if hint is None and len(part.name) > 1 and set(part.name) <= set("XFG"):
            hint = f"write the operators apart: `{' '.join(part.name)}`"
        diagnostics.error("E022", message, part.at, hint or f"there are {some_of(place.kinds)}")
    return None if unknown else formula


def _atoms(formula: Formula) -> list[Formula]:
    if formula.op == "atom":
        return [formula]
    return [found for part in formula.args for found in _atoms(part)]
