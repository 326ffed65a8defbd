"""The two outcomes of ordering vectors by a linear functional: exactly one of them exists (Motzkin 1936)."""

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Functional:
    """w with w·(f_better − f_worse) > 0 for every strict pair and = 0 for every tie."""

    coefficients: tuple[Fraction, ...]


@dataclass(frozen=True)
class Conflict:
    """Weights under which the differences f_better − f_worse cancel: positive on strict pairs, of any sign but 0 on
    ties, at least one pair strict. Irreducible: without any one of these comparisons the others can be had.

    Attributes:
        strict: (better, worse, weight).
        ties: (one, other, weight).
    """

    strict: tuple[tuple[str, str, Fraction], ...]
    ties: tuple[tuple[str, str, Fraction], ...]
