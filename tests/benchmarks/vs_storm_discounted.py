"""Discounted rewards against Storm and QuantEcon, long-run averages against Storm: `python -m
tests.benchmarks.vs_storm_discounted`.

All solve the same arrays to an absolute precision of 1e-6; building a model is not counted. Runs alternate, so that
other load hits all alike; the table shows medians. `--cold` measures a first run in a fresh process, with and without
compiled loops on disk; `--traffic` the bytes that a sweep moves, next to what copying an array moves.
"""

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from specl.solvers.average import solve_average
from specl.solvers.bellman import operator, sweep
from specl.solvers.discounted import solve_discounted
from specl.solvers.sparse import SparseModel
from tests.benchmarks.models import garnet, grid

PRECISION = 1e-6
SIDES = (100, 316, 1000)
MODELS: Mapping[str, Callable[[int], SparseModel]] = {
    "grid": lambda side: grid(side, is_merged=True),
    "garnet": lambda side: garnet(side * side, is_merged=True),
}

Run = Callable[[], Any]
"""Solves, and returns the value of the first state."""


def storm(model: SparseModel, query: str) -> Run:
    """Storm's answer to a query about the reward."""
    import stormpy
    from stormpy import datastructures, environments, models

    labeling = models.StateLabeling(model.size)
    labeling.add_label("init")
    labeling.add_label_to_state("init", 0)
    m = len(model.entries) - 1
    builder = datastructures.SparseMatrixBuilder[float](m, model.size, has_custom_row_grouping=True)
    rows = np.repeat(np.arange(m), np.diff(model.entries))
    builder.add_next_values(
        rows.tolist(), model.targets.tolist(), model.probabilities.tolist(), model.choices[:-1].tolist()
    )
    reward = models.SparseRewardModel[float](optional_state_action_reward_vector=model.rewards["reward"].tolist())
    mdp = models.SparseMdp[float](
        models.SparseModelComponents[float](
            transition_matrix=builder.build(), state_labeling=labeling, reward_models={"reward": reward}
        )
    )
    environment = environments.Environment()
    solver = environment.solver().min_max()
    solver.precision = stormpy.Rational(PRECISION)
    solver.relative_termination_criterion = False
    wanted = stormpy.parse_properties(query)[0]
    return lambda: stormpy.model_checking(mdp, wanted, environment=environment).get_value(0)


def quantecon(model: SparseModel, discount: float) -> Run:
    """QuantEcon's modified policy iteration."""
    from quantecon.markov import DiscreteDP
    from scipy.sparse import csr_matrix

    counts = np.diff(model.choices)
    matrix = csr_matrix((model.probabilities, model.targets, model.entries), shape=(len(model.entries) - 1, model.size))
    states = np.repeat(np.arange(model.size), counts)
    actions = np.arange(len(states)) - np.repeat(model.choices[:-1], counts)
    problem = DiscreteDP(model.rewards["reward"], matrix, discount, states, actions)
    return lambda: problem.solve(method="modified_policy_iteration", epsilon=PRECISION, max_iter=100_000).v[0]


def say(line: str) -> None:
    """Show a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def medians(runs: Mapping[str, Run], repeats: int) -> tuple[dict[str, float], dict[str, float]]:
    """The median time and the answer of each, the runs in turn."""
    spent: dict[str, list[float]] = {name: [] for name in runs}
    answers: dict[str, float] = {}
    for _ in range(repeats):
        for name, run in runs.items():
            began = time.perf_counter()
            answers[name] = float(run())
            spent[name].append(time.perf_counter() - began)
    return {name: statistics.median(times) for name, times in spent.items()}, answers


def discounted(model: SparseModel, discount: float, peers: Sequence[str]) -> dict[str, Run]:
    """Everybody's discounted optimum."""
    runs: dict[str, Run] = {
        "specl": lambda: solve_discounted(model, model.rewards["reward"], discount, PRECISION).values[0]
    }
    if "Storm" in peers:
        runs["Storm"] = storm(model, f"Rmax=? [Cdiscount={discount}]")
    if "QuantEcon" in peers:
        runs["QuantEcon"] = quantecon(model, discount)
    return runs


