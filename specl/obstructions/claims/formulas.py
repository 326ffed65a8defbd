"""Formulas as claims write them, and their progression along a trajectory.

A formula is a nested tuple: ("true",), ("atom", name), ("not", f), ("and", f, g), …, ("U", f, g). In negation normal
form ("other", name) is a negated atom. What must hold from here on is a set of sets of formulas, a disjunction of
conjunctions (Bacchus and Kabanza 1998 progress formulas in this way), of which only minimal sets are kept.
"""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from functools import reduce
from typing import Any

from specl.model.environment import Step
from specl.model.formula import Formula
from specl.obstructions.claims.failure import NoCertificate, uncarried

Tree = tuple[Any, ...]
Memory = frozenset[frozenset[Tree]]

SATISFIED: Memory = frozenset((frozenset(),))
FAILED: Memory = frozenset()
MOST_SETS = 256
"""A progressed formula of more sets than this is beyond what the kernel takes."""

_DUAL = {"true": "false", "and": "or", "X": "X", "F": "G", "U": "R", "atom": "other"}
_DUAL |= {dual: op for op, dual in _DUAL.items()}


def carry(formula: Formula) -> Tree:
    """The formula with the operators that claims have; -> <-> W M are written by others."""
    parts = tuple(carry(part) for part in formula.args)
    match formula.op:
        case "atom":
            return ("atom", formula.name)
        case "true" | "false" | "X" | "F" | "G" | "U" | "R":
            return (formula.op, *parts)
        case "!":
            return ("not", *parts)
        case "&" | "|":
            name = "and" if formula.op == "&" else "or"
            return reduce(lambda left, right: (name, left, right), parts)
    first, second = parts
    match formula.op:
        case "->":
            return ("or", ("not", first), second)
        case "<->":
            return ("or", ("and", first, second), ("and", ("not", first), ("not", second)))
        case "W":  # φ W ψ = ψ R (φ ∨ ψ)
            return ("R", second, ("or", first, second))
        case "M":  # φ M ψ = ψ U (φ ∧ ψ)
            return ("U", second, ("and", first, second))
    raise ValueError(f"no operator of formulas: {formula.op}")


def goal(formula: Formula) -> tuple[Tree, bool]:
    """A co-safe formula in negation normal form, and whether it is the formula itself (True) or its negation.

    Raises:
        NoClaim: neither is syntactically co-safe.
    """
    tree = carry(formula)
    for wanted in (True, False):
        found = normal(tree, wanted)
        if _is_cosafe(found):
            return found, wanted
    message = "certificates carry formulas that are syntactically co-safe (X F U only) or safe (X G R only)"
    hint = "negations are pushed to the atoms first; a W b is b R (a | b), a M b is b U (a & b)"
    raise uncarried(message, formula.at, hint)


def normal(tree: Tree, positive: bool = True) -> Tree:
    """Negation normal form of the formula, or of its negation."""
    op, *parts = tree
    if op == "not":
        return normal(parts[0], not positive)
    name = op if positive else _DUAL[op]
    if op == "atom":
        return (name, parts[0])
    return (name, *(normal(part, positive) for part in parts))


def _is_cosafe(tree: Tree) -> bool:
    return tree[0] not in "GR" and all(_is_cosafe(part) for part in tree[1:] if isinstance(part, tuple))


def progress(memory: Memory, step: Step, atoms: Mapping[str, AbstractSet[Step]]) -> Memory:
    """What must hold from the next step on."""

    def after(tree: Tree) -> Memory:
        match tree:
            case ("true",):
                return SATISFIED
            case ("false",):
                return FAILED
            case ("atom", name):
                return SATISFIED if step in atoms[name] else FAILED
            case ("other", name):
                return FAILED if step in atoms[name] else SATISFIED
            case ("and", left, right):
                return _both(after(left), after(right))
            case ("or", left, right):
                return _minimal(after(left) | after(right))
            case ("X", part):
                return frozenset((frozenset((part,)),))
            case ("F", part):
                return _minimal(after(part) | frozenset((frozenset((tree,)),)))
            case ("U", left, right):
                return _minimal(after(right) | _both(after(left), frozenset((frozenset((tree,)),))))
        raise ValueError(f"not co-safe: {tree}")

    found: set[frozenset[Tree]] = set()
    for conjunction in memory:
        rest = SATISFIED
        for tree in conjunction:
            rest = _both(rest, after(tree))
        found |= rest
    return _minimal(found)


def _both(left: Memory, right: Memory) -> Memory:
    return _minimal(a | b for a in left for b in right)


def _minimal(sets: Iterable[frozenset[Tree]]) -> Memory:
    found = frozenset(sets)
    if len(found) > 4 * MOST_SETS:
        raise NoCertificate("the formula is too large to be progressed", decided=False)
    return frozenset(each for each in found if not any(other < each for other in found))
