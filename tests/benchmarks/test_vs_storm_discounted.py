"""Discounted optima are those of the peers, and are found faster."""

import pytest

from tests.benchmarks import vs_storm_discounted
from tests.benchmarks.models import garnet, grid

pytest.importorskip("stormpy")


@pytest.mark.long
@pytest.mark.parametrize(
    ("make", "least"), [(grid, 2.0), (lambda side: garnet(side * side), 8.0)], ids=["grid", "garnet"]
)
def test_faster_than_storm(make, least: float) -> None:  # type: ignore[no-untyped-def]
    """The bounds are a third and less of what was measured: only a change of kind should fail."""
    runs = vs_storm_discounted.discounted(make(60), 0.99, ["Storm"])
    vs_storm_discounted.medians(runs, 1)
    taken, answers = vs_storm_discounted.medians(runs, 5)
    assert abs(answers["specl"] - answers["Storm"]) < 1e-4
    assert taken["Storm"] > least * taken["specl"]
