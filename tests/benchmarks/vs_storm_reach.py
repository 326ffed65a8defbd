"""Reachability, steps to a goal and temporal logic against Storm: `python -m tests.benchmarks.vs_storm_reach`.

Both solve the same arrays to an absolute precision of 1e-6, soundly; building a model is not counted, the automaton and
the product are. Runs alternate, so that other load hits both alike; the table shows medians.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from specl.model.formula import Formula, atom
from specl.solvers.reachability import reach
from specl.solvers.sparse import SparseModel
from specl.solvers.temporal import satisfy
from specl.solvers.total import total
from tests.benchmarks.models import grid
from tests.benchmarks.storm import storm_answer, storm_model

SIDES = (100, 316, 1000)
TRAPS = 0.18


def labelled(side: int, seed: int = 1) -> SparseModel:
    """The slippery grid; the goal is the corner opposite to the start, and a, b, c, d hold on random other cells."""
    model = grid(side, is_merged=True)
    n = model.size
    rng = np.random.default_rng(seed)
    draw, traps = rng.random(n), rng.random(n) < TRAPS
    labels = {"a": draw < 0.05, "b": (draw >= 0.05) & (draw < 0.1), "c": (draw >= 0.1) & (draw < 0.13), "d": traps}
    for holds in labels.values():
        holds[[0, -1]] = False
    labels["goal"] = np.arange(n) == n - 1
    return replace(model, labels=labels)


def formula() -> Formula:
    """G F a ∧ G F b ∧ G ¬c."""

    def always(inner: Formula) -> Formula:
        return Formula("G", (inner,))

    recurring = (always(Formula("F", (atom(name),))) for name in "ab")
    return Formula("&", (*recurring, always(Formula("!", (atom("c"),)))))


def questions(model: SparseModel) -> dict[str, tuple[str, Callable[[], tuple[float, float]]]]:
    """Storm's query and our bounds, by name."""
    goal, safe = model.labels["goal"], ~model.labels["d"]
    return {
        "reach the goal": ('Pmax=? [F "goal"]', lambda: reach(model, goal).at(model)),
        "steps to the goal": ('R{"steps"}min=? [F "goal"]', lambda: total(model, goal).at(model)),
        "temporal logic": ('Pmax=? [(G F "a") & (G F "b") & (G !"c")]', lambda: _ends(model)),
        "hazard": ("", lambda: reach(model, goal, safe).at(model)),
    }


def _ends(model: SparseModel) -> tuple[float, float]:
    found = satisfy(model, formula())
    return found.low, found.high


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sides", type=int, nargs="+", default=SIDES)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--only", nargs="+", help="questions by name")
    options = parser.parse_args(arguments)
    for run in questions(labelled(10)).values():
        run[1]()  # compiles
    print("| question | states | specl, s | Storm, s | ratio | specl | Storm |\n|---|---|---|---|---|---|---|")
    for side in options.sides:
        model = labelled(side)
        peer = storm_model(model)
        for name, (query, ours) in questions(model).items():
            if options.only and name not in options.only:
                continue
            theirs = storm_answer(peer, query) if query else None
            mine: list[float] = []
            other: list[float] = []
            answer = float("nan")
            for _ in range(options.repeats):
                began = time.perf_counter()
                low, high = ours()
                mine.append(time.perf_counter() - began)
                if theirs is not None:
                    began = time.perf_counter()
                    answer = theirs()
                    other.append(time.perf_counter() - began)
            fast, slow = statistics.median(mine), statistics.median(other) if other else float("nan")
            row = f"| {name} | {side * side} | {fast:.4f} | {slow:.4f} | {slow / fast:.1f} "
            print(f"{row}| {low:.8f} … {high:.8f} | {answer:.8f} |", flush=True)


if __name__ == "__main__":
    main()
