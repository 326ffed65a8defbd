"""What values of a formalism are linear in: the features of policies in one environment, or from every start."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from flint import fmpq_mat

from specl.model.environment import Environment
from specl.model.flint_rational import to_fmpq
from specl.model.policy import Policy
from specl.obstructions.exact.interval import POINT
from specl.obstructions.exact.lotteries import Lotteries
from specl.obstructions.exact.ranks import step_masses
from specl.obstructions.exact.ratio import Ratio, constant
from specl.obstructions.linear_dependence import features as of_masses
from specl.separation.ranking import constant_rows

Vectors = Mapping[str, Sequence[Fraction]]
"""Policy -> its features."""


def features_at(
    code: str, environment: Environment, policies: Mapping[str, Policy], discount: Fraction
) -> dict[str, list[Fraction]]:
    """The features of each policy; at a discount where the formalism has one."""
    if code == "FTR":
        rows = {name: constant_rows(policy) for name, policy in policies.items()}
        return {name: _numbers(vector) for name, vector in Lotteries(environment, rows).features().items()}
    return {name: row for name, [row] in _of_masses(code, [environment], policies, discount).items()}


def from_each_start(
    code: str, environment: Environment, policies: Mapping[str, Policy], discount: Fraction
) -> dict[str, list[list[Fraction]]]:
    """Policy -> for each state its features if it starts there surely, in the same order for all; not for FTR."""
    return _of_masses(code, starts(environment), policies, discount)


def starts(environment: Environment) -> list[Environment]:
    """The environments that start surely in one state."""
    return [replace(environment, start=((s, Fraction(1)),)) for s in range(len(environment.states))]


def independent(vectors: Vectors) -> bool:
    """Whether no affine combination of the vectors cancels."""
    rows = [[Fraction(1), *vector] for vector in vectors.values()]
    matrix = fmpq_mat(len(rows), len(rows[0]), [to_fmpq(x) for row in rows for x in row])
    return int(matrix.rank()) == len(rows)


def _of_masses(
    code: str, environments: Sequence[Environment], policies: Mapping[str, Policy], discount: Fraction
) -> dict[str, list[list[Fraction]]]:
    at = None if code == "LAR" else constant(discount)
    masses = {
        f"{i} {name}": step_masses(environment, constant_rows(policy), at, POINT)
        for name, policy in policies.items()
        for i, environment in enumerate(environments)
    }
    found = of_masses(masses, with_choices=code == "RRL")
    return {name: [_numbers(found[f"{i} {name}"]) for i in range(len(environments))] for name in policies}


def _numbers(vector: Sequence[Ratio]) -> list[Fraction]:
    return [each.rational or Fraction(0) for each in vector]
