"""Conditions on a policy that hold at some policies of a face and not at others."""

from dataclasses import dataclass
from typing import Any

from specl.model.errors import Unsupported


@dataclass(frozen=True)
class Condition:
    """A condition as the function of the policy that is 1 where it holds and 0 where not."""

    indicator: Any

    def __and__(self, other: "Condition") -> "Condition":
        return Condition(self.indicator * other.indicator)

    def __or__(self, other: "Condition") -> "Condition":
        return Condition(self.indicator + other.indicator - self.indicator * other.indicator)

    def __invert__(self) -> "Condition":
        return Condition(1 - self.indicator)

    def __bool__(self) -> bool:
        """Never: a condition that depends on the policy has no truth."""
        raise Unsupported("a condition that some policies meet and others do not, for all policies at once")

    def choose(self, yes: Any, no: Any) -> Any:
        """`yes` where the condition holds, `no` where not."""
        return no + self.indicator * (yes - no)
