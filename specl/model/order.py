"""Total preorders as the language writes them, and ranks, by which policies are compared."""

from dataclasses import dataclass

from specl.model.expression import Expression
from specl.model.policy import Policy
from specl.model.quantities import Recovered


@dataclass(frozen=True)
class Lexicographic:
    """The first key matters most, larger is better."""

    keys: tuple[Expression, ...]


@dataclass(frozen=True)
class Constrained:
    """``x subject to y >= c, …``: those that meet every constraint above those that don't, then by x."""

    value: Expression
    constraints: tuple[Expression, ...]  # comparisons


@dataclass(frozen=True)
class Ranking:
    """``{ p > q ~ r }``: tiers, best first; every policy that is not in one of them lies below, all tied."""

    tiers: tuple[tuple[tuple[str, Policy], ...], ...]  # (name as written, the policy)


Order = Lexicographic | Constrained | Ranking | Recovered
