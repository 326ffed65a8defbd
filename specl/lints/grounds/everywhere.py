"""Objectives over an alphabet: constant, or alike, in every environment over it; a proof, or no answer."""

from specl.everywhere import rewards
from specl.expressivity.comparison import Side
from specl.language.document import NamedObjective
from specl.lints.grounds.settling import MOST_ATOMS, Product, product
from specl.lints.grounds.spelled_out import spelled_out
from specl.model.alphabet import Alphabet
from specl.model.errors import Undefined, Unsupported
from specl.model.formula import Formula, atoms_of


def constant_everywhere(alphabet: Alphabet, named: NamedObjective) -> bool:
    """Whether all policies are worth the same: from each state of the alphabet all trajectories satisfy the formula, or
    none does; or all have the same return."""
    if named.code == "LTL":
        beside = _product(alphabet, named.objective.formula)
        return beside is not None and beside.unsettled.isdisjoint(beside.start)
    try:
        return rewards.constant(alphabet, Side(named.name, named.code, named.objective))
    except Undefined:  # numbers too large for an enclosure
        return False


def alike_everywhere(alphabet: Alphabet, left: NamedObjective, right: NamedObjective) -> str | None:
    """How two objectives are alike; None where they are not, or that is not seen."""
    if left.code == right.code and left.objective == right.objective:
        return "the two are written alike"
    if left.code == right.code == "LTL":
        both = Formula("<->", (left.objective.formula, right.objective.formula))
        beside = _product(alphabet, both)
        return "the same trajectories satisfy both" if beside is not None and not beside.rejecting else None
    sides = (Side(each.name, each.code, each.objective) for each in (left, right))
    return "they pay alike but for a factor and potential shaping" if rewards.alike(alphabet, *sides) else None


def _product(alphabet: Alphabet, formula: Formula) -> Product | None:
    if len(atoms_of(formula)) > MOST_ATOMS:
        return None
    world = spelled_out(alphabet, atoms_of(formula))
    try:
        return None if world is None else product(world, formula)
    except Unsupported:
        return None
