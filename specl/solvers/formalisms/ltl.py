"""Linear Temporal Logic: the best policy needs to know the state of a deterministic automaton for the formula."""

import time
from fractions import Fraction

import numpy as np

from specl.automata.automaton import letters_of
from specl.automata.translate import automaton
from specl.formalisms.ltl import LTL
from specl.model.environment import Environment
from specl.model.formula import atoms_of
from specl.solvers.accepting import accepting
from specl.solvers.exact.reaching import optimum
from specl.solvers.from_environment import sparse, with_memory
from specl.solvers.graph import predecessors
from specl.solvers.policies import Weights
from specl.solvers.reachability import reach
from specl.solvers.solved import Bounds, Memory, Solved
from specl.solvers.task import Task

METHOD = "automaton, end components that it accepts, and sweeps and policy iteration to reach them, proved by induction"
EXACT = "automaton, end components that it accepts, and policy iteration over the rationals to reach them"


def solve(objective: LTL, environment: Environment, task: Task) -> Solved:
    """The largest P(ξ ⊨ φ) among all policies.

    Some policy that sees the environment's state and the automaton's attains it (Courcoubetis and Yannakakis 1995). It
    randomises only where the formula is sure to hold: there, among all choices that stay, with equal weights.

    Raises:
        Unsupported: the formula has no automaton within Spot's limits.
    """
    begun = time.perf_counter()
    shown = letters_of(environment, atoms_of(objective.formula))
    watcher = automaton(objective.formula, shown.values())
    following = tuple(
        tuple(watcher.delta[q, shown[step]][0] for step in environment.steps) for q in range(watcher.states)
    )
    names = tuple(f"q{q}" for q in range(watcher.states))
    exact = with_memory(environment, Memory("automaton", names, watcher.start, following), {})
    model = sparse(exact)
    marks = np.array(
        [
            sum(1 << mark for mark in watcher.delta[q, shown[step]][1])
            for (_, q), row in zip(exact.places, exact.steps, strict=True)
            for made in row
            for step in made
        ],
        dtype=np.uint32,
    )
    built = time.perf_counter()
    into = predecessors(model)
    won = accepting(model, into, marks, watcher.acceptance)
    found = reach(
        model, won.states, None, True, float(task.precision) * 0.999, lambda gap: task.tell(f"gain {gap:.1e}"), into
    )
    seconds = {"automaton and product": built - begun, "iterate": time.perf_counter() - built}
    choice, width = found.choice.tolist(), exact.width
    method, iterations, note = METHOD, found.rounds, ""
    if task.is_exact:
        task.tell("linear systems over the rationals")
        begun = time.perf_counter()
        known = [Fraction(low) if low == high else None for low, high in zip(found.low, found.high, strict=True)]
        best = optimum(exact, [value if value in (0, 1) else None for value in known], choice)
        seconds["exact"] = time.perf_counter() - begun
        choice, method, iterations = best.choice, EXACT, best.evaluations
        value = _at_start(exact.start, best.values, best.values)
    else:
        low, high = ([Fraction(end) for end in ends.tolist()] for ends in (found.low, found.high))
        value = _at_start(exact.start, low, high)
        if value.width > task.precision:
            note = "double precision does not give narrower bounds; exact solution does"
    weights: dict[tuple[int, int] | int, dict[int, Fraction]] = {}
    for i, place in enumerate(exact.places):
        taken = [choice[i]]
        if won.states[i]:
            taken = [a for a in range(width) if won.choices[i * width + a]]
        weights[place if watcher.states > 1 else place[0]] = {a: Fraction(1, len(taken)) for a in taken}
    policy: Weights = weights
    return Solved(
        (value,), (value,), "all policies", policy, method, iterations,
        exact.memory if watcher.states > 1 else None,
        seconds=seconds, is_precise=value.width <= task.precision, note=note,
    )  # fmt: skip


def _at_start(
    start: tuple[tuple[int, Fraction], ...], low: list[Fraction] | tuple[Fraction, ...],
    high: list[Fraction] | tuple[Fraction, ...],
) -> Bounds:  # fmt: skip
    return Bounds(
        sum((p * low[i] for i, p in start), start=Fraction(0)), sum((p * high[i] for i, p in start), start=Fraction(0))
    )
