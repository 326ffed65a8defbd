"""Where cases are worked on: in this process, in many on this machine, or on a Dask cluster."""

import importlib.util
import multiprocessing
import os
import re
import signal
import socket
import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import CancelledError, Executor, Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.context import SpawnContext, SpawnProcess
from typing import Any, TypeVar

Task = TypeVar("Task")
Found = TypeVar("Found")

_LIVES = 3
"""As often, one after the other, processes may die without one case having been finished."""

_PATIENCE = 10
"""Seconds that a cluster may take to answer at first."""


class Lost(Exception):
    """The workers cannot be reached, or are gone."""


def cores() -> int:
    """The number of processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def has_dask() -> bool:
    """Whether `on_cluster` can be used."""
    return importlib.util.find_spec("distributed") is not None


def in_this_process(work: Callable[[Task], Found], tasks: Iterable[Task]) -> Iterator[tuple[Task, Found]]:
    """Each task with what comes of it, in order."""
    return ((task, work(task)) for task in tasks)


def in_processes(
    work: Callable[[Task], Found], tasks: Iterable[Task], jobs: int
) -> Generator[tuple[Task, Found], None, None]:
    """Each task with what comes of it, as they are finished. If a process dies, its work goes to others.

    The processes are spawned, so `work` and the tasks must be picklable. Where this is left early, they are ended.

    Raises:
        Lost: processes die again and again.
    """
    left, lives = list(tasks), _LIVES
    while left:
        done = 0
        try:
            with _pool(jobs) as executor:
                for task, found in _gather(executor, work, left):
                    done += 1
                    left.remove(task)
                    yield task, found
        except BrokenProcessPool as error:
            lives = _LIVES if done else lives - 1
            if lives == 0:
                raise Lost("the processes that do the work die again and again; is there enough memory?") from error


@contextmanager
def _pool(jobs: int) -> Iterator[Executor]:
    context = _Spawning()
    executor = ProcessPoolExecutor(jobs, context, _end_with_parent)
    try:
        yield executor
    finally:
        executor.shutdown(wait=False, cancel_futures=True)
        for process in context.started:
            process.terminate()  # idle, or at work on something that nobody waits for
        for process in context.started:
            process.join()


def _end_with_parent() -> None:
    """However the process ends that started this one, this one ends too."""

    def wait() -> None:
        if (parent := multiprocessing.parent_process()) is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


class _Spawning(SpawnContext):
    """Spawns processes, and remembers them."""

    def __init__(self) -> None:
        super().__init__()
        self.started: list[SpawnProcess] = []

    def Process(self, *arguments: Any, **options: Any) -> SpawnProcess:  # type: ignore[override]  # a class elsewhere
        process = SpawnProcess(*arguments, **options)
        self.started.append(process)
        return process


def on_cluster(work: Callable[[Task], Found], tasks: Iterable[Task], address: str) -> Iterator[tuple[Task, Found]]:
    """Each task with what comes of it, as they are finished by the workers of a Dask scheduler. What a worker had that
    is lost is done again by another.

    Args:
        address: such as ``tcp://host:8786``.

    Raises:
        Lost: there is no scheduler there, or it goes away.
    """
    _reach(address)  # a client that cannot would take its time, and complain on the standard error
    import distributed  # slow to load, and an extra
    from distributed.scheduler import KilledWorker

    open_client: Any = distributed.Client  # has no types
    try:
        client = open_client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise Lost(f"what answers at {address} is no Dask scheduler: {error}") from None
    try:
        yield from _gather(client.get_executor(pure=False), work, tasks)
    except (CancelledError, KilledWorker, OSError, ValueError) as error:
        # a ValueError of Dask's own: a scheduler went away in the middle of what it told of a task
        if isinstance(error, ValueError) and client.status == "running":
            raise
        raise Lost(f"the Dask scheduler at {address} or its workers are gone: {type(error).__name__}") from error
    finally:
        client.close()  # what is not finished is dropped by the scheduler, since nobody wants it any more


def _reach(address: str) -> None:
    """Wait for a first word from there: a scheduler greets whoever connects, and its client waits for that for ever.

    Raises:
        Lost: nothing listens, or it says nothing.
    """
    match = re.fullmatch(r"(tcp|tls)://(?:\[([^\]]+)\]|([^:/\s\[\]]+)):(\d{1,5})/?", address)
    if match is None:
        raise Lost(f"`{address}` is not the address of a Dask scheduler, such as tcp://host:8786")
    try:
        with socket.create_connection((match[2] or match[3], int(match[4])), _PATIENCE) as connection:
            if match[1] == "tcp" and not connection.recv(1):
                raise OSError("it hangs up")
    except (OSError, OverflowError, UnicodeError) as error:
        raise Lost(f"there is no Dask scheduler at {address}: {error}") from None


def _gather(executor: Executor, work: Callable[[Task], Found], tasks: Iterable[Task]) -> Iterator[tuple[Task, Found]]:
    with _deaf_to_interrupts():
        futures: dict[Future[Any], Task] = {executor.submit(work, task): task for task in tasks}
    for future in as_completed(list(futures)):
        yield futures.pop(future), future.result()


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Processes that are started meanwhile ignore Ctrl-C, which a terminal sends to all of them: this one decides."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
