"""Ctrl-C ends searches with what they have."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from fractions import Fraction

import pytest

import specl
from specl.api.solution import Solution
from specl.solvers.hurry import is_over, stoppable, was_pressed

WORLD = """
environment classes {
  states  x, y, z
  actions stay, go
  start   x
  x --stay--> x
  x --go-->   { y: 1/2, z: 1/2 }
  y --stay--> y
  y --go-->   { x: 1/3, z: 2/3 }
  z --stay--> z
  z --go-->   { x: 2/3, y: 1/3 }
}
"""


@pytest.fixture(autouse=True)
def listening() -> Iterator[None]:
    """Control-C as in a terminal, also where the tests run in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def press(after: float) -> None:
    threading.Timer(after, lambda: os.kill(os.getpid(), signal.SIGINT)).start()


@stoppable
def waiting(seconds: float) -> float:
    begun = time.monotonic()
    while not is_over(begun + seconds):
        time.sleep(0.01)
    return time.monotonic() - begun


def test_a_search_ends_early_and_the_next_begins_anew() -> None:
    press(0.1)
    assert waiting(20) < 10
    assert was_pressed()
    assert waiting(0.1) >= 0.1
    assert not was_pressed()


def test_it_is_over_for_that_search_alone() -> None:
    press(0.1)
    waiting(20)
    assert not is_over(time.monotonic() + 10)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # as where a program runs in the background
    assert waiting(0.1) >= 0.1
    assert not was_pressed()


def test_nothing_else_is_changed() -> None:
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)


@pytest.mark.slow
@pytest.mark.parametrize("objective", [
    "FPR { value -abs(pi(x, go)*pi(y, go)*pi(z, go) - 1/7) - (pi(x, go) + pi(y, go)*pi(z, stay)^2 - 1/3)^2 }",
    "OMORL { discount 9/10 reward a { x --go--> _: 1 } reward b { y --stay--> _: 2 } reward c { z --go--> _: 1, "
    "z --stay--> _: 1/2 } value a*b*c - (a - b)^4 + abs(b*c - a)^(1/3) }",
    "INMR { discount 9/10 reward a { x --go--> _: 1, y --stay--> _: 2 } value abs(a - 3)^(1/3) }",
])  # fmt: skip
def test_searches_give_what_they_have(objective: str) -> None:
    press(1.5)
    begun = time.monotonic()
    found = specl.solve("o", WORLD + "objective o : " + objective, precision=Fraction(1, 10**14), seconds=100)
    assert time.monotonic() - begun < 30
    assert isinstance(found, Solution)
    assert found.interrupted
    assert found.status == "wide"
    assert found.value is not None
    assert found.value[0].low <= found.value[0].high
