"""Everything against Storm, and QuantEcon where it solves the same: `python -m tests.benchmarks.vs_storm`.

One row is one question about one model. In a row all run in turn in one process, after a first run of each that is not
counted, so that other load hits all alike; the table shows medians. All solve to an absolute precision of 1e-6, which
specl proves. Building a model is not counted, but for rows about files and whole processes; automata and products are.

A row runs in a process of its own, which is ended after `--limit` seconds: with the first peer that has not answered
then left out, it runs again. What is done is kept in `--results`, a line of JSON each, and not run again.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from specl.solvers.sparse import SparseModel
from tests.benchmarks.models import garnet, grid, hazard
from tests.benchmarks.storm import PRECISION, storm_answer, storm_model
from tests.benchmarks.vs_storm_reach import labelled, questions

Run = Callable[[], float]
"""Solves, and returns the value of the first state."""

Runs = dict[str, Run]
"""Who runs what."""

SIZES = (100, 316, 1000)
"""Roots of the numbers of states."""

FILES = {"umb": "grid", "drn": "garnet"}
"""The model that is written to a file of each kind, and read again."""

MODELS: Mapping[str, Callable[[int], SparseModel]] = {
    "grid": partial(grid, is_merged=True),
    "garnet": lambda side: garnet(side * side, is_merged=True),
    "hazard": hazard,
}


def discounted(model: SparseModel, discount: float) -> Runs:
    """Everybody's discounted optimum."""
    from specl.solvers.discounted import solve_discounted

    reward = model.rewards["reward"]
    runs = {
        "specl": lambda: float(solve_discounted(model, reward, discount, PRECISION).values[0]),
        "Storm": storm_answer(storm_model(model), f'R{{"reward"}}max=? [Cdiscount={discount}]', is_sound=False),
    }
    return {**runs, "QuantEcon": quantecon(model, discount)} if find_spec("quantecon") else runs


def quantecon(model: SparseModel, discount: float) -> Run:
    """QuantEcon's modified policy iteration."""
    import numpy as np
    from quantecon.markov import DiscreteDP
    from scipy.sparse import csr_matrix

    counts = np.diff(model.choices)
    matrix = csr_matrix((model.probabilities, model.targets, model.entries), shape=(len(model.entries) - 1, model.size))
    states = np.repeat(np.arange(model.size), counts)
    actions = np.arange(len(states)) - np.repeat(model.choices[:-1], counts)
    problem = DiscreteDP(model.rewards["reward"], matrix, discount, states, actions)
    way = "modified_policy_iteration"
    return lambda: float(problem.solve(method=way, epsilon=PRECISION, max_iter=100_000).v[0])


def average(model: SparseModel) -> Runs:
    """The long-run average."""
    from specl.solvers.average import solve_average

    return {
        "specl": lambda: float(solve_average(model, model.rewards["reward"], PRECISION).low[0]),
        "Storm": storm_answer(storm_model(model), 'R{"reward"}max=? [LRA]', is_sound=False),
    }


def asked(question: str, side: int) -> Runs:
    """A question about labels; Storm's sound methods do not come to an end on the hazard, its default ones do."""
    model = labelled(side)
    query, ours = questions(model)[question]
    is_hazard = question == "hazard"
    wanted = 'Pmax=? [!"d" U "goal"]' if is_hazard else query
    return {
        "specl": lambda: sum(ours()) / 2,
        "Storm": storm_answer(storm_model(model), wanted, is_sound=not is_hazard),
    }


def file(ending: str, side: int, folder: Path) -> Path:
    """A model in a file."""
    from specl.interchange import write

    path = folder / f"model.{ending}"
    write(MODELS[FILES[ending]](side), path)
    return path


def read_and_solve(ending: str, side: int, folder: Path) -> Runs:
    """A file read and solved, within a process."""
    import stormpy

    from specl.interchange import read
    from specl.solvers.discounted import solve_discounted

    path = str(file(ending, side, folder))

    def ours() -> float:
        model = read(path)
        return float(solve_discounted(model, next(iter(model.rewards.values())), 0.99, PRECISION).values[0])

    def theirs() -> float:
        model = (stormpy.build_model_from_umb if ending == "umb" else stormpy.build_model_from_drn)(path)
        return storm_answer(model, "Rmax=? [Cdiscount=0.99]", is_sound=False)()

    return {"specl": ours, "Storm": theirs}


