"""What every evaluation carries along, and what it gives back."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

Value = Any
"""A number: Real (exact), Enclosure (rigorous bounds), or RationalFunction for a symbolic policy."""

Rank = Any
"""A Value, or a tuple of Values compared lexicographically, larger better."""


@dataclass(frozen=True)
class Evaluation:
    """Settings of an evaluation.

    Attributes:
        rank: `specl.formalisms.rank`, passed along so that one objective can be ranked inside another (`recover`).
        precision: the width to which enclosures are narrowed where a value cannot be computed exactly.
    """

    rank: Callable[..., Rank]
    precision: Fraction = Fraction(1, 10**6)
