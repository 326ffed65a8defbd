"""Functions from Policies to Reals: a policy is worth f(π)."""

from dataclasses import dataclass

from specl.model.expression import Expression

CODE = "FPR"
NAME = "Functions from Policies to Reals"


@dataclass(frozen=True)
class FPR:
    value: Expression  # over Choice, or Recovered alone
