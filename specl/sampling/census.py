"""Asking many formalisms about many random sets of policies, and counting the answers."""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from specl.sampling.case import Case, Column, Plan, Verdict
from specl.sampling.tally import Tally

Verdicts = Mapping[Column, Verdict]
"""What came of one case: the answer of each column."""

Examine = Callable[[Case], Verdicts]
"""Answers a case; a yes has been evaluated again, a no has been accepted by the kernel."""

Working = Callable[[Examine, Iterable[Case]], Iterator[tuple[Case, Verdicts]]]
"""Does the work, in any order: each case once, with what came of it."""


@dataclass(frozen=True)
class Counts:
    """What is known so far.

    Attributes:
        tallies: for each value of the plan, column -> its tally.
    """

    plan: Plan
    tallies: tuple[Mapping[Column, Tally], ...]

    @staticmethod
    def none(plan: Plan) -> "Counts":
        """Nothing is known yet."""
        return Counts(plan, tuple(dict.fromkeys(plan.columns, Tally()) for _ in plan.values))

    @property
    def finished(self) -> int:
        """The number of cases that have been answered."""
        return sum(next(iter(tallies.values())).asked for tallies in self.tallies)

    @property
    def complete(self) -> bool:
        """Whether all have."""
        return self.finished == self.plan.samples * len(self.plan.values)

    def plus(self, case: Case, verdicts: Verdicts) -> "Counts":
        """With one case more."""
        tallies = list(self.tallies)
        tallies[case.point] = {column: t.plus(verdicts[column]) for column, t in tallies[case.point].items()}
        return Counts(self.plan, tuple(tallies))

    def json(self) -> dict[str, Any]:
        """``{"vary", "notion", "seed", "samples", "complete", "fixed": {quantity: value}, "columns": [...],
        "points": [{"value", "columns": {column: {"yes", "no", "unknown", "fraction", "low", "high"}}}, …]}``."""
        plan = self.plan
        fixed = plan.setting.json()
        fixed.pop(plan.vary)
        return {
            "vary": plan.vary,
            "notion": plan.notion,
            "seed": plan.seed,
            "samples": plan.samples,
            "complete": self.complete,
            "fixed": fixed,
            "columns": [str(column) for column in plan.columns],
            "points": [
                {"value": str(value), "columns": {str(column): tally.json() for column, tally in tallies.items()}}
                for value, tallies in zip(plan.values, self.tallies, strict=True)
            ],
        }


def take(plan: Plan, examine: Examine, working: Working) -> Generator[Counts, None, None]:
    """The counts after each case that is answered. They end up the same whatever does the work."""
    counts = Counts.none(plan)
    for case, verdicts in working(examine, plan.cases()):
        counts = counts.plus(case, verdicts)
        yield counts
