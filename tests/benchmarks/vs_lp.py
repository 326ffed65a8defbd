"""Certified answers against floating point without a certificate and against an SMT solver: `python -m
tests.benchmarks.vs_lp` prints tables of medians. Runs of the competitors alternate, so that other load hits all alike.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any

from specl.wishes.linear import guess, large
from specl.wishes.linear.at_discount import markov
from specl.wishes.linear.outcome import Conflict
from specl.wishes.wish import Wish
from tests.benchmarks import floats, smt, worlds

ACTIONS = 4
DISCOUNT = Fraction(9, 10)
SIZES = (10, 30, 100)
SMT_SECONDS = 60.0
PARTS = ("behaviours", "occupancies", "programs")


@dataclass(frozen=True)
class Kind:
    """A way to make wishes about twice as many policies as there are states.

    Attributes:
        choosing: states -> in how many of them policies may choose differently.
        ties: states -> how many of the comparisons are ties.
    """

    name: str
    choosing: Callable[[int], int]
    ties: Callable[[int], int]

    def wish(self, states: int, seed: int = 0) -> Wish:
        """One of this kind."""
        world = worlds.environment(states, ACTIONS, seed=seed)
        return worlds.wish(world, 2 * states, range(self.choosing(states)), self.ties(states), seed)


def _few(states: int) -> int:
    """The fewest states whose choices make enough policies, and one more."""
    return next(k for k in range(1, states) if ACTIONS**k >= 2 * states) + 1


KINDS = (
    Kind("choices everywhere", lambda states: states, lambda states: 0),
    Kind("choices everywhere, a tenth ties", lambda states: states, lambda states: states // 5),
    Kind("choices in few states", _few, lambda states: 0),
)


def certified(wish: Wish) -> bool:
    """What specl answers."""
    return not isinstance(markov(wish, DISCOUNT), Conflict)


def medians(competitors: dict[str, Callable[[], Any]], repeats: int) -> tuple[dict[str, float], dict[str, Any]]:
    """Seconds and answers of each, run in turn."""
    seconds: dict[str, list[float]] = {name: [] for name in competitors}
    answers = {}
    for _ in range(repeats):
        for name, run in competitors.items():
            began = time.perf_counter()
            answers[name] = run()
            seconds[name].append(time.perf_counter() - began)
    return {name: statistics.median(taken) for name, taken in seconds.items()}, answers


@contextmanager
def clocks() -> Iterator[dict[str, float]]:
    """Seconds spent in the parts of the way for large wishes."""
    spent = dict.fromkeys(PARTS, 0.0)

    def clocked(part: str, run: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*arguments: Any, **options: Any) -> Any:
            began = time.perf_counter()
            try:
                return run(*arguments, **options)
            finally:
                spent[part] += time.perf_counter() - began

        return timed

    places: list[tuple[Any, str, str]] = [
        (large, "behaviours", "behaviours"),
        (large, "occupancies", "occupancies"),
        (large, "proposed", "programs"),
        (guess, "conflict", "programs"),
    ]
    kept = [(module, name, getattr(module, name)) for module, name, _ in places]
    for module, name, part in places:
        setattr(module, name, clocked(part, getattr(module, name)))
    try:
        yield spent
    finally:
        for module, name, run in kept:
            setattr(module, name, run)


def profile(wish: Wish) -> dict[str, float]:
    """Seconds in each part of a run for large wishes, whatever the size."""
    with clocks() as spent:
        began = time.perf_counter()
        large.markov(wish, DISCOUNT)
        total = time.perf_counter() - began
    return {**spent, "verification": total - sum(spent.values()), "total": total}


def rows(kinds: Sequence[Kind], sizes: Sequence[int], repeats: int, smt_seconds: float) -> Iterator[str]:
    """The tables, line by line."""
    yield "| wish | states | policies | answer | specl | simplex | interior point | Z3 | specl / faster float |"
    yield "|---|---:|---:|---|---:|---:|---:|---:|---:|"
    parts = []
    for kind in kinds:
        in_time = smt_seconds > 0  # what Z3 does not decide in time is not put to it again in a larger size
        for states in sizes:
            wish = kind.wish(states)
            taken, answers = medians(
                {
                    "specl": partial(certified, wish),
                    "ds": partial(floats.feasible, wish, DISCOUNT, "highs-ds"),
                    "ipm": partial(floats.feasible, wish, DISCOUNT, "highs-ipm"),
                },
                repeats,
            )
            if in_time:
                alone, verdict = medians({"z3": partial(smt.feasible, wish, DISCOUNT, smt_seconds)}, 1)
                in_time = verdict["z3"] is not None
                if in_time and verdict["z3"] != answers["specl"]:
                    raise AssertionError(f"Z3 disagrees: {kind.name}, {states} states")
            late = f"> {smt_seconds:.0f} s" if smt_seconds else "–"
            by_smt = show(alone["z3"]) if in_time else late
            yield (
                f"| {kind.name} | {states} | {len(wish.policies)} | {'yes' if answers['specl'] else 'no'} "
                f"| {show(taken['specl'])} | {show(taken['ds'])} | {show(taken['ipm'])} | {by_smt} "
                f"| {taken['specl'] / min(taken['ds'], taken['ipm']):.1f} |"
            )
            runs = [profile(wish) for _ in range(repeats)]
            middle = {part: statistics.median(run[part] for run in runs) for part in runs[0]}
            parts.append(f"| {kind.name} | {states} | " + " | ".join(map(show, middle.values())) + " |")
    yield ""
    yield f"| wish | states | {' | '.join((*PARTS, 'verification', 'total'))} |"
    yield "|---|---:|" + "---:|" * (len(PARTS) + 2)
    yield from parts


def show(seconds: float) -> str:
    """Three digits."""
    return f"{seconds:.3g} s" if seconds >= 1 else f"{1000 * seconds:.3g} ms"


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="numbers of states")
    parser.add_argument("--kinds", nargs="+", choices=range(len(KINDS)), type=int, default=range(len(KINDS)))
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--z3-seconds", type=float, default=SMT_SECONDS, help="0 leaves Z3 out")
    given = parser.parse_args()
    for line in rows([KINDS[k] for k in given.kinds], given.sizes, given.repeats, given.z3_seconds):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
