"""Policy Orderings: policies are compared as they are."""

from dataclasses import dataclass

from specl.model.order import Order

CODE = "PO"
NAME = "Policy Orderings"


@dataclass(frozen=True)
class PO:
    order: Order  # over Choice
