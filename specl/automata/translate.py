"""From formulas of linear temporal logic to deterministic automata, by Spot.

A. Duret-Lutz et al.: From Spot 2.0 to Spot 2.10: what's new? CAV 2022. The automata have generic (Emerson–Lei)
acceptance, for which determinisation of Boolean combinations of simple formulas is a product and no Safra construction
(D. Müller, S. Sickert: LTL to deterministic Emerson–Lei automata. GandALF 2017).
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from specl.automata import library
from specl.automata.acceptance import read as read_acceptance
from specl.automata.automaton import Automaton, Letter
from specl.model.errors import Unsupported
from specl.model.formula import Formula, atoms_of


def automaton(formula: Formula, letters: Iterable[Letter]) -> Automaton:
    """The deterministic complete automaton of the words over these letters that satisfy the formula; kept for reuse.

    Args:
        letters: sets of atoms; those that the formula does not mention are ignored.

    Raises:
        Unsupported: Spot cannot build the automaton (it has at most 32 acceptance marks, for instance).
    """
    return _automaton(formula, frozenset(letters))


@lru_cache(maxsize=512)
def _automaton(formula: Formula, letters: frozenset[Letter]) -> Automaton:
    names = sorted(atoms_of(formula))
    graph = _translate(formula)
    return restrict(graph, {f"p{i}": name for i, name in enumerate(names)}, letters)


@lru_cache(maxsize=512)
def _translate(formula: Formula) -> Any:
    """Spot's automaton; atoms are renamed p0, p1, … in alphabetical order, so that no name clashes with its syntax."""
    spot = library.spot()
    wanted = to_spot(formula, {name: f"p{i}" for i, name in enumerate(sorted(atoms_of(formula)))})
    failure = ""
    for kind in ("generic", "parity"):
        try:
            graph = spot.translate(wanted, kind, "deterministic", "complete")
        except RuntimeError as error:
            failure = str(error)
            continue
        if spot.is_deterministic(graph) and spot.is_complete(graph):
            return graph
    raise Unsupported(f"the formula has no deterministic automaton within Spot's limits: {failure}", formula.at)


def to_spot(formula: Formula, names: dict[str, str]) -> Any:
    """The formula as Spot's own, its atoms renamed."""
    build = library.spot().formula
    parts = [to_spot(part, names) for part in formula.args]
    match formula.op:
        case "atom":
            return build.ap(names[formula.name])
        case "true":
            return build.tt()
        case "false":
            return build.ff()
        case "!":
            return build.Not(*parts)
        case "&":
            return build.And(parts)
        case "|":
            return build.Or(parts)
        case "->":
            return build.Implies(*parts)
        case "<->":
            return build.Equiv(*parts)
        case "X" | "F" | "G" | "U" | "R" | "W" | "M":
            return getattr(build, formula.op)(*parts)
    raise ValueError(f"not a formula: {formula.op}")


def restrict(graph: Any, names: dict[str, str], letters: Iterable[Letter]) -> Automaton:
    """The plain automaton of a deterministic complete one of Spot's, over the given letters; states are numbered
    as they are met.

    Args:
        names: Spot's atomic propositions -> the names of atoms in letters.
    """
    buddy = library.buddy()
    places = [(names[ap.ap_name()], graph.register_ap(ap)) for ap in graph.ap()]
    relevant = frozenset(names.values())
    alphabet = sorted({letter & relevant for letter in letters}, key=sorted)
    cubes = []
    for letter in alphabet:
        cube = buddy.bddtrue
        for name, place in places:
            cube = cube & (buddy.bdd_ithvar(place) if name in letter else buddy.bdd_nithvar(place))
        cubes.append((letter, cube))
    first = graph.get_init_state_number()
    number = {first: 0}
    order = [first]
    delta: dict[tuple[int, Letter], tuple[int, frozenset[int]]] = {}
    for q in order:  # grows while it is walked
        edges = [(edge.cond, edge.dst, frozenset(edge.acc.sets())) for edge in graph.out(q)]
        for letter, cube in cubes:
            for condition, target, marks in edges:
                if buddy.bdd_implies(cube, condition):
                    if target not in number:
                        number[target] = len(order)
                        order.append(target)
                    delta[number[q], letter] = (number[target], marks)
                    break
    return Automaton(len(order), 0, tuple(alphabet), delta, read_acceptance(str(graph.get_acceptance())))
