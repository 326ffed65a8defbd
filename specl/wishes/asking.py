"""The answers to one wish, each found when it is first asked for, with what they share."""

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from specl.wishes.answer import Answer
from specl.wishes.wish import Wish

Kept = TypeVar("Kept")


@dataclass
class Asking:
    """One wish put to many formalisms.

    Attributes:
        decide: code, this -> answer; passed along so that a decider may ask what another formalism answers.
        tell: shows what is being worked on.
        seconds: how long a search without an end of its own may go on for one formalism.
    """

    wish: Wish
    decide: "Callable[[str, Asking], Answer]"
    tell: Callable[[str], None] = lambda _: None
    seconds: float = 20.0
    _kept: dict[Hashable, Any] = field(default_factory=dict)

    def answer(self, code: str) -> Answer:
        """What the formalism of this code answers."""
        return self.keep(("answer", code), lambda: self.decide(code, self))

    def keep(self, key: Hashable, make: Callable[[], Kept]) -> Kept:
        """What was made under this key, made now if it is asked for the first time."""
        if key not in self._kept:
            self._kept[key] = make()
        found: Kept = self._kept[key]
        return found

    def deadline(self) -> float:
        """The reading of `time.monotonic` at which a search that starts now should stop."""
        return time.monotonic() + self.seconds
