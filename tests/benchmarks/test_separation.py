"""The benchmark of witnesses runs: 18 refutations, a line for each, a first witness within seconds."""

from specl.separation.routes import routes
from tests.benchmarks import separation


def test_there_is_a_way_to_each_base_refutation() -> None:
    assert len(separation.pairs()) == 18
    assert all(any(not route.length for route in routes(*pair)) for pair in separation.pairs())


def test_the_table_has_a_line_for_every_pair_and_nothing_is_late() -> None:
    lines = list(separation.rows((None, 3), 1, 30.0, [("RRL", "RM"), ("RM", "LTL")]))
    assert len(lines) == 4
    assert len({line.count("|") for line in lines}) == 1
    assert not any("late" in line for line in lines)
