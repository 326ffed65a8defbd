"""Formulas of linear temporal logic over sets of steps."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from specl.model.environment import Step
from specl.model.errors import Span

UNARY = ("!", "X", "F", "G")
BINARY = ("&", "|", "->", "<->", "U", "R", "W", "M")


@dataclass(frozen=True)
class Formula:
    """An LTL formula.

    ``op`` is "atom" (its name in ``name``), "true", "false", one of UNARY or one of BINARY; & and | take two
    or more arguments, the other binary operators exactly two. ``at`` is where it was written, for messages.
    """

    op: str
    args: tuple["Formula", ...] = ()
    name: str = ""
    at: Span | None = field(default=None, compare=False)


TRUE = Formula("true")
FALSE = Formula("false")


def atom(name: str) -> Formula:
    """The formula that holds at time t iff the step at t is in the atom's set."""
    return Formula("atom", name=name)


def atoms_of(formula: Formula) -> frozenset[str]:
    """The names of the atoms that occur."""
    if formula.op == "atom":
        return frozenset((formula.name,))
    return frozenset[str]().union(*(atoms_of(part) for part in formula.args))


def is_boolean(formula: Formula) -> bool:
    """Whether no temporal operator occurs: such a formula is about one step, as a machine's guard must be."""
    return formula.op not in "XFGURWM" and all(is_boolean(part) for part in formula.args)


def holds_on(formula: Formula, step: Step, atoms: Mapping[str, frozenset[Step]]) -> bool:
    """Whether a Boolean formula holds on one step.

    Raises:
        ValueError: the formula has a temporal operator.
    """
    match formula.op:
        case "atom":
            return step in atoms[formula.name]
        case "true" | "false":
            return formula.op == "true"
        case "!":
            return not holds_on(formula.args[0], step, atoms)
        case "&":
            return all(holds_on(part, step, atoms) for part in formula.args)
        case "|":
            return any(holds_on(part, step, atoms) for part in formula.args)
        case "->":
            return not holds_on(formula.args[0], step, atoms) or holds_on(formula.args[1], step, atoms)
        case "<->":
            return holds_on(formula.args[0], step, atoms) == holds_on(formula.args[1], step, atoms)
    raise ValueError(f"{formula.op} speaks of more than one step")