def read_prism(side: int, folder: Path) -> Runs:
    """The hazard read from PRISM's explicit files and solved; Storm has a dialect of its own."""
    import stormpy

    from specl.interchange import read
    from specl.solvers.reachability import reach

    model = labelled(side)
    n, m = model.size, len(model.entries) - 1
    holding = {"init": [0], **{name: holds.nonzero()[0].tolist() for name, holds in model.labels.items()}}
    number = {name: i for i, name in enumerate(holding)}
    where: list[list[str]] = [[] for _ in range(n)]
    for name, states in holding.items():
        for s in states:
            where[s].append(name)
    lines = []
    for s in range(n):
        for k in range(model.choices[s], model.choices[s + 1]):
            for j in range(model.entries[k], model.entries[k + 1]):
                p = float(model.probabilities[j])
                lines.append(f"{s} {k - model.choices[s]} {model.targets[j]} {p!r}\n")
    prism, storm = folder / "prism", folder / "storm"
    prism.with_suffix(".tra").write_text(f"{n} {m} {len(lines)}\n{''.join(lines)}")
    named = " ".join(f'{i}="{name}"' for name, i in number.items())
    held = [f"{s}: {' '.join(str(number[name]) for name in names)}\n" for s, names in enumerate(where) if names]
    prism.with_suffix(".lab").write_text(f"{named}\n{''.join(held)}")
    storm.with_suffix(".tra").write_text(f"mdp\n{''.join(lines)}")
    held = [f"{s} {' '.join(names)}\n" for s, names in enumerate(where) if names]
    storm.with_suffix(".lab").write_text(f"#DECLARATION\n{' '.join(holding)}\n#END\n{''.join(held)}")

    def ours() -> float:
        found = read(f"{prism}.tra")
        return sum(reach(found, found.labels["goal"], ~found.labels["d"]).at(found)) / 2

    def theirs() -> float:
        found = stormpy.build_model_from_explicit(f"{storm}.tra", f"{storm}.lab")
        return storm_answer(found, 'Pmax=? [!"d" U "goal"]', is_sound=False)()

    return {"specl": ours, "Storm": theirs}


STORM = """
import sys, stormpy
from tests.benchmarks.storm import storm_answer
model = stormpy.build_model_from_umb(sys.argv[1])
sys.stdout.write(str(storm_answer(model, 'R{"reward"}max=? [Cdiscount=0.99]', is_sound=False)()))
"""


def whole_process(side: int, folder: Path) -> Runs:
    """A UMB file on the command line, from the start of the process to its end."""
    path = str(file("umb", side, folder))

    def storm() -> float:
        ran = subprocess.run([sys.executable, "-c", STORM, path], capture_output=True, text=True, check=True)
        return float(ran.stdout.splitlines()[-1])

    def specl() -> float:
        command = [sys.executable, "-m", "specl", "solve", path, "--discount", "0.99", "--maximise", "--json"]
        ran = subprocess.run(command, capture_output=True, text=True, check=True)
        return float(json.loads(ran.stdout)["value"]["low"])

    return {"specl": specl, "Storm": storm}


def rows(folder: Path) -> dict[str, Callable[[int], Runs]]:
    """What is asked of which model, by name."""

    def of(model: str, discount: float, side: int) -> Runs:
        return discounted(MODELS[model](side), discount)

    return {
        "grid, γ = 0.99": partial(of, "grid", 0.99),
        "garnet, γ = 0.99": partial(of, "garnet", 0.99),
        **{
            f"{model}, γ = {discount}": partial(of, model, discount)
            for model in ("grid", "garnet")
            for discount in (0.9, 0.999, 0.9999)
        },
        "hazard": partial(asked, "hazard"),
        "reach the goal": partial(asked, "reach the goal"),
        "steps to the goal": partial(asked, "steps to the goal"),
        "G F a & G F b & G !c": partial(asked, "temporal logic"),
        "average": lambda side: average(MODELS["grid"](side)),
        "whole process, UMB": lambda side: whole_process(side, folder),
        "read and solve, UMB": lambda side: read_and_solve("umb", side, folder),
        "read and solve, DRN": lambda side: read_and_solve("drn", side, folder),
        "read and solve, PRISM's .tra": lambda side: read_prism(side, folder),
    }


def medians(runs: Mapping[str, Run], repeats: int) -> tuple[dict[str, float], dict[str, float]]:
    """The median time and the answer of each, the runs in turn."""
    spent: dict[str, list[float]] = {name: [] for name in runs}
    answers: dict[str, float] = {}
    for _ in range(repeats):
        for name, run in runs.items():
            began = time.perf_counter()
            answers[name] = run()
            spent[name].append(time.perf_counter() - began)
    return {name: statistics.median(times) for name, times in spent.items()}, answers


