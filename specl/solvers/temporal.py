"""The largest probability that a formula of linear temporal logic holds, on models in flat arrays.

The model is multiplied with a deterministic automaton; the end components that meet its acceptance are the goal, and
what is sought is the largest probability to reach it (Courcoubetis and Yannakakis, The complexity of probabilistic
verification, JACM 42, 1995; de Alfaro 1997).
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from specl.automata.translate import automaton
from specl.model.formula import Formula, atoms_of
from specl.solvers.accepting import Accepting, accepting
from specl.solvers.graph import Predecessors, predecessors
from specl.solvers.product import Product, letters, product
from specl.solvers.reachability import Reached, reach
from specl.solvers.sparse import SparseModel


@dataclass(frozen=True, eq=False)
class Satisfied:
    """Bounds low ≤ P(ξ ⊨ φ) ≤ high on the best probability from the start, and on that of the policy that was found.

    Attributes:
        product: the model beside the automaton.
        won: its states where the policy chooses with equal weights among several choices, and wins.
        reached: what is known of its other states, and the policy there.
        seconds: phase -> seconds.
    """

    low: float
    high: float
    product: Product
    won: Accepting
    reached: Reached
    seconds: dict[str, float]


def satisfy(
    model: SparseModel, formula: Formula, precision: float = 1e-6, tell: Callable[[float], None] = lambda _: None
) -> Satisfied:
    """The best policies for a formula over the labels of a model: a label of states or choices holds on their steps.

    Raises:
        Unsupported: the formula speaks of something else, or has no automaton within the limits.
    """
    begun = time.perf_counter()
    shown, sets = letters(model, sorted(atoms_of(formula)))
    watcher = automaton(formula, sets)
    translated = time.perf_counter()
    beside = product(model, shown, sets, watcher)
    multiplied = time.perf_counter()
    into = predecessors(beside.model)
    won = win(beside, into)
    found = time.perf_counter()
    reached = reach(beside.model, won.states, None, True, precision, tell, into)
    low, high = reached.at(beside.model)
    seconds = {
        "automaton": translated - begun,
        "product": multiplied - translated,
        "end components": found - multiplied,
        "reachability": time.perf_counter() - found,
    }
    return Satisfied(low, high, beside, won, reached, seconds)


def win(beside: Product, into: Predecessors) -> Accepting:
    """The end components of a product that are accepting; "won" is, "lost" is not."""
    model = beside.model
    last = np.zeros(len(model.entries) - 1, dtype=np.bool_)
    last[-2:] = True
    won = accepting(model, into, beside.marks, beside.acceptance, ~last)
    won.states[-1] = won.choices[-1] = True
    return won
