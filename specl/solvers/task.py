"""What a solver is asked for, beside an objective and an environment."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Task:
    """How well to solve.

    Attributes:
        precision: the width that the bounds are to have.
        is_exact: whether to end with the exact optimum, by linear algebra over the rationals.
        tell: shows what is being worked on: a line of text.
        seconds: how long a search without an end of its own may go on.
    """

    precision: Fraction = Fraction(1, 10**6)
    is_exact: bool = False
    tell: Callable[[str], None] = lambda _: None
    seconds: float = 60.0

    def deadline(self) -> float:
        """The reading of `time.monotonic` at which a search that starts now should stop."""
        return time.monotonic() + self.seconds
