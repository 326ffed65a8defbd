"""The same counts from a cluster, though one of its workers is killed midway."""

import os
import signal
from collections.abc import Iterator
from typing import Any

import pytest

from specl.api.census import census

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]  # what dask leaves behind is its own affair


@pytest.fixture
def cluster() -> Iterator[Any]:
    """Two worker processes on this machine."""
    distributed: Any = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
    ) as running:
        yield running


def test_a_worker_that_is_killed_loses_nothing(cluster: Any) -> None:
    asked: dict[str, Any] = {"samples": 15, "columns": ["MR", "ONMR"], "actions": 2, "states": [2, 3]}
    victim = next(iter(cluster.workers.values())).pid
    told: list[int] = []

    def watch(finished: int, total: int) -> None:
        told.append(finished)
        assert total == 30
        if finished == 6:
            os.kill(victim, signal.SIGKILL)

    far = census("states", scheduler=cluster.scheduler_address, watch=watch, **asked)
    assert told == list(range(1, 31))
    assert far == census("states", jobs=1, **asked)


def test_a_scheduler_that_goes_away_leaves_what_was_counted(cluster: Any) -> None:
    def watch(finished: int, total: int) -> None:
        if finished == 4:
            cluster.close()

    found = census("states", samples=80, columns=["ONMR"], actions=2, scheduler=cluster.scheduler_address, watch=watch)
    assert found.errors is not None
    assert "scheduler" in str(found.errors)
    assert 4 <= found.counts.finished < 320
    assert not found.counts.complete
