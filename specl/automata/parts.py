"""Formulas over many atoms taken apart into Boolean combinations of smaller ones, each for an automaton of its own.

The edges of one automaton for "each of twenty rooms again and again" distinguish 2^20 letters; of its twenty
parts, two each. Beside a chain all of them can be decided at once.
"""

from collections.abc import Callable

from specl.model.formula import Formula, atoms_of, is_boolean

MANY_ATOMS = 6
"""Formulas over more atoms are taken apart where that is possible."""


def parts(formula: Formula, many: int = MANY_ATOMS) -> tuple[Formula, ...]:
    """The formulas whose truth on a trajectory decides the formula's, each once; often the formula itself."""
    opened = _opened(formula, many)
    if opened is None:
        return (formula,)
    return tuple(dict.fromkeys(part for inner in opened.args for part in parts(inner, many)))


def combine(formula: Formula, holds: Callable[[Formula], bool], many: int = MANY_ATOMS) -> bool:
    """The formula's truth on a trajectory, given that of each of its parts there."""
    opened = _opened(formula, many)
    if opened is None:
        return holds(formula)
    truths = [combine(inner, holds, many) for inner in opened.args]
    match opened.op:
        case "!":
            return not truths[0]
        case "&":
            return all(truths)
        case "|":
            return any(truths)
        case "->":
            return truths[1] or not truths[0]
    return truths[0] == truths[1]


def _opened(formula: Formula, many: int) -> Formula | None:
    """An equivalent whose outermost operator is a Boolean one; None for a formula that is to stay whole."""
    if len(atoms_of(formula)) <= many or is_boolean(formula):
        return None
    if formula.op in ("!", "&", "|", "->", "<->"):
        return formula
    inner = formula.args[0]
    if (formula.op, inner.op) in (("G", "&"), ("F", "|")) and not is_boolean(inner):
        # G(x ∧ y) = Gx ∧ Gy, F(x ∨ y) = Fx ∨ Fy
        return Formula(inner.op, tuple(Formula(formula.op, (part,), at=formula.at) for part in inner.args))
    return None
