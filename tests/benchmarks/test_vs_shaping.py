"""The benchmark of shaping runs, its competitors agree, and time grows with the number of steps and no faster."""

import time
from functools import partial

from tests.benchmarks import vs_shaping

LOOSE = 4
"""The number of steps grows by 16, and time by so many times that at most: only another order of growth fails."""


def test_competitors_agree() -> None:
    for same in (True, False):
        for seed in range(3):
            asked = vs_shaping.question(4, same, seed)
            assert vs_shaping.specl(asked) == vs_shaping.least_squares(asked) == vs_shaping.elimination(asked) == same


def test_time_grows_with_the_number_of_steps() -> None:
    small, large = vs_shaping.question(6, True), vs_shaping.question(24, True)
    begun = time.perf_counter()
    taken, _ = vs_shaping.medians(
        {"small": partial(vs_shaping.specl, small), "large": partial(vs_shaping.specl, large)}, repeats=3
    )
    assert taken["large"] < LOOSE * 16 * taken["small"]
    assert time.perf_counter() - begun < 60


def test_the_table_has_a_line_for_every_run() -> None:
    lines = list(vs_shaping.rows([3], 1))
    assert len(lines) == 4
    assert len({line.count("|") for line in lines}) == 1
