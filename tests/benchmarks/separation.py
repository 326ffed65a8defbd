"""How long it takes to find a first witness, for each base refutation, and how that grows with the number of states.

`python -m tests.benchmarks.separation` prints a table of medians in Markdown: of any size, small ones first; then with
exactly so many states. Making the witness smaller is not counted. A run that has found nothing in time counts as its
whole time, and is told.
"""

import argparse
import statistics
import time
from collections.abc import Iterator, Sequence

from specl.api.separate import accepted
from specl.api.verify import current
from specl.separation.driver import Search, Size, TimeUp
from specl.separation.routes import routes

SIZES: tuple[int | None, ...] = (None, 2, 3, 4, 5, 6)


def pairs() -> tuple[tuple[str, str], ...]:
    """The refutations from which all others follow: those of the project's own proofs."""
    return tuple(sorted((fact.upper, fact.lower) for fact in current().facts if not fact.holds))


def first_witness(upper: str, lower: str, states: int | None, seed: int, limit: float) -> tuple[float, bool]:
    """Seconds until there is one, and whether there is."""
    began = time.perf_counter()
    ways = [route for route in routes(upper, lower) if not route.length]
    search = Search(ways, Size(states=states), seed, accepted, deadline=time.monotonic() + limit)
    try:
        search.run()
        found = True
    except TimeUp:
        found = False
    return time.perf_counter() - began, found


def rows(sizes: Sequence[int | None], seeds: int, limit: float, only: Sequence[tuple[str, str]]) -> Iterator[str]:
    """The table, line by line."""
    heads = ["any" if size is None else str(size) for size in sizes]
    yield f"| refutation | {' | '.join(heads)} |"
    yield "|---" * (1 + len(sizes)) + "|"
    for upper, lower in only:
        cells = []
        for size in sizes:
            taken = [first_witness(upper, lower, size, seed, limit) for seed in range(seeds)]
            late = sum(not found for _, found in taken)
            cells.append(f"{statistics.median(seconds for seconds, _ in taken):.2f}{f' ({late} late)' if late else ''}")
        yield f"| {upper} ⋡ {lower} | {' | '.join(cells)} |"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--limit", type=float, default=60.0, help="seconds for one run")
    given = parser.parse_args()
    for line in rows(SIZES, given.seeds, given.limit, pairs()):
        print(line, flush=True)
