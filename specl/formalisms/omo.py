"""Occupancy Measure Orderings: policies are compared as m_π."""

from dataclasses import dataclass
from fractions import Fraction

from specl.model.order import Order

CODE = "OMO"
NAME = "Occupancy Measure Orderings"


@dataclass(frozen=True)
class OMO:
    order: Order  # over Occupancy
    discount: Fraction