def average(model: SparseModel, peers: Sequence[str]) -> dict[str, Run]:
    """The long-run average of the grid."""
    runs: dict[str, Run] = {"specl": lambda: solve_average(model, model.rewards["reward"], PRECISION).low[0]}
    if "Storm" in peers:
        runs["Storm"] = storm(model, "Rmax=? [LRA]")
    return runs


def row(question: str, states: int, runs: Mapping[str, Run], repeats: int) -> str:
    """One line of the table."""
    taken, answers = medians(runs, repeats)
    assert max(answers.values()) - min(answers.values()) < 1e-3, answers
    shown = [f"{taken[name]:.4f}" if name in taken else "–" for name in ("specl", "Storm", "QuantEcon")]
    ratios = [f"{taken[name] / taken['specl']:.1f}" if name in taken else "–" for name in ("Storm", "QuantEcon")]
    return f"| {question} | {states} | {' | '.join(shown)} | {' | '.join(ratios)} |"


COLD = """
import sys, time; say = sys.stdout.write; began = time.perf_counter()
from tests.benchmarks.models import grid
from specl.solvers.discounted import solve_discounted
imported = time.perf_counter(); model = grid(100); built = time.perf_counter()
solve_discounted(model, model.rewards["reward"], 0.99)
say(f"import {imported - began:.2f} s, first solution of 10^4 states {time.perf_counter() - built:.2f} s")
"""


def cold() -> None:
    """A first solution in a fresh process, without and with compiled loops on disk."""
    folder = tempfile.mkdtemp()
    try:
        for state in ("cold", "warm"):
            command = [sys.executable, "-c", COLD]
            shown = subprocess.run(command, env={"NUMBA_CACHE_DIR": folder}, capture_output=True, text=True, check=True)
            say(f"{state}: {shown.stdout.strip()}")
    finally:
        shutil.rmtree(folder)


def traffic(side: int) -> None:
    """Bytes that one sweep has to move, and how fast it does, against copying an array of that size."""
    model = grid(side)
    n = model.size
    bellman = operator(model, model.rewards["reward"], Fraction(99, 100))
    h, out, best = np.random.default_rng(0).random(n), np.empty(n), np.empty(n, dtype=np.int32)
    moved = model.targets.nbytes + model.probabilities.nbytes + bellman.reward.nbytes + model.choices.nbytes + 20 * n
    source = np.ones(moved // 16)
    target = np.empty_like(source)

    def copy() -> float:
        np.copyto(target, source)
        return 0.0

    times, _ = medians({"sweep": lambda: sweep(bellman, h, out, best).low, "copy": copy}, 9)
    rates = {name: moved / spent / 1e9 for name, spent in times.items()}
    say(
        f"{n} states: a sweep moves {moved / n:.0f} bytes a state in {1e3 * times['sweep']:.1f} ms: "
        f"{rates['sweep']:.1f} GB/s, a copy {rates['copy']:.1f} GB/s, {100 * rates['sweep'] / rates['copy']:.0f} %"
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sides", type=int, nargs="+", default=SIDES, help="states are side²")
    parser.add_argument("--discounts", type=float, nargs="+", default=[0.99])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--peers", nargs="*", default=["Storm", "QuantEcon"])
    parser.add_argument("--models", nargs="+", default=[*MODELS, "average"])
    parser.add_argument("--cold", action="store_true")
    parser.add_argument("--traffic", action="store_true")
    options = parser.parse_args(arguments)
    if options.cold:
        return cold()
    if options.traffic:
        for side in options.sides:
            traffic(side)
        return None
    for name, make in MODELS.items():
        if name in options.models:
            medians(discounted(make(12), 0.99, options.peers), 1)  # compiles
    average(MODELS["grid"](12), ())["specl"]()
    say(
        "| model | states | specl, s | Storm, s | QuantEcon, s | Storm / specl | QuantEcon / specl |\n"
        + "|---" * 7
        + "|"
    )
    for side in options.sides:
        for name, make in MODELS.items():
            if name in options.models:
                model = make(side)
                for discount in options.discounts:
                    runs = discounted(model, discount, options.peers)
                    say(row(f"{name}, γ = {discount}", side * side, runs, options.repeats))
        if "average" in options.models:
            # beyond 10^4 states Storm gives no answer in minutes
            peers = options.peers if side <= 100 else ()
            say(row("grid, average", side * side, average(MODELS["grid"](side), peers), options.repeats))
    return None


if __name__ == "__main__":
    main()
