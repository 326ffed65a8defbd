"""Where formulas stand in the hierarchy of safety and progress, by Spot.

Z. Manna, A. Pnueli: A hierarchy of temporal properties. PODC 1990. Safety: a finite beginning shows every violation.
Guarantee: one shows every satisfaction. Finitary: both. Obligation: a Boolean combination of the two. Recurrence:
something happens again and again. Persistence: something holds from some time on. Liveness (B. Alpern, F. Schneider:
Defining liveness, 1985): no finite beginning is a violation.
"""

from specl.automata import library
from specl.automata.translate import to_spot
from specl.model.formula import Formula, atoms_of

_CLASSES = {
    "B": "finitary",
    "S": "safety",
    "G": "guarantee",
    "O": "obligation",
    "R": "recurrence",
    "P": "persistence",
    "T": "reactivity",
}


def formula_class(formula: Formula) -> str:
    """The lowest class that the formula is in, over all words of sets of atoms: "finitary", "safety", "guarantee",
    "obligation", "recurrence", "persistence" or "reactivity"."""
    return _CLASSES[library.spot().mp_class(_as_spot(formula))]


def is_liveness(formula: Formula) -> bool:
    """Whether every finite word of sets of atoms begins a word that satisfies the formula."""
    return bool(library.spot().is_liveness(_as_spot(formula)))


def _as_spot(formula: Formula) -> object:
    return to_spot(formula, {name: f"p{i}" for i, name in enumerate(sorted(atoms_of(formula)))})
