"""Ctrl-C as the end of a search's time: what was found by then is the answer, with bounds that hold."""

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from types import FrameType
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_pressed = threading.Event()
_searching = threading.Event()


def is_over(deadline: float) -> bool:
    """Whether a search should stop.

    Args:
        deadline: a reading of `time.monotonic`.
    """
    return time.monotonic() > deadline or (_searching.is_set() and _pressed.is_set())


def was_pressed() -> bool:
    """Whether Ctrl-C ended the last search."""
    return _pressed.is_set()


def forget() -> None:
    """Before something new is solved."""
    _pressed.clear()


def stoppable(search: Callable[P, T]) -> Callable[P, T]:
    """While the function runs, Ctrl-C ends searches as if their time were up; pressed again it raises
    KeyboardInterrupt as ever. The outermost of several begins anew."""

    @wraps(search)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        with _listening():
            return search(*args, **kwargs)

    return run


@contextmanager
def _listening() -> Iterator[None]:
    if _searching.is_set():
        yield
        return
    is_main = threading.current_thread() is threading.main_thread()
    is_heard = is_main and signal.getsignal(signal.SIGINT) is signal.default_int_handler

    def press(_number: int, _frame: FrameType | None) -> None:
        if _pressed.is_set():
            raise KeyboardInterrupt
        _pressed.set()

    forget()
    _searching.set()
    if is_heard:
        signal.signal(signal.SIGINT, press)
    try:
        yield
    finally:
        if is_heard:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        _searching.clear()
