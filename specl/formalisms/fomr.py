"""Functions from Occupancy Measures to Reals: a policy is worth f(m_π)."""

from dataclasses import dataclass
from fractions import Fraction

from specl.model.expression import Expression

CODE = "FOMR"
NAME = "Functions from Occupancy Measures to Reals"


@dataclass(frozen=True)
class FOMR:
    value: Expression  # over Occupancy, or Recovered alone
    discount: Fraction
