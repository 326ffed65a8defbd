"""Functions of an occupancy measure."""

from collections.abc import Callable, Mapping

from specl.chains.linear import Scalar
from specl.evaluation.context import Value
from specl.evaluation.totals import as_value
from specl.model.environment import Step
from specl.model.quantities import Occupancy
from specl.model.real import ZERO


def on_occupancy(occupancy: Mapping[Step, Scalar]) -> Callable[[Occupancy], Value]:
    """``m(s)``, ``m(s,a)``, ``m(s,a,s')`` -> its value: the sum of m over the steps that match.

    Args:
        occupancy: m(s,a,s') where it is not 0.
    """
    sums: dict[Occupancy, Scalar] = {}
    for (s, a, t), amount in occupancy.items():
        for key in (Occupancy(s), Occupancy(s, a), Occupancy(s, a, t), Occupancy(s, None, t)):
            sums[key] = sums[key] + amount if key in sums else amount
    return lambda key: as_value(sums[key]) if key in sums else ZERO
