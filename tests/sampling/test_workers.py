"""Work is done wherever it is sent, each piece once, whoever dies meanwhile."""

import multiprocessing
import os
import signal
import time
from contextlib import closing
from pathlib import Path

import pytest

from specl.sampling import workers
from specl.sampling.workers import Lost, in_processes, in_this_process, on_cluster

TASKS = tuple(range(12))


def square(number: int) -> int:
    return number * number


def dies_once(task: tuple[str, int]) -> int:
    """Ends its process, the first time that the fifth task comes round."""
    mark = Path(task[0]) / "died"
    if task[1] == 5 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return square(task[1])


def dies(_: int) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("dead")


def sleeps(seconds: float) -> float:
    time.sleep(seconds)
    return seconds


def fails(number: int) -> int:
    raise ZeroDivisionError(number)


def test_processes_find_what_this_one_finds() -> None:
    here = list(in_this_process(square, TASKS))
    assert here == [(number, number * number) for number in TASKS]
    assert sorted(in_processes(square, TASKS, 2)) == here


def test_work_of_a_process_that_dies_goes_to_others(tmp_path: Path) -> None:
    tasks = [(str(tmp_path), number) for number in TASKS]
    found = list(in_processes(dies_once, tasks, 2))
    assert (tmp_path / "died").exists()
    assert sorted(found) == [(task, square(task[1])) for task in tasks]


def test_processes_that_always_die_are_given_up() -> None:
    with pytest.raises(Lost, match="again and again"):
        list(in_processes(dies, [1], 1))


def test_a_fault_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        list(in_processes(fails, [1], 1))


def test_leaving_early_ends_the_processes() -> None:
    before, handler = set(multiprocessing.active_children()), signal.getsignal(signal.SIGINT)
    start = time.monotonic()
    with closing(in_processes(sleeps, [0.0, 60.0, 60.0, 60.0], 2)) as found:
        assert next(iter(found)) == (0.0, 0.0)
        assert set(multiprocessing.active_children()) > before
    assert set(multiprocessing.active_children()) <= before
    assert time.monotonic() - start < 30
    assert signal.getsignal(signal.SIGINT) is handler


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("nonsense", "not the address"),
        ("", "not the address"),
        ("http://localhost:1", "not the address"),
        ("tcp://localhost", "not the address"),
        ("tcp://127.0.0.1:1", "no Dask scheduler at tcp://127.0.0.1:1"),
        ("tcp://127.0.0.1:99999", "no Dask scheduler"),
    ],
)
def test_a_wrong_address_is_told_at_once(address: str, told: str) -> None:
    with pytest.raises(Lost, match=told):
        list(on_cluster(square, TASKS, address))


def test_who_does_not_speak_is_no_scheduler(monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    monkeypatch.setattr(workers, "_PATIENCE", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(Lost, match="timed out"):
            list(on_cluster(square, TASKS, f"tcp://127.0.0.1:{port}"))
