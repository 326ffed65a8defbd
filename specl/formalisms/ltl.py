"""Linear Temporal Logic: a policy is worth P(ξ ⊨ φ)."""

from dataclasses import dataclass

from specl.model.formula import Formula

CODE = "LTL"
NAME = "Linear Temporal Logic"


@dataclass(frozen=True)
class LTL:
    formula: Formula
