"""What the names in an objective's expression stand for: the keys of a resolved expression's variables."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from specl.model.expression import Expression
from specl.model.formula import Formula


@dataclass(frozen=True)
class RewardReturn:
    """The return G_i of a named reward on a trajectory (INMR, IMORL), or its expectation J_i (ONMR, OMORL, GOMORL);
    the objective's own discount applies."""

    reward: str


@dataclass(frozen=True)
class Return:
    """``return(r, γ)``: the discounted return of a named reward (or machine) on a trajectory."""

    reward: str
    discount: Fraction


@dataclass(frozen=True)
class Average:
    """``average(r)``: the limit average of a named reward (or machine) along a trajectory."""

    reward: str


@dataclass(frozen=True)
class Indicator:
    """``[φ]``: 1 where the trajectory satisfies φ, 0 where not."""

    formula: Formula


@dataclass(frozen=True)
class Expectation:
    """``E(x)``, and ``P(φ)`` = E([φ]): the expectation of an expression over trajectories."""

    of: Expression


@dataclass(frozen=True)
class Variance:
    """``Var(x)``: the variance of an expression over trajectories."""

    of: Expression


@dataclass(frozen=True)
class Occupancy:
    """``m(s)``, ``m(s,a)``, ``m(s,a,s')``: expected discounted number of visits; None stands for every one."""

    state: int
    action: int | None = None
    target: int | None = None


@dataclass(frozen=True)
class Choice:
    """``pi(s,a)``: the probability with which the policy takes a in s."""

    state: int
    action: int


@dataclass(frozen=True)
class Weight:
    """``p[a]``: the weight of an action in a distribution over actions (in a regulariser)."""

    action: int


@dataclass(frozen=True, eq=False)
class Recovered:
    """``recover(o)``: another objective's rank of what this formalism's data determine (the policy, the occupancy
    measure, the lottery or the trajectory); only as a whole value or order.

    ``name`` is how it is written; ``code`` and ``objective`` are its formalism and its record.
    """

    name: str
    code: str
    objective: Any