def say(line: str) -> None:
    """Show a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def measure(name: str, side: int, repeats: int, without: Sequence[str]) -> dict[str, object]:
    """One row; who begins is told, so that who does not come to an end is known."""
    with tempfile.TemporaryDirectory() as folder:
        runs = {who: run for who, run in rows(Path(folder))[name](side).items() if who not in without}
        for who, run in runs.items():
            sys.stderr.write(f"{who}\n")
            sys.stderr.flush()
            run()
        taken, answers = medians(runs, repeats)
    load = os.getloadavg()[0]
    return {"row": name, "states": side * side, "seconds": taken, "answers": answers, "repeats": repeats, "load": load}


def supervised(name: str, side: int, repeats: int, limit: float) -> dict[str, object]:
    """The same in a process of its own; peers that take too long are left out."""
    late: list[str] = []
    while True:
        command = [sys.executable, "-m", __spec__.name, "--one", name, str(side), "--repeats", str(repeats)]
        with tempfile.TemporaryFile("w+") as begun:
            try:
                ran = subprocess.run(
                    [*command, "--without", *late],
                    stdout=subprocess.PIPE, stderr=begun, text=True, timeout=limit, check=True,
                )  # fmt: skip
                return {**json.loads(ran.stdout.splitlines()[-1]), "late": late}
            except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
                begun.seek(0)
                told = [line for line in begun.read().splitlines() if line in ("specl", "Storm", "QuantEcon")]
        if not told or told[-1] == "specl":
            return {"row": name, "states": side * side, "seconds": {}, "late": [*late, "specl"], "load": 0.0}
        late.append(told[-1])


def table(results: Sequence[Mapping[str, object]]) -> list[str]:
    """Markdown."""
    head = "| question | states | specl, s | Storm, s | QuantEcon, s | Storm / specl | QuantEcon / specl | load |"
    lines = [head, "|---" * 8 + "|"]
    for result in results:
        seconds: Mapping[str, float] = result["seconds"]  # type: ignore[assignment]
        late: Sequence[str] = result["late"]  # type: ignore[assignment]
        shown = [
            f"{seconds[who]:.2g}" if who in seconds else "none" if who in late else "–"
            for who in ("specl", "Storm", "QuantEcon")
        ]
        ratios = [f"{seconds[who] / seconds['specl']:.1f}" if who in seconds else "–" for who in ("Storm", "QuantEcon")]
        cells = [str(result["row"]), f"{result['states']:,}", *shown, *ratios, f"{result['load']:.1f}"]
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def traffic(side: int) -> str:
    """Bytes that one sweep has to move, and how fast it does, against copying an array of that size."""
    from fractions import Fraction

    import numpy as np

    from specl.solvers.bellman import operator, sweep

    model = grid(side)
    n = model.size
    bellman = operator(model, model.rewards["reward"], Fraction(99, 100))
    h, out, best = np.random.default_rng(0).random(n), np.empty(n), np.empty(n, dtype=np.int32)
    moved = model.targets.nbytes + model.probabilities.nbytes + bellman.reward.nbytes + 20 * n
    source = np.ones(moved // 16)
    target = np.empty_like(source)

    def copy() -> float:
        np.copyto(target, source)
        return 0.0

    runs = {"sweep": lambda: sweep(bellman, h, out, best, is_fine=False).low, "copy": copy}
    medians(runs, 1)
    times, _ = medians(runs, 9)
    rates = {name: moved / spent / 1e9 for name, spent in times.items()}
    return (
        f"{n} states: a sweep moves {moved / n:.0f} bytes a state in {1e3 * times['sweep']:.2f} ms: "
        f"{rates['sweep']:.1f} GB/s, a copy {rates['copy']:.1f} GB/s, {100 * rates['sweep'] / rates['copy']:.0f} %"
    )


def room(model: SparseModel) -> tuple[int, int]:
    """The most bytes of arrays that a solution has at a time, and half the model's own with five vectors of values."""
    from specl.solvers.discounted import solve_discounted

    reward = model.rewards["reward"]
    tracemalloc.start()  # NumPy tells it of its arrays
    solve_discounted(model, reward, 0.99)
    taken = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return taken, (model.bytes + reward.nbytes) // 2 + 5 * 8 * model.size


def memory(side: int) -> str:
    """What a solution takes beside the model."""
    model = MODELS["grid"](side)
    taken, allowed = (size / model.size for size in room(model))
    return f"{model.size} states: a solution takes {taken:.0f} bytes a state, {allowed:.0f} allowed"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run what is not done yet, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sides", type=int, nargs="+", default=SIZES, help="states are side²")
    parser.add_argument("--only", nargs="+", help="rows, or what stands before the comma in several: grid, garnet")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--limit", type=float, default=600.0, help="seconds for a row")
    parser.add_argument("--results", type=Path, default=Path("vs_storm.jsonl"))
    parser.add_argument("--traffic", action="store_true")
    parser.add_argument("--memory", action="store_true")
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--without", nargs="*", default=[], help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.one:
        return say(json.dumps(measure(options.one[0], int(options.one[1]), options.repeats, options.without)))
    if options.traffic or options.memory:
        for side in options.sides:
            say(traffic(side) if options.traffic else memory(side))
        return None
    kept = options.results.read_text(encoding="utf-8").splitlines() if options.results.exists() else []
    results = [json.loads(line) for line in kept]
    done = {(result["row"], result["states"]) for result in results}
    for side in options.sides:
        for name in rows(Path()):
            wanted = not options.only or name in options.only or name.partition(",")[0] in options.only
            if wanted and (name, side * side) not in done:
                results.append(supervised(name, side, options.repeats, options.limit))
                with options.results.open("a", encoding="utf-8") as kept_file:
                    kept_file.write(json.dumps(results[-1]) + "\n")
    for line in table(results):
        say(line)
    return None


if __name__ == "__main__":
    main()
