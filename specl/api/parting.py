"""An environment over an alphabet in which two objectives rank two policies differently, found by search."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from specl.api.everywhere import EverywhereCompared, common
from specl.api.references import Reference, refuse
from specl.everywhere.decide import decided
from specl.everywhere.difference import Outcome
from specl.everywhere.search import Limits, smallest


@dataclass(frozen=True)
class Parted:
    """Whether an environment was found in which two objectives differ.

    Attributes:
        compared: the environment, both objectives and two policies; or why there is none.
        seed: of the search.
        interrupted: whether Ctrl-C ended the search.
    """

    compared: EverywhereCompared
    seed: int
    interrupted: bool = False

    @property
    def status(self) -> Literal["yes", "no", "unknown"]:
        """Whether they were parted; "no" where they order all policies alike in every environment."""
        answers: dict[str, Literal["yes", "no"]] = {"different": "yes", "same": "no"}
        return answers.get(self.compared.verdict, "unknown")

    @property
    def spec(self) -> str | None:
        """The environment with both objectives, two policies and what they are worth, as a .spec file."""
        if self.compared.spec is None:
            return None
        return "".join(f"// {line}".rstrip() + "\n" for line in self.lines()) + "\n" + self.compared.spec

    def lines(self) -> list[str]:
        """What was found, for a person."""
        found = self.compared.outcome.difference
        if found is None:
            return self.compared.lines()
        size = len(found.world.of)
        several = size - len(set(found.world.of))
        copies = f", of which {several} beside another copy of the same state" if several else ""
        return [*self.compared.lines(), "", f"{size} state{'s' * (size != 1)}{copies}; seed {self.seed}."]

    def text(self) -> str:
        """The file, or the reason why there is none."""
        return self.spec or "\n".join(self.lines())

    def json(self) -> dict[str, Any]:
        """As of `specl.compare` in every environment, with ``"seed"`` and ``"interrupted"``."""
        return self.compared.json() | {"seed": self.seed, "interrupted": self.interrupted}

    def __str__(self) -> str:
        return self.text()


def part(
    first: Reference,
    second: Reference,
    states: int | None = None,
    actions: int | None = None,
    seed: int = 0,
    seconds: float = 60.0,
    watch: Callable[[str], None] = lambda _: None,
) -> Parted:
    """An environment over the alphabet of two objectives in which they rank two policies differently.

    What decides is asked first; then a search goes from small environments to large ones (`specl.everywhere.search`).

    Args:
        states: how many the environment is to have; as few as can be found if None.
        actions: how many the alphabet is expected to have.
        seed: other seeds look at environments of one size in another order.
        seconds: for the search; as long again for making smaller what was found.

    Raises:
        SpecErrors: alphabets that do not fit together, or another number of actions.
    """
    alphabet, left, right = common(first, second)
    if actions is not None and actions != len(alphabet.actions):
        message = f"the alphabet has {len(alphabet.actions)} actions, and environments over it no others"
        raise refuse("E090", message, "leave out the number of actions")

    def answer(outcome: Outcome, interrupted: bool = False) -> Parted:
        return Parted(EverywhereCompared(left.name, right.name, alphabet, outcome), seed, interrupted)

    limits = Limits(seconds=seconds, seed=seed)
    if states is not None:
        limits = Limits(fewest=states, states=states, seconds=seconds, seed=seed)
    tried = f"environments of {limits.states} states at most"
    try:
        outcome = decided(alphabet, left, right)
        if outcome is not None and outcome.verdict == "same":
            return answer(outcome)
        found = smallest(alphabet, left, right, limits, watch)
    except KeyboardInterrupt:
        return answer(Outcome("unknown", f"interrupted while looking at {tried}", None, (tried,)), interrupted=True)
    if found is not None:
        return answer(Outcome("different", found.reason, found))
    if outcome is not None and outcome.difference is not None and states is None:
        return answer(outcome)
    reason = f"no difference was found in {tried} within {seconds:g} s"
    if outcome is not None:
        reason = f"they differ in some environment, but none of {limits.states} states was found within {seconds:g} s"
    return answer(Outcome("unknown", reason, None, (reason,)))
